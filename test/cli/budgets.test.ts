import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/paths.js';
import { put, temporaryFolder } from '../data/fixtures.js';
import { litesnn, litesnnJson, refused } from './support/command-line.js';
import { expectTidy } from './support/run-files.js';
import { writeStripes } from './support/tiny-data.js';

interface Size {
  readonly memory: 'flash' | 'ram';
  readonly bytes: number;
  readonly limit: number;
  readonly largest: readonly { name: string; bytes: number }[];
}

describe('budgets and tools', function () {
  const folder = temporaryFolder();
  let run = '';

  before(async () => {
    const data = writeStripes(join(folder(), 'stripes'));
    run = join(folder(), 'run');
    await litesnnJson(['data', 'convert', data, '--run', run, '--target', 'mps2-an386', '--preset', 'smoke']);
    await litesnnJson(['search', '--run', run]);
    await litesnnJson(['generate', '--run', run]);
  });
  afterEach(() => {
    expectTidy(run);
  });

  const tooLarge = { exitCode: 3, code: 'BUILD_TOO_LARGE' } as const;

  /** A copy of the board with other memories. */
  function smallerBoard(name: string, memory: 'flash' | 'ram', bytes: string): string {
    const board = readFileSync(join(packageRoot, 'targets', 'mps2-an386.yaml'), 'utf8');
    const pattern = new RegExp(`^( {2}${memory}: .*bytes: )0x[0-9a-f]+`, 'm');
    expect(board).to.match(pattern);
    return put(
      join(folder(), `${name}.yaml`),
      board.replace(pattern, `$1${bytes}`).replace('name: mps2-an386', `name: ${name}`),
    );
  }

  function expectNumbers(details: unknown, memory: Size['memory'], limit: number): void {
    const size = details as Size;
    expect(size.memory).to.equal(memory);
    expect(size.limit).to.equal(limit);
    expect(size.bytes).to.be.greaterThan(limit);
    expect(size.largest.length).to.be.greaterThan(2);
  }

  it('too little flash in the budget: exit code 3 with the numbers and the largest parts', async () => {
    const says =
      /needs \d+ bytes of flash, \d+ more than the budget allows \(8192\); largest: \S+ \d+, \S+ \d+/;
    const { details } = await refused(['build', '--run', run, '--flash', '8k'], { ...tooLarge, says });
    expectNumbers(details, 'flash', 8192);
    expect(existsSync(join(run, 'firmware', 'build', 'image.json')), 'no image that does not fit').to.equal(
      false,
    );
  });

  it('too little RAM in the budget, the stack counted', async () => {
    const says = /bytes of RAM, \d+ more than the budget allows \(1024\); largest: /;
    const { details } = await refused(['build', '--run', run, '--flash', '1M', '--ram', '1k'], {
      ...tooLarge,
      says,
    });
    expectNumbers(details, 'ram', 1024);
    expect((details as unknown as Size).largest.map(({ name }) => name)).to.include('stack');
  });

  it('a board with too little flash', async () => {
    const target = smallerBoard('small-flash', 'flash', '0x4000');
    await litesnnJson(['generate', '--run', run, '--target', target, '--ram', '1M']);
    const { details } = await refused(['build', '--run', run], {
      ...tooLarge,
      says: /more than small-flash allows \(16384\)/,
    });
    expectNumbers(details, 'flash', 16_384);
  });

  it('a board with too little RAM', async () => {
    const target = smallerBoard('small-ram', 'ram', '0x400');
    await litesnnJson(['generate', '--run', run, '--target', target]);
    const { details } = await refused(['build', '--run', run], {
      ...tooLarge,
      says: /more than small-ram allows \(1024\)/,
    });
    expectNumbers(details, 'ram', 1024);
  });

  /** A PATH with only these programs, wherever they are. */
  function pathWith(name: string, programs: readonly string[]): string {
    const bin = join(folder(), name);
    mkdirSync(bin);
    for (const program of programs) {
      const found = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
      symlinkSync(found, join(bin, program));
    }
    return bin;
  }

  it('no compiler: exit code 4 and what to install', async () => {
    await litesnnJson(['generate', '--run', run, '--target', 'mps2-an386']);
    await refused(
      ['build', '--run', run],
      {
        exitCode: 4,
        code: 'TOOL_MISSING',
        says: /arm-none-eabi-gcc was not found \(on Debian: apt-get install gcc-arm-none-eabi/,
      },
      { env: { PATH: pathWith('bin-empty', []) } },
    );
  });

  it('no emulator: exit code 4 and what to install', async () => {
    await litesnnJson(['build', '--run', run]);
    const env = { PATH: pathWith('bin-no-qemu', ['arm-none-eabi-gcc']) };
    await refused(
      ['flash', '--run', run],
      {
        exitCode: 4,
        code: 'TOOL_MISSING',
        says: /qemu-system-arm was not found \(on Debian: apt-get install qemu-system-arm\)/,
      },
      { env },
    );
    const { code } = await litesnn(['flash', '--run', run]);
    expect(code, 'goes on when it is there').to.equal(0);
  });
});
