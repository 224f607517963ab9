import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentProgress } from '../../src/core/progress.js';
import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import { runBenchmarkWith, type BenchmarkOutcome, type BenchmarkOutput } from '../../bench/contract.js';

const OPTIONS = { size: { type: 'number', default: 3, describe: 'how large' } } as const;

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly notes: readonly string[];
}

/** Runs a benchmark that answers with its option, or what `outcome` says. */
async function bench(argv: readonly string[], outcome?: () => BenchmarkOutcome): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const notes: string[] = [];
  const exitCode = await runBenchmarkWith(
    argv,
    { name: 'sample', describe: 'a sample', options: OPTIONS },
    ({ size }, { progress }) => {
      progress.note(`size ${size}`);
      return Promise.resolve(
        outcome?.() ?? { results: [{ network: 'small', size }], headline: { size, half: size / 2 } },
      );
    },
    {
      stdout: (text) => (texts.stdout += text),
      stderr: (text) => (texts.stderr += text),
      progress: { ...silentProgress, note: (text) => notes.push(text) },
    },
    new AbortController().signal,
  );
  return { exitCode, ...texts, notes };
}

describe('benchmark contract', () => {
  it('prints one JSON object with the agreed fields and nothing else on stdout', async () => {
    const { exitCode, stdout, stderr, notes } = await bench(['--json', '--size', '8']);
    expect(exitCode).to.equal(ExitCode.ok);
    expect(stdout)
      .to.match(/^\{.*\}\n$/)
      .and.not.contain('\n{');
    const output = JSON.parse(stdout) as BenchmarkOutput;
    expect(output).to.have.all.keys('name', 'date', 'tool', 'machine', 'results', 'headline');
    expect(output.name).to.equal('sample');
    expect(new Date(output.date).toISOString()).to.equal(output.date);
    expect(output.tool).to.match(/^litesnn \d+\.\d+\.\d+/);
    expect(output.results).to.deep.equal([{ network: 'small', size: 8 }]);
    expect(output.headline).to.deep.equal({ size: 8, half: 4 });
    expect(stderr).to.equal('');
    expect(notes).to.deep.equal(['size 8']);
  });

  it('says on what machine it ran', async () => {
    const { machine } = JSON.parse((await bench(['--json'])).stdout) as BenchmarkOutput;
    expect(machine.cpu).to.be.a('string').and.not.empty;
    expect(machine.cores).to.be.at.least(1);
    expect(machine.memoryBytes).to.be.above(1e6);
    expect(machine.kernel).to.match(/\d/);
    expect(machine.node).to.equal(process.version);
  });

  it('writes the same object to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'litesnn-test-'));
    try {
      const out = join(folder, 'results', 'sample.json');
      const { stdout } = await bench(['--json', '--out', out]);
      expect(JSON.parse(readFileSync(out, 'utf8'))).to.deep.equal(JSON.parse(stdout));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('prints a table where no JSON is asked for', async () => {
    const { stdout } = await bench([]);
    expect(stdout)
      .to.match(/network +small/)
      .and.match(/half +1\.5/);
    expect(stdout).not.to.contain('{');
  });

  it('answers wrong usage and failures with an exit code, one line on stderr and an empty stdout', async () => {
    const wrong = await bench(['--json', '--sise', '8']);
    expect(wrong.exitCode).to.equal(ExitCode.usage);
    expect(wrong.stdout).to.equal('');
    expect(wrong.stderr).to.match(/^bench:sample: .*sise.*\n$/);

    const failed = await bench(['--json'], () => {
      throw new LitesnnError('X', ExitCode.toolchainMissing, 'no compiler', { hint: 'install one' });
    });
    expect(failed.exitCode).to.equal(ExitCode.toolchainMissing);
    expect(failed.stdout).to.equal('');
    expect(failed.stderr).to.equal('bench:sample: no compiler (install one)\n');
  });

  it('refuses a headline that is no number, which JSON would turn into null', async () => {
    const { exitCode, stdout, stderr } = await bench(['--json'], () => ({
      results: [],
      headline: { ratio: Number.NaN },
    }));
    expect(exitCode).to.equal(ExitCode.internal);
    expect(stdout).to.equal('');
    expect(stderr).to.contain('ratio');
  });
});
