import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { put, temporaryFolder } from '../data/fixtures.js';
import { hasSocat, openPtyPair } from '../flash/support/pty-pair.js';
import { litesnnJson, onlyJson, refused, startLitesnn, type Started } from './support/command-line.js';
import { noEmulatorLeft } from './support/processes.js';
import { expectTidy } from './support/run-files.js';
import { writeStripes } from './support/tiny-data.js';

/** Enough to take seconds: the port has to vanish in the middle. */
const TESTS = 400;

function answered(run: string): number {
  const path = join(run, 'measure', 'results.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

/** An emulated board that stays, and its port. */
async function emulate(run: string): Promise<{ board: Started; port: string }> {
  const board = startLitesnn(['emulate', '--run', run, '--json']);
  const port = await new Promise<string>((resolve, reject) => {
    board.child.stdout?.on('data', (text: string) => {
      resolve((onlyJson(text) as { port: string }).port);
    });
    void board.ended.then(({ stderr }) => {
      reject(new Error(stderr));
    });
  });
  return { board, port };
}

describe('ports', function () {
  const folder = temporaryFolder();
  let run = '';

  before(async () => {
    if (!hasSocat()) {
      process.stderr.write('skipped: socat is not installed\n');
      this.ctx.skip();
    }
    const data = writeStripes(join(folder(), 'stripes'), TESTS);
    run = join(folder(), 'run');
    await litesnnJson(['data', 'convert', data, '--run', run, '--target', 'mps2-an386', '--preset', 'smoke']);
    for (const stage of ['search', 'generate', 'build', 'flash']) await litesnnJson([stage, '--run', run]);
  });
  afterEach(() => {
    expectTidy(run);
  });

  const flash = (port: string): string[] => ['flash', '--run', run, '--port', port];
  const measure = (port: string): string[] => ['measure', '--run', run, '--port', port];

  it('one that does not exist: exit code 6', async () => {
    const wanted = { exitCode: 6, code: 'PORT_NOT_FOUND', says: /there is no port \/dev\/ttyNONE/ } as const;
    await refused(flash('/dev/ttyNONE'), wanted);
    const again = { exitCode: 2, code: 'STAGE_MISSING', says: /files of flash/ } as const;
    await refused(measure('/dev/ttyNONE'), again);
  });

  it('with a dry run change nothing on the board', async () => {
    const { board, port } = await emulate(run);
    try {
      const looked = await litesnnJson<{ dryRun: boolean; pages: number }>([...flash(port), '--dry-run']);
      expect(looked).to.include({ dryRun: true });
      expect(looked.pages).to.be.greaterThan(0);
      // Nothing was flashed that could answer.
      const { code } = await startLitesnn(measure(port)).ended;
      expect(code).to.be.oneOf([2, 6]);
    } finally {
      board.child.kill('SIGINT');
      await board.ended;
    }
  });

  it('one that is none: exit code 6', async () => {
    const file = put(join(folder(), 'file'), 'text');
    await refused(flash(file), { exitCode: 6, code: 'PORT_NOT_SERIAL', says: /is not a serial port/ });
  });

  it('one on which nothing answers: exit code 6 or 7 in bounded time', async () => {
    const pair = await openPtyPair();
    try {
      const { ended } = startLitesnn(flash(pair.near));
      const { code, stderr, seconds } = await ended;
      expect(code, stderr).to.be.oneOf([6, 7]);
      expect(stderr).to.match(/^litesnn: .*answer/m);
      expect(seconds).to.be.lessThan(45);
    } finally {
      await pair.end();
    }
  });

  it('one that vanishes while measuring, and a run that goes on afterwards', async () => {
    const { board, port } = await emulate(run);
    await litesnnJson(flash(port));
    const measuring = startLitesnn(measure(port));
    while (answered(run) < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    board.child.kill('SIGKILL');
    const { code, stderr } = await measuring.ended;
    expect(code, stderr).to.equal(6);
    expect(stderr).to.match(/^litesnn: .*(broke|no port|no answer)/m);
    expect(await noEmulatorLeft(run)).to.equal(true);

    const next = await emulate(run);
    await litesnnJson(flash(next.port));
    const { agreement, samples, resumedSamples } = await litesnnJson<{
      agreement: { mismatches: number };
      samples: number;
      resumedSamples: number;
    }>(measure(next.port));
    expect({ samples, mismatches: agreement.mismatches }).to.deep.equal({ samples: TESTS, mismatches: 0 });
    expect(resumedSamples, 'what was answered before is not measured again').to.be.greaterThan(4);
    next.board.child.kill('SIGINT');
    expect((await next.board.ended).code).to.equal(0);
    expect(await noEmulatorLeft(run)).to.equal(true);
  });

  it('a board without the firmware is told so', async () => {
    const { board, port } = await emulate(run);
    try {
      const { code, stderr } = await startLitesnn([...measure(port), '--samples', '3']).ended;
      expect(code, stderr).to.equal(6);
      expect(stderr).to.match(/^litesnn: no answer to hello .*flash it/m);
    } finally {
      board.child.kill('SIGINT');
      await board.ended;
    }
  });
});
