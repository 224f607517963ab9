import { expect } from 'chai';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseSummary, type Summary } from '../../src/report/summary.js';
import { litesnn, litesnnJson, refused } from '../cli/support/command-line.js';
import { expectTidy, readJsonFile } from '../cli/support/run-files.js';
import { writeTones } from '../cli/support/tiny-data.js';
import { temporaryFolder } from '../data/fixtures.js';

/** Recordings of tones, stage by stage, on the M3 board: every command starts from the files of the one before. */
describe('the stages one by one, from WAV files', function () {
  const folder = temporaryFolder();
  let run = '';
  const stage = <T>(name: string, ...options: string[]): Promise<T> =>
    litesnnJson<T>([name, '--run', run, ...options]);
  let modelHash = '';

  before(() => {
    run = join(folder(), 'run');
  });
  afterEach(() => {
    expectTidy(run);
  });

  const missing = (predecessor: string) =>
    ({
      exitCode: 2,
      code: 'STAGE_MISSING',
      says: new RegExp(`starts from the files of ${predecessor}, which is not complete`),
    }) as const;

  it('data', async () => {
    const data = writeTones(join(folder(), 'tones'));
    const args = ['data', 'convert', data, '--run', run, '--target', 'mps2-an385', '--preset', 'smoke'];
    const { shape, splits } = await litesnnJson<{
      shape: object;
      splits: Record<'train' | 'validation' | 'test', { samples: number }>;
    }>(args);
    expect(shape).to.deep.equal({ height: 8, width: 8, channels: 1 });
    const { train, validation, test } = splits;
    expect(train.samples + validation.samples + test.samples).to.equal(60);
  });

  it('no stage goes before its predecessor', async () => {
    await refused(['generate', '--run', run], missing('search'));
    await refused(['build', '--run', run], missing('search'));
    await refused(['report', '--run', run], missing('search'));
  });

  it('search', async () => {
    ({ modelHash } = await stage<{ modelHash: string }>('search'));
    expect(modelHash).to.match(/^[0-9a-f]{64}$/);
    await refused(['build', '--run', run], missing('generate'));
  });

  it('generate', async () => {
    await stage('generate');
    const { modelHash: ofProject } = readJsonFile(run, 'firmware', 'firmware.json') as { modelHash: string };
    expect(ofProject).to.equal(modelHash);
    expect(readFileSync(join(run, 'firmware', 'lib', 'litesnn_model.c'), 'utf8')).to.include(modelHash);
    await refused(['flash', '--run', run], missing('build'));
  });

  it('build', async () => {
    const image = await stage<{ modelHash: string; elf: string }>('build');
    expect(image.modelHash).to.equal(modelHash);
    await refused(['measure', '--run', run], missing('flash'));
  });

  it('flash', async () => {
    const record = await stage<{ verified: string; ranOn: string }>('flash');
    expect(record.verified).to.equal('checksum');
    expect(record.ranOn).to.match(/^mps2-an385 emulated by QEMU/);
  });

  it('flash by name writes again: nobody knows what is on the board now', async () => {
    const { stderr } = await litesnn(['flash', '--run', run]);
    expect(stderr).to.match(/^flash: done in/m);
  });

  it('measure', async () => {
    const { agreement, samples } = await stage<{ agreement: { mismatches: number }; samples: number }>(
      'measure',
    );
    expect(agreement.mismatches).to.equal(0);
    expect(samples).to.be.greaterThan(3);
  });

  let summary: Summary;
  it('report', async () => {
    summary = parseSummary(await stage('report'));
    expect(summary.model.hash).to.equal(modelHash);
    expect(summary.accuracy.onDevice).to.deep.equal(summary.accuracy.integerTest);
    expect(summary.dataset.frontEnd).to.include('log-mel');
  });

  it('infer', async () => {
    const { correct, model } = await litesnnJson<{ correct: number; model: string }>(['infer', '--run', run]);
    expect(correct).to.equal(summary.accuracy.integerTest.correct);
    expect(model).to.equal(modelHash);
  });

  it('run finds everything done', async () => {
    const args = [
      '--data',
      join(folder(), 'tones'),
      '--target',
      'mps2-an385',
      '--preset',
      'smoke',
      '--out',
      run,
    ];
    const { code, stderr } = await litesnn(['run', ...args]);
    expect(code, stderr).to.equal(0);
    expect(stderr.match(/: unchanged, /g)).to.have.length(7);
  });

  it('a stage does not build on what is older than its source', async () => {
    await stage('generate', '--target', 'mps2-an386');
    await refused(['flash', '--run', run], {
      exitCode: 2,
      code: 'STAGE_MISSING',
      says: /files of build, which is older than the stage before it .*litesnn build --run/,
    });
  });

  it('a stage whose files were deleted is done again', async () => {
    await stage('generate', '--target', 'mps2-an385');
    await stage('build');
    rmSync(join(run, 'firmware', 'build'), { recursive: true });
    expect((await stage<{ modelHash: string }>('build')).modelHash).to.equal(modelHash);
  });
});
