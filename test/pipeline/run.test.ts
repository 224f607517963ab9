import { expect } from 'chai';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkPlan } from '../../src/codegen/plan/types.js';
import type { PlanFigures } from '../../src/report/plan-figures.js';
import { parseSummary, type Summary } from '../../src/report/summary.js';
import { litesnn, litesnnJson, onlyJson, type Outcome } from '../cli/support/command-line.js';
import { noEmulatorLeft } from '../cli/support/processes.js';
import { digest, expectTidy, filesOf, readJsonFile } from '../cli/support/run-files.js';
import { tinyRun, writeStripes } from '../cli/support/tiny-data.js';
import { put, temporaryFolder } from '../data/fixtures.js';

const STAGES = ['data', 'search', 'generate', 'build', 'flash', 'measure', 'report'];

/** What each stage said that it did. */
function told(stderr: string): Record<string, 'unchanged' | 'done'> {
  const lines = [...stderr.matchAll(/^(\w+): (unchanged|done in)/gm)].filter(([, name]) =>
    STAGES.includes(name),
  );
  return Object.fromEntries(
    lines.map(([, name, what]) => [name, what === 'unchanged' ? 'unchanged' : 'done']),
  );
}

function expectRan(stderr: string, ran: readonly string[]): void {
  const wanted = STAGES.map((name) => [name, ran.includes(name) ? 'done' : 'unchanged']);
  expect(told(stderr)).to.deep.equal(Object.fromEntries(wanted));
}

describe('a whole run on an emulated board', function () {
  const folder = temporaryFolder();
  let run = '';
  let args: string[] = [];
  let first: Outcome;
  let summary: Summary;

  before(async () => {
    const data = writeStripes(join(folder(), 'stripes'));
    run = join(folder(), 'run');
    args = [...tinyRun(data, run), '--json'];
    first = await litesnn(args);
    expect(first.code, first.stderr).to.equal(0);
    summary = parseSummary(readJsonFile(run, 'report', 'summary.json'));
  });

  it('answers with one JSON object, the summary, and narrates elsewhere', () => {
    expect(onlyJson(first.stdout)).to.deep.equal(readJsonFile(run, 'report', 'summary.json'));
    expect(summary.schemaVersion).to.equal(1);
    expectRan(first.stderr, STAGES);
  });

  it('agrees with the reference in every logit', () => {
    const { agreement, accuracy, confusion } = summary;
    expect(agreement).to.deep.equal({ samples: 24, logits: 72, mismatches: 0 });
    expect(accuracy.onDevice).to.deep.equal(accuracy.integerTest);
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).to.equal(24);
  });

  it('learns something', () => {
    expect(summary.accuracy.onDevice.value).to.be.greaterThan(summary.accuracy.chance);
  });

  it('tells the seconds of every stage before the report', () => {
    expect(Object.keys(summary.stages)).to.deep.equal(STAGES.slice(0, -1));
    for (const [name, seconds] of Object.entries(summary.stages)) expect(seconds, name).to.be.greaterThan(0);
  });

  it('writes a page that says that it was simulated', () => {
    const page = readFileSync(join(run, 'report', 'index.html'), 'utf8');
    expect(page).to.include('No figure below was measured on silicon').and.include(summary.model.hash);
  });

  it('leaves nothing lying about, and no emulator', async () => {
    expectTidy(run);
    expect(await noEmulatorLeft(run)).to.equal(true);
  });

  it('does nothing the second time', async () => {
    const before = digest(run);
    const times = filesOf(run).map((name) => statSync(join(run, name)).mtimeMs);
    const second = await litesnn(args);
    expect(second.code, second.stderr).to.equal(0);
    expectRan(second.stderr, []);
    expect(second.stdout).to.equal(first.stdout);
    expect(digest(run)).to.deep.equal(before);
    const rewritten = filesOf(run).filter(
      (name, index) => statSync(join(run, name)).mtimeMs !== times[index],
    );
    expect(rewritten).to.deep.equal(['run.json']);
  });

  it('is repeated by the reference interpreter alone', async () => {
    const inferred = await litesnnJson<{ correct: number; model: string }>(['infer', '--run', run]);
    expect(inferred.correct).to.equal(summary.accuracy.integerTest.correct);
    expect(inferred.model).to.equal(summary.model.hash);
    const validated = await litesnnJson<{ correct: number; samples: number }>([
      'infer',
      '--run',
      run,
      '--split',
      'validation',
      '--model',
      join(run, 'model'),
    ]);
    expect(validated.correct).to.equal(summary.accuracy.integerValidation.correct);
    const few = await litesnnJson<{ samples: number }>(['infer', '--run', run, '--samples', '5']);
    expect(few.samples).to.equal(5);
  });

  it('shows the plan, predicted beside measured', async () => {
    const { parts, total } = await litesnnJson<PlanFigures>(['plan', '--run', run]);
    const { layers, head } = summary.model;
    expect(parts.map(({ name }) => name)).to.deep.equal([...layers.map(({ name }) => name), 'head']);
    expect(parts.map(({ measured }) => measured)).to.deep.equal([...layers, head].map(({ ticks }) => ticks));
    expect(total.predicted).to.be.closeTo(total.measured!, 0.3 * total.measured!);
    const { stdout } = await litesnn(['plan', '--run', run]);
    expect(stdout)
      .to.match(/^layer +kernels .* predicted +measured$/m)
      .and.to.match(/^arena [\d,]+ bytes/m);
  });

  describe('changed options', () => {
    const changed = async (...options: string[]): Promise<Outcome> => {
      const outcome = await litesnn([...args, ...options]);
      expect(outcome.code, outcome.stderr).to.equal(0);
      return outcome;
    };

    it('the language repeats the report', async () => {
      expectRan((await changed('--lang', 'ja')).stderr, ['report']);
    });

    it('fewer samples repeat the measurement', async () => {
      const { stderr, stdout } = await changed('--samples', '7');
      expectRan(stderr, ['measure', 'report']);
      expect(parseSummary(onlyJson(stdout)).agreement).to.deep.equal({
        samples: 7,
        logits: 21,
        mismatches: 0,
      });
    });

    it('another board keeps the network', async () => {
      const { stderr, stdout } = await changed('--target', 'mps2-an385');
      expectRan(stderr, ['generate', 'build', 'flash', 'measure', 'report']);
      const plan = await litesnnJson<{ plan: NetworkPlan }>(['plan', '--run', run]);
      expect(plan.plan.target).to.equal('mps2-an385');
      const other = parseSummary(onlyJson(stdout));
      expect(other.model.hash).to.equal(summary.model.hash);
      expect(other.accuracy.onDevice).to.deep.equal(summary.accuracy.onDevice);
      expect(other.target.core).to.equal('cortex-m3');
    });

    it('a budget guides a search of its own', async () => {
      const { stderr } = await changed('--target', 'mps2-an385', '--flash', '512k', '--ram', '64k');
      expectRan(
        stderr,
        STAGES.filter((name) => name !== 'data'),
      );
    });

    it('another seed searches again', async () => {
      const { stderr } = await changed('--target', 'mps2-an385', '--seed', '2');
      expectRan(stderr, STAGES);
    });

    it('recordings that were written again but say the same repeat only their reading', async () => {
      const labels = join(folder(), 'stripes', 'train-labels-idx1-ubyte');
      const bytes = readFileSync(labels);
      rmSync(labels);
      put(labels, bytes);
      const { stderr } = await changed('--target', 'mps2-an385', '--seed', '2');
      expectRan(stderr, ['data']);
    });

    it('changed recordings are noticed', async () => {
      const images = join(folder(), 'stripes', 'train-images-idx3-ubyte');
      const bytes = Buffer.from(readFileSync(images));
      bytes[bytes.length - 1] ^= 0xf0;
      put(images, bytes);
      const { stderr } = await changed('--target', 'mps2-an385', '--seed', '2');
      expectRan(stderr, STAGES);
    });
  });
});
