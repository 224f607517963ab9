import { expect } from 'chai';
import { join } from 'node:path';
import { Random } from '../../src/core/random.js';
import { parseSummary } from '../../src/report/summary.js';
import { litesnn, onlyJson, startLitesnn } from '../cli/support/command-line.js';
import { noEmulatorLeft } from '../cli/support/processes.js';
import { expectNothingHalfWritten, expectTidy } from '../cli/support/run-files.js';
import { tinyRun, writeStripes } from '../cli/support/tiny-data.js';
import { temporaryFolder } from '../data/fixtures.js';

const KILLS = 8;

/** Every kill is a moment after the start of the stage that is next, so that all are met whatever the machine's speed. */
const STAGES = ['data', 'search', 'search', 'generate', 'build', 'flash', 'measure', 'report'] as const;

describe('a run that is killed', function () {
  const folder = temporaryFolder();

  it(`${KILLS} times, at any moment, ends as if it had not been`, async () => {
    const data = writeStripes(join(folder(), 'stripes'));
    const run = join(folder(), 'run');
    const args = tinyRun(data, run);
    const random = Random.fromSeed(20_240_817);
    let killed = 0;
    for (const stage of STAGES) {
      const started = startLitesnn(args);
      // A stage that was done before the kill came is "unchanged" the next time.
      await started.said(new RegExp(`^${stage}: (starts|continues|unchanged)`, 'm'));
      await new Promise((resolve) => setTimeout(resolve, random.integer(0, 400)));
      started.child.kill('SIGKILL');
      if ((await started.ended).signal === 'SIGKILL') killed++;
      expectNothingHalfWritten(run);
      expect(await noEmulatorLeft(run), `emulator after a kill in ${stage}`).to.equal(true);
    }
    expect(killed).to.be.greaterThan(KILLS - 3);

    const last = await litesnn([...args, '--json']);
    expect(last.code, last.stderr).to.equal(0);
    const { agreement, accuracy } = parseSummary(onlyJson(last.stdout));
    expect(agreement).to.deep.equal({ samples: 24, logits: 72, mismatches: 0 });
    expect(accuracy.onDevice).to.deep.equal(accuracy.integerTest);
    expectTidy(run);
  });
});
