import { expect } from 'chai';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { put, temporaryFolder } from '../data/fixtures.js';
import { litesnn, refused } from './support/command-line.js';
import { tinyRun, writeStripes } from './support/tiny-data.js';

describe('wrong command lines', function () {
  const folder = temporaryFolder();
  const data = (): string => join(folder(), 'data');
  const out = (): string => join(folder(), 'out');
  before(() => {
    writeStripes(data());
  });

  const usage = { exitCode: 2, code: 'USAGE' } as const;

  const cases: readonly [string, () => readonly string[], RegExp][] = [
    ['no command', () => [], /^litesnn: name a command/],
    ['a misspelt command', () => ['serach', '--run', 'r'], /no command "serach" \(did you mean search\?\)/],
    [
      'an unknown command',
      () => ['prospect'],
      /no command "prospect" \(litesnn --help lists them\)|unknown argument: prospect/,
    ],
    [
      'a misspelt subcommand',
      () => ['data', 'inspct', 'x'],
      /no command "inspct" \(did you mean inspect\?\)/,
    ],
    ['no subcommand', () => ['data'], /inspect, check or convert/],
    ['too many arguments', () => ['targets', 'extra'], /unknown argument: extra/],
    ['missing options', () => ['run'], /--data, --out, --target are needed/],
    ['an option without value', () => ['search', '--run'], /--run needs a value/],
    [
      'a misspelt option',
      () => [...tinyRun(data(), out()), '--thread', '2'],
      /unknown argument: thread \(did you mean --threads\?\)/,
    ],
    [
      'an unknown preset',
      () => [...tinyRun(data(), out()), '--preset', 'quik'],
      /--preset quik is not known \(did you mean quick\?\)/,
    ],
    [
      'an unknown engine',
      () => [...tinyRun(data(), out()), '--engine', 'x'],
      /--engine x is not known \(one of: auto, spike, tfjs\)/,
    ],
    [
      'a seed that is no number',
      () => [...tinyRun(data(), out()), '--seed', 'one'],
      /--seed one is not a whole number/,
    ],
    [
      'a limit of 0',
      () => [...tinyRun(data(), out()), '--limit-train', '0'],
      /--limit-train 0 is not a whole number above 0/,
    ],
    [
      'half a thread',
      () => [...tinyRun(data(), out()), '--threads', '0.5'],
      /--threads 0\.5 is not a whole number above 0/,
    ],
    [
      'a budget that is none',
      () => [...tinyRun(data(), out()), '--flash', '12q'],
      /--flash 12q is not a number of bytes/,
    ],
    [
      'a negative budget',
      () => [...tinyRun(data(), out()), '--ram=-1k'],
      /--ram -1k is not a number of bytes/,
    ],
  ];
  for (const [what, args, says] of cases) {
    it(`refuses ${what}`, async () => {
      await refused(args(), { ...usage, says });
      expect(existsSync(out()), 'nothing is left').to.equal(false);
    });
  }

  it('refuses an unknown board', async () => {
    const args = [...tinyRun(data(), out()), '--target', 'mps2-386'];
    const says = /there is no target "mps2-386" \(did you mean mps2-an386\?\)/;
    await refused(args, { exitCode: 2, code: 'TARGET_UNKNOWN', says });
    expect(existsSync(out())).to.equal(false);
  });

  it("refuses a board's file with a wrong key", async () => {
    const file = put(join(folder(), 'board.yaml'), 'name: mine\nflsh: 3\n');
    await refused([...tinyRun(data(), out()), '--target', file], {
      exitCode: 2,
      code: 'TARGET_INVALID',
      says: /board\.yaml: /,
    });
  });

  it('refuses a stage without a run', async () => {
    for (const stage of ['search', 'generate', 'build', 'flash', 'measure', 'report', 'infer', 'emulate']) {
      await refused([stage, '--run', join(folder(), 'none')], {
        exitCode: 2,
        code: 'RUN_MISSING',
        says: /none is not the folder of a run/,
      });
    }
    expect(existsSync(join(folder(), 'none'))).to.equal(false);
  });

  it('refuses to make a run of a folder that holds something else', async () => {
    const full = join(folder(), 'full');
    mkdirSync(full);
    put(join(full, 'thesis.txt'), 'mine');
    await refused(tinyRun(data(), full), { exitCode: 2, code: 'RUN_NOT_EMPTY', says: /holds thesis\.txt/ });
  });

  it('says it once on stderr and nothing on stdout without --json', async () => {
    const { code, stdout, stderr } = await litesnn(['serach']);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.equal('litesnn: there is no command "serach" (did you mean search?)\n');
  });
});
