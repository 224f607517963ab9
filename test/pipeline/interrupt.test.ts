import { expect } from 'chai';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSummary } from '../../src/report/summary.js';
import { litesnn, startLitesnn } from '../cli/support/command-line.js';
import { noEmulatorLeft } from '../cli/support/processes.js';
import { digest, expectTidy, readJsonFile } from '../cli/support/run-files.js';
import { tinyRun, writeStripes } from '../cli/support/tiny-data.js';
import { temporaryFolder } from '../data/fixtures.js';

/** Without what holds debug information, which names the folder that it was compiled in. */
function comparable(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(digest(folder)).filter(([name]) => !/\.(o|elf|map)$/.test(name)));
}

describe('an interrupted run', function () {
  const folder = temporaryFolder();
  /** The same command line and time in both folders, so that also what files say of their making is the same. */
  const call = (name: string) => {
    const cwd = join(folder(), name);
    mkdirSync(cwd, { recursive: true });
    return { cwd, env: { SOURCE_DATE_EPOCH: '1700000000' } };
  };
  const args = tinyRun('../stripes', 'run');

  before(() => {
    writeStripes(join(folder(), 'stripes'));
  });

  it('ends with 130, continues, and gives the same network bit for bit', async () => {
    const options = call('stopped');
    const run = join(options.cwd, 'run');
    let interruptions = 0;
    for (const moment of [/^search: engine/m, /^search: engine/m]) {
      const started = startLitesnn(args, options);
      await started.said(moment);
      started.child.kill('SIGINT');
      const { code, stderr, stdout } = await started.ended;
      expect(code, stderr).to.equal(130);
      expect(stdout).to.equal('');
      expect(stderr).to.match(/^litesnn: \w+ was interrupted \(.*run the same command again to continue\)$/m);
      expectTidy(run);
      interruptions++;
    }
    expect(interruptions).to.equal(2);
    const last = await litesnn(args, options);
    expect(last.code, last.stderr).to.equal(0);
    expect(last.stderr)
      .to.match(/^data: unchanged/m)
      .and.to.match(/^search: continues/m);

    const straight = await litesnn(args, call('straight'));
    expect(straight.code, straight.stderr).to.equal(0);
    const other = join(folder(), 'straight', 'run');
    for (const part of ['model', 'data', 'firmware']) {
      expect(comparable(join(run, part)), part).to.deep.equal(comparable(join(other, part)));
    }
    expect(readFileSync(join(run, 'search', 'network.bin'))).to.deep.equal(
      readFileSync(join(other, 'search', 'network.bin')),
    );
  });

  it('does so in every other stage', async () => {
    const options = call('stages');
    const run = join(options.cwd, 'run');
    for (const stage of ['build', 'flash', 'measure', 'report']) {
      const started = startLitesnn(args, options);
      await started.said(new RegExp(`^${stage}: (starts|continues)`, 'm'));
      started.child.kill('SIGTERM');
      const { code, stderr } = await started.ended;
      // The end of the report may come first.
      expect(code, stderr).to.be.oneOf(stage === 'report' ? [0, 130] : [130]);
      if (code === 130) expect(stderr).to.match(/^litesnn: .* was interrupted/m);
      expectTidy(run);
      expect(await noEmulatorLeft(run)).to.equal(true);
    }
    const last = await litesnn(args, options);
    expect(last.code, last.stderr).to.equal(0);
    const { agreement } = parseSummary(readJsonFile(run, 'report', 'summary.json'));
    expect(agreement).to.deep.equal({
      samples: 24,
      logits: 72,
      mismatches: 0,
    });
  });

  it('stops at once when asked twice', async () => {
    const options = call('twice');
    const started = startLitesnn(args, options);
    await started.said(/^build: starts/m);
    started.child.kill('SIGINT');
    await started.said(/^stopping/m);
    started.child.kill('SIGINT');
    const { code, seconds } = await started.ended;
    expect(code).to.equal(130);
    expect(seconds).to.be.lessThan(60);
    const next = await litesnn(args, options);
    expect(next.code, next.stderr).to.equal(0);
    expectTidy(join(options.cwd, 'run'));
  });
});
