import { expect } from 'chai';
import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { put, temporaryFolder, tone, wavBytes } from '../data/fixtures.js';
import { litesnn, litesnnJson, refused } from './support/command-line.js';
import { expectTidy } from './support/run-files.js';
import { tinyRun, writeStripes, writeTones } from './support/tiny-data.js';

describe('wrong recordings', function () {
  const folder = temporaryFolder();
  let count = 0;
  let data = '';
  let out = '';
  beforeEach(() => {
    count++;
    data = writeTones(join(folder(), `data${count}`), 12);
    out = join(folder(), `out${count}`);
  });
  afterEach(() => {
    expectTidy(out);
  });

  interface Summary {
    readonly skipped: readonly { file: string; code: string }[];
  }

  function truncated(): string {
    const path = join(data, 'low', '3.wav');
    truncateSync(path, readFileSync(path).length - 100);
    return path;
  }

  it('a truncated WAV ends the command by its name', async () => {
    const path = truncated();
    const wanted = { exitCode: 2, code: 'DATA_WAV_TRUNCATED', says: /low\/3\.wav/ };
    expect((await refused(tinyRun(data, out), wanted)).message).to.include(path.slice(-9));
    await refused(['data', 'check', data], wanted);
  });

  it('or is counted and left out', async () => {
    truncated();
    const inspected = await litesnnJson<Summary>(['data', 'inspect', data]);
    const args = ['data', 'convert', data, '--run', out, '--target', 'mps2-an386', '--bad-files', 'skip'];
    const converted = await litesnnJson<Summary>(args);
    for (const { skipped } of [inspected, converted]) {
      expect(skipped.map(({ file, code }) => ({ file, code }))).to.deep.equal([
        { file: 'low/3.wav', code: 'DATA_WAV_TRUNCATED' },
      ]);
    }
  });

  it("follows the definition's word on bad files, and the command line's over it", async () => {
    truncated();
    const yaml = join(data, 'dataset.yaml');
    put(yaml, `${readFileSync(yaml, 'utf8')}badFiles: skip\n`);
    const args = ['data', 'convert', data, '--run', out, '--target', 'mps2-an386'];
    expect((await litesnnJson<Summary>(args)).skipped).to.have.length(1);
    await refused([...args, '--bad-files', 'fail'], {
      exitCode: 2,
      code: 'DATA_WAV_TRUNCATED',
      says: /low\/3\.wav/,
    });
  });

  it('a file that is no WAV', async () => {
    put(join(data, 'high', '1.wav'), 'These are words, not sounds. '.repeat(10));
    await refused(tinyRun(data, out), { exitCode: 2, code: 'DATA_WAV_NOT_RIFF', says: /high\/1\.wav/ });
  });

  it('a WAV of another rate', async () => {
    put(join(data, 'high', '1.wav'), wavBytes(tone(1, 1000), { sampleRate: 16_000 }));
    await refused(tinyRun(data, out), {
      exitCode: 2,
      code: 'DATA_WAV_RATE',
      says: /high\/1\.wav has 16000 Hz/,
    });
  });

  it('a definition that is no YAML', async () => {
    put(join(data, 'dataset.yaml'), 'reader: wav\nwindow: { seconds: 1\n');
    await refused(tinyRun(data, out), { exitCode: 2, code: 'DATA_DEFINITION_YAML', says: /dataset\.yaml/ });
  });

  it('a definition with an unknown key', async () => {
    put(join(data, 'dataset.yaml'), 'reader: wav\nwindw: { seconds: 1 }\n');
    await refused(tinyRun(data, out), {
      exitCode: 2,
      code: 'DATA_DEFINITION_INVALID',
      says: /dataset\.yaml: unknown key "windw"/,
    });
  });

  it('a path that is not there', async () => {
    const says = /absent does not exist/;
    await refused(tinyRun(join(folder(), 'absent'), out), { exitCode: 2, code: 'DATA_NOT_FOUND', says });
    await refused(['data', 'inspect', join(folder(), 'absent')], {
      exitCode: 2,
      code: 'DATA_NOT_FOUND',
      says,
    });
  });

  it('an IDX file that is too short', async () => {
    const idx = writeStripes(join(folder(), `idx${count}`));
    truncateSync(join(idx, 'train-images-idx3-ubyte'), 1000);
    await refused(tinyRun(idx, out), {
      exitCode: 2,
      code: 'DATA_IDX_SHORT',
      says: /train-images-idx3-ubyte/,
    });
  });

  it('finds the data of a definition below --data-root', async () => {
    const yaml = put(
      join(folder(), `elsewhere${count}.yaml`),
      `reader: wav\npath: data${count}\nwindow: { seconds: 0.125 }\n`,
    );
    const away = put(join(folder(), 'away', `${count}.yaml`), readFileSync(yaml));
    await refused(['data', 'inspect', away], { exitCode: 2, code: 'DATA_NOT_FOUND', says: /no data at/ });
    const { code, stderr } = await litesnn(['data', 'inspect', away, '--data-root', folder()]);
    expect(code, stderr).to.equal(0);
  });
});
