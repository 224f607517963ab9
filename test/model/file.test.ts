import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import { sha256 } from '../../src/core/files.js';
import { Random } from '../../src/core/random.js';
import { sealJson } from '../../src/model/checksum.js';
import { MODEL_BIN, MODEL_JSON, modelHash, readModel, writeModel } from '../../src/model/file.js';
import { randomModel } from '../support/random-model.js';
import { withTemporaryFolder } from '../support/temporary-folder.js';
import { tinyModel } from '../support/tiny-model.js';

function refusal(folder: string): LitesnnError {
  try {
    readModel(folder);
  } catch (error) {
    if (error instanceof LitesnnError) return error;
    throw error;
  }
  return expect.fail('the model was accepted');
}

interface LooseJson {
  [key: string]: unknown;
  checksum?: string;
  weights: { bytes: number; sha256: string };
  layers: { [key: string]: unknown; bias: unknown[]; edges: Record<string, unknown>[] }[];
  provenance: Record<string, unknown>;
}

/** Writes the tiny model with a changed JSON and a right checksum. */
function writeChanged(folder: string, change: (json: LooseJson) => void): void {
  writeModel(folder, tinyModel());
  const json = JSON.parse(readFileSync(join(folder, MODEL_JSON), 'utf8')) as LooseJson;
  delete json.checksum;
  change(json);
  writeFileSync(join(folder, MODEL_JSON), sealJson(JSON.stringify(json, null, 2)));
}

describe('model files', () => {
  it('come back as they were, with their hash', () => {
    const random = Random.fromSeed(21);
    withTemporaryFolder((folder) => {
      for (let i = 0; i < 40; i++) {
        const model = randomModel(random, { synapses: 30_000 });
        const hash = writeModel(folder, model);
        const stored = readModel(folder);
        expect(stored.model).to.deep.equal(model);
        expect(stored.hash).to.equal(hash);
        expect(hash).to.equal(modelHash(readFileSync(join(folder, MODEL_JSON))));
      }
    });
  });

  it('keep names and front-ends of any kind', () => {
    const classes = [
      'a "quoted" name',
      'two\nlines',
      '[ 1, 2 ]',
      '*/ \\',
      '日本語 🦉',
      '\u2028',
      '__proto__',
    ];
    const frontEnd = { kind: 'log-mel', bands: 32, window: { milliseconds: 25 }, offsets: [1, -2, 3.5] };
    const head = { layers: [1], bits: 1, codes: new Int8Array(14).fill(1), bias: new Int32Array(7) } as const;
    withTemporaryFolder((folder) => {
      const model = tinyModel({ classes, frontEnd, head, name: 'a / b' });
      writeModel(folder, model);
      expect(readModel(folder).model).to.deep.equal(model);
    });
  });

  it('are the same bytes for the same model', () => {
    withTemporaryFolder((folder) => {
      expect(writeModel(join(folder, 'a'), tinyModel())).to.equal(writeModel(join(folder, 'b'), tinyModel()));
    });
  });

  it('are refused when any single byte of either file is changed', () => {
    const random = Random.fromSeed(22);
    withTemporaryFolder((folder) => {
      writeModel(folder, tinyModel());
      const codes = new Set<string>();
      for (const name of [MODEL_BIN, MODEL_JSON]) {
        const path = join(folder, name);
        const bytes = readFileSync(path);
        for (let i = 0; i < bytes.length; i++) {
          const damaged = Buffer.from(bytes);
          damaged[i] ^= 1 << random.integer(0, 7);
          writeFileSync(path, damaged);
          codes.add(refusal(folder).code);
        }
        writeFileSync(path, bytes);
      }
      expect([...codes].sort()).to.deep.equal(['MODEL_BIN_CHECKSUM', 'MODEL_CHECKSUM', 'MODEL_NO_CHECKSUM']);
    });
  });

  it('are refused when cut off anywhere or when something follows', () => {
    withTemporaryFolder((folder) => {
      writeModel(folder, tinyModel());
      const path = join(folder, MODEL_JSON);
      const whole = readFileSync(path);
      for (let length = 0; length < whole.length; length += 97) {
        writeFileSync(path, whole.subarray(0, length));
        expect(refusal(folder).code).to.be.oneOf(['MODEL_NO_CHECKSUM', 'MODEL_CHECKSUM']);
      }
      writeFileSync(path, Buffer.concat([whole, Buffer.from(' ')]));
      expect(refusal(folder).code).to.equal('MODEL_CHECKSUM');
      writeFileSync(path, whole);
      const bin = readFileSync(join(folder, MODEL_BIN));
      writeFileSync(join(folder, MODEL_BIN), Buffer.concat([bin, Buffer.of(0)]));
      expect(refusal(folder).code).to.equal('MODEL_BIN_LONG');
      truncateSync(join(folder, MODEL_BIN), bin.length - 1);
      expect(refusal(folder).code).to.equal('MODEL_BIN_SHORT');
      rmSync(join(folder, MODEL_BIN));
      expect(refusal(folder).code).to.equal('FILE_UNREADABLE');
    });
  });

  it('notice the weights of another model', () => {
    withTemporaryFolder((folder) => {
      const [a, b] = [join(folder, 'a'), join(folder, 'b')];
      writeModel(a, tinyModel());
      writeModel(b, tinyModel({ head: { ...tinyModel().head, codes: Int8Array.of(1, 1, 1, 1) } }));
      copyFileSync(join(b, MODEL_BIN), join(a, MODEL_BIN));
      expect(refusal(a).code).to.equal('MODEL_BIN_CHECKSUM');
    });
  });

  const changes: readonly (readonly [code: string, where: string, change: (json: LooseJson) => void])[] = [
    ['MODEL_FORMAT', 'not a litesnn model', (json) => (json.format = 'onnx')],
    ['MODEL_VERSION', 'format version 2', (json) => (json.version = 2)],
    ['MODEL_VERSION', 'format version "1"', (json) => (json.version = '1')],
    ['MODEL_UNKNOWN_KEY', 'top level', (json) => (json.extra = 1)],
    ['MODEL_UNKNOWN_KEY', 'layers.1.edges.0', (json) => (json.layers[1].edges[0].dilation = 2)],
    ['MODEL_MISSING_KEY', 'timesteps', (json) => delete json.timesteps],
    ['MODEL_MISSING_KEY', 'layers.0.leak', (json) => delete json.layers[0].leak],
    ['MODEL_VALUE_TYPE', 'timesteps', (json) => (json.timesteps = '3')],
    ['MODEL_VALUE_TYPE', 'timesteps', (json) => (json.timesteps = 1.5)],
    ['MODEL_VALUE_TYPE', 'timesteps', (json) => (json.timesteps = null)],
    ['MODEL_VALUE_TYPE', 'layers.0.edges.0.kind', (json) => (json.layers[0].edges[0].kind = 'pool')],
    ['MODEL_VALUE_TYPE', 'layers.0.edges.0.bits', (json) => (json.layers[0].edges[0].bits = 3)],
    ['MODEL_VALUE_RANGE', 'layers.0.bias.1', (json) => (json.layers[0].bias[1] = 2 ** 31)],
    ['MODEL_VALUE_RANGE', 'layers.0.edges.0.codeCount', (json) => (json.layers[0].edges[0].codeCount = -1)],
    ['MODEL_VALUE_RANGE', 'weights.bytes', (json) => (json.weights.bytes = 2 ** 25)],
    ['MODEL_CODE_COUNT', 'weights', (json) => (json.layers[0].edges[0].codeCount = 35)],
    ['MODEL_TIMESTEPS', 'timesteps', (json) => (json.timesteps = 256)],
    ['MODEL_RANGE_TOO_WIDE', '32 bits', (json) => (json.layers[1].edges[1].multiplier = [2 ** 31 - 1, 1])],
  ];
  for (const [code, where, change] of changes) {
    it(`are refused with ${code} (${where})`, () => {
      withTemporaryFolder((folder) => {
        writeChanged(folder, change);
        const error = refusal(folder);
        expect(error.code, error.message).to.equal(code);
        expect(error.message).to.include(where).and.not.include('\n');
        expect(error.exitCode).to.equal(ExitCode.usage);
      });
    });
  }

  it('are refused when they are no JSON, or no UTF-8, under a right checksum', () => {
    const blank = `{\n  "checksum": "${'0'.repeat(64)}"`;
    const seal = (rest: Buffer): Buffer => {
      const all = Buffer.concat([Buffer.from(blank), rest]);
      return Buffer.from(all.toString('latin1').replace('0'.repeat(64), sha256(all)), 'latin1');
    };
    withTemporaryFolder((folder) => {
      writeModel(folder, tinyModel());
      for (const rest of [Buffer.from(', oops'), Buffer.from(', "name": "\xff"}', 'latin1')]) {
        writeFileSync(join(folder, MODEL_JSON), seal(rest));
        expect(refusal(folder).code).to.equal('MODEL_NOT_JSON');
      }
      writeFileSync(join(folder, MODEL_JSON), seal(Buffer.from('}')));
      expect(refusal(folder).code).to.equal('MODEL_FORMAT');
    });
  });

  it('are refused unread when they are larger than any model', () => {
    withTemporaryFolder((folder) => {
      mkdirSync(folder, { recursive: true });
      writeModel(folder, tinyModel());
      truncateSync(join(folder, MODEL_BIN), 2 ** 34);
      expect(refusal(folder).code).to.equal('MODEL_FILE_TOO_LARGE');
      truncateSync(join(folder, MODEL_JSON), 2 ** 34);
      expect(refusal(folder)).to.have.property('code', 'MODEL_FILE_TOO_LARGE');
    });
  });

  it('are not written for a model that is not valid', () => {
    withTemporaryFolder((folder) => {
      const target = join(folder, 'new');
      expect(() => writeModel(target, tinyModel({ timesteps: 0 })))
        .to.throw(LitesnnError)
        .with.property('code', 'MODEL_TIMESTEPS');
      expect(() => readFileSync(join(target, MODEL_BIN))).to.throw('ENOENT');
    });
  });
});
