import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comparisonSchema } from '../../src/report/compare/comparison.js';
import { VARIANT_NAMES } from '../../src/search/compare/variants.js';
import { litesnn, startLitesnn } from './support/command-line.js';
import { digest, expectTidy, readJsonFile } from './support/run-files.js';
import { writeStripes } from './support/tiny-data.js';

describe('command line: compare', function () {
  this.timeout(240_000);
  let root: string;
  let run: string;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'litesnn-compare-'));
    run = join(root, 'run');
    const data = writeStripes(join(root, 'data'));
    const made = await litesnn([
      'data',
      'convert',
      data,
      '--run',
      run,
      '--target',
      'mps2-an386',
      '--preset',
      'smoke',
    ]);
    expect(made.code, made.stderr).to.equal(0);
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const args = (): string[] => [
    'compare',
    '--run',
    run,
    '--seeds',
    '2',
    '--effort',
    '0.2',
    '--threads',
    '1',
    '--json',
  ];

  it('interrupted and called again, it goes on, and gives one table, chart and page of all variants', async () => {
    const first = startLitesnn(args());
    await first.said(/compare: 3 of 12/);
    first.child.kill('SIGINT');
    const stopped = await first.ended;
    expect(stopped.code, stopped.stderr).to.equal(130);

    const again = await litesnn(args());
    expect(again.code, again.stderr).to.equal(0);
    expect(again.stderr).to.match(/compare: 12 of 12/);
    expect(again.stderr, 'what was done is not done again').not.to.match(/compare: joint, seed 1\b/);
    const comparison = comparisonSchema.parse(JSON.parse(again.stdout));
    expect(comparison.rows.map(({ variant }) => variant)).to.deep.equal([...VARIANT_NAMES]);
    for (const row of comparison.rows) {
      expect(row.accuracy.n, row.variant).to.equal(2);
      expect(row.bySeed.map(({ seed }) => seed)).to.deep.equal([1, 2]);
      expect(row.instructions.mean, row.variant).to.be.greaterThan(0);
    }
    const row = (name: string) => comparison.rows.find(({ variant }) => variant === name)!;
    expect(comparison.contrasts.map(({ against }) => against)).to.deep.equal(VARIANT_NAMES.slice(1));
    const sequential = comparison.contrasts.find(({ against }) => against === 'sequential')!;
    expect(sequential.storedBitsRatio, 'equal stored size').to.be.within(0.95, 1.05);
    expect(row('binary').timesteps.mean).to.equal(1);
    expect(row('uncompressed').timesteps.mean).to.equal(2);
    expect(row('int8').multiplyAccumulates.mean).to.be.greaterThan(
      row('int8-equal-size').multiplyAccumulates.mean,
    );
    expect(row('int8').instructions.mean).to.be.closeTo(1.925 * row('int8').multiplyAccumulates.mean, 1);

    expect(readJsonFile(run, 'compare', 'compare.json')).to.deep.equal(JSON.parse(again.stdout));
    const page = readFileSync(join(run, 'compare', 'index.html'), 'utf8');
    expect(page).to.include('joint search').and.include('同時探索').and.include('<svg');
    expect(page).not.to.match(/<script|https?:\/\/(?!www\.w3\.org)/);
    expectTidy(join(run, 'compare'));
  });

  it('a run that was never stopped gives the same figures', async () => {
    const before = readJsonFile(run, 'compare', 'compare.json');
    const networks = (): Record<string, string> =>
      Object.fromEntries(
        Object.entries(digest(join(run, 'compare', 'networks'))).filter(([name]) =>
          name.endsWith('network.bin'),
        ),
      );
    const kept = networks();
    rmSync(join(run, 'compare'), { recursive: true });
    const whole = await litesnn(args());
    expect(whole.code, whole.stderr).to.equal(0);
    expect(networks()).to.deep.equal(kept);
    const figures = (value: unknown) =>
      comparisonSchema
        .parse(value)
        .rows.map(({ bySeed }) => bySeed.map((score) => ({ ...score, seconds: 0 })));
    expect(figures(JSON.parse(whole.stdout))).to.deep.equal(figures(before));
  });

  it('other settings leave networks that were made as they are; the table is for people too', async () => {
    const before = readdirSync(join(run, 'compare', 'networks'));
    const other = await litesnn([
      'compare',
      '--run',
      run,
      '--seeds',
      '1',
      '--effort',
      '0.1',
      '--variants',
      'binary',
    ]);
    expect(other.code, other.stderr).to.equal(0);
    expect(other.stdout).to.match(/joint search .*\nbinary activations /);
    expect(other.stdout).to.include("CMSIS-NN's measured instructions a multiply-accumulate");
    expect(readdirSync(join(run, 'compare', 'networks'))).to.include.members(before);
  });

  it('says what is wrong with its options', async () => {
    for (const [more, message] of [
      [['--variants', 'joint,best'], /there is no variant "best"/],
      [['--effort', '0'], /--effort 0 is not a number above 0/],
      [['--seeds', 'x'], /--seeds x is not a whole number/],
    ] as const) {
      const { code, stderr } = await litesnn(['compare', '--run', run, ...more]);
      expect(code).to.equal(2);
      expect(stderr).to.match(message);
    }
    const { code, stderr } = await litesnn(['compare', '--run', join(root, 'nowhere')]);
    expect(code, stderr).to.equal(2);
  });
});
