import { expect } from 'chai';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/random.js';
import { temporaryFolder } from '../data/fixtures.js';
import { litesnn, litesnnJson, refused } from './support/command-line.js';
import { expectNoLeftovers } from './support/run-files.js';
import { writeStripes } from './support/tiny-data.js';

function flipByte(path: string, random: Random): number {
  const bytes = readFileSync(path);
  const place = random.integer(0, bytes.length - 1);
  bytes[place] ^= 1 << random.integer(0, 7);
  writeFileSync(path, bytes);
  return place;
}

describe('damaged files of a run', function () {
  const folder = temporaryFolder();
  const random = Random.fromSeed(7);
  let whole = '';
  let run = '';

  before(async () => {
    const data = writeStripes(join(folder(), 'stripes'));
    whole = join(folder(), 'whole');
    await litesnnJson([
      'data',
      'convert',
      data,
      '--run',
      whole,
      '--target',
      'mps2-an386',
      '--preset',
      'smoke',
    ]);
    await litesnnJson(['search', '--run', whole]);
  });
  beforeEach(() => {
    run = join(folder(), 'run');
    rmSync(run, { recursive: true, force: true });
    cpSync(whole, run, { recursive: true });
  });
  afterEach(() => {
    expectNoLeftovers(run);
  });

  it('are none so far', async () => {
    const { code, stderr } = await litesnn(['generate', '--run', run]);
    expect(code, stderr).to.equal(0);
  });

  for (const command of ['infer', 'generate']) {
    it(`${command} refuses model.bin with a flipped bit`, async () => {
      flipByte(join(run, 'model', 'model.bin'), random);
      await refused([command, '--run', run], {
        exitCode: 2,
        code: 'MODEL_BIN_CHECKSUM',
        says: /model\.bin is damaged/,
      });
    });

    it(`${command} refuses model.json with a flipped bit`, async () => {
      const place = flipByte(join(run, 'model', 'model.json'), random);
      const { code, stderr } = await litesnn([command, '--run', run]);
      expect(code, `byte ${place}: ${stderr}`).to.equal(2);
      expect(stderr).to.match(/^litesnn: .*model\.json (was changed|does not start)/m);
    });
  }

  it('search refuses dataset.bin with a flipped bit', async () => {
    flipByte(join(run, 'data', 'dataset.bin'), random);
    const says = /dataset\.bin/;
    await refused(['search', '--run', run, '--seed', '3'], { exitCode: 2, code: 'DATASET_CHECKSUM', says });
    await refused(['infer', '--run', run], { exitCode: 2, code: 'DATASET_CHECKSUM', says });
  });

  it('dataset.json with a flipped bit is never taken for another set', async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const path = join(run, 'data', 'dataset.json');
      const before = readFileSync(path);
      const place = flipByte(path, random);
      const { code, stdout, stderr } = await litesnn(['infer', '--run', run, '--json']);
      if (code === 0) {
        // A letter of the summary: the samples themselves are covered by the checksum in it.
        const sound = await litesnn(['infer', '--run', whole, '--json']);
        expect(stdout, `byte ${place}`).to.equal(sound.stdout);
      } else {
        expect(code, `byte ${place}: ${stderr}`).to.equal(2);
      }
      writeFileSync(path, before);
    }
  });

  it('the report refuses network.bin with a flipped bit', async () => {
    for (const stage of ['generate', 'build', 'flash', 'measure']) await litesnnJson([stage, '--run', run]);
    flipByte(join(run, 'search', 'network.bin'), random);
    await refused(['report', '--run', run], {
      exitCode: 2,
      code: 'NETWORK_CHECKSUM',
      says: /network\.bin does not have the SHA-256/,
    });
  });

  it('build refuses a project without its manifest', async () => {
    await litesnnJson(['generate', '--run', run]);
    rmSync(join(run, 'firmware', 'firmware.json'));
    const { code, stderr } = await litesnn(['build', '--run', run]);
    expect({ code, lines: stderr.match(/^litesnn: .*firmware\.json/gm)?.length }).to.deep.equal({
      code: 2,
      lines: 1,
    });
  });

  it('flash refuses an image that was changed', async () => {
    await litesnnJson(['generate', '--run', run]);
    const { bin } = await litesnnJson<{ bin: string }>(['build', '--run', run]);
    flipByte(bin, random);
    await refused(['flash', '--run', run], {
      exitCode: 2,
      code: 'IMAGE_INVALID',
      says: /is not the file that was built/,
    });
  });

  it('a damaged run.json is named', async () => {
    writeFileSync(join(run, 'run.json'), '{"data": 3');
    await refused(['generate', '--run', run], {
      exitCode: 2,
      code: 'FILE_NOT_JSON',
      says: /run\.json is not valid JSON/,
    });
    writeFileSync(join(run, 'run.json'), '{"data": 3}');
    await refused(['generate', '--run', run], {
      exitCode: 2,
      code: 'RUN_INVALID',
      says: /run\.json: data: /,
    });
  });

  it('a damaged checkpoint is named', async () => {
    const checkpoint = join(run, 'search', 'search', 'checkpoint.json');
    writeFileSync(
      checkpoint,
      readFileSync(checkpoint, 'utf8').replace('"formatVersion": 1', '"formatVersion": 7'),
    );
    rmSync(join(run, 'search', 'network.json'));
    await refused(['search', '--run', run], {
      exitCode: 2,
      code: 'CHECKPOINT_DAMAGED',
      says: /delete .* to start/,
    });
  });
});
