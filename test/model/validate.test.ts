import { expect } from 'chai';
import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import type { ConvEdge, Head, IdentityEdge, IntegerModel, Layer } from '../../src/model/types.js';
import { isLegalCode } from '../../src/model/validate-codes.js';
import { validateModel } from '../../src/model/validate.js';
import { randomModel } from '../support/random-model.js';
import { tinyModel } from '../support/tiny-model.js';

const [stem, body] = tinyModel().layers;
const stemEdge = stem.edges[0] as ConvEdge;
const pooled = body.edges[0] as ConvEdge;
const identity = body.edges[1] as IdentityEdge;

function withStem(changes: Partial<Layer>): IntegerModel {
  return tinyModel({ layers: [{ ...stem, ...changes }, body] });
}

function withStemEdge(changes: Partial<ConvEdge>): IntegerModel {
  return withStem({ edges: [{ ...stemEdge, ...changes }] });
}

function withBodyEdge(edge: ConvEdge | IdentityEdge): IntegerModel {
  return tinyModel({ layers: [stem, { ...body, edges: [edge] }] });
}

function withHead(changes: Partial<Head>): IntegerModel {
  return tinyModel({ head: { ...tinyModel().head, ...changes } });
}

function withProvenance(changes: Partial<IntegerModel['provenance']>): IntegerModel {
  return tinyModel({ provenance: { ...tinyModel().provenance, ...changes } });
}

const long = 'x'.repeat(201);
const noLayers = { ...pooled.source, layers: [] };

/** One model for each rule that breaks it, and where several rules share a code, one for each side. */
const broken: readonly (readonly [code: string, model: IntegerModel])[] = [
  ['MODEL_NAME', tinyModel({ name: '' })],
  ['MODEL_NAME', tinyModel({ name: long })],
  ['MODEL_CLASS_COUNT', tinyModel({ classes: [] })],
  ['MODEL_CLASS_COUNT', tinyModel({ classes: Array.from({ length: 1025 }, (_, i) => `${i}`) })],
  ['MODEL_CLASS_NAME', tinyModel({ classes: ['a', ''] })],
  ['MODEL_CLASS_NAME', tinyModel({ classes: ['a', long] })],
  ['MODEL_CLASS_DUPLICATE', tinyModel({ classes: ['a', 'a'] })],
  ['MODEL_FRONT_END', tinyModel({ frontEnd: { kind: '' } })],
  ['MODEL_SEED', withProvenance({ seed: 0.5 })],
  ['MODEL_PROVENANCE', withProvenance({ command: 'x'.repeat(10_001) })],
  ['MODEL_INPUT_SHAPE', tinyModel({ input: { height: 0, width: 4, channels: 2 } })],
  ['MODEL_INPUT_SHAPE', tinyModel({ input: { height: 4, width: 1.5, channels: 2 } })],
  ['MODEL_INPUT_SHAPE', tinyModel({ input: { height: 1024, width: 1025, channels: 1 } })],
  ['MODEL_TIMESTEPS', tinyModel({ timesteps: 0 })],
  ['MODEL_TIMESTEPS', tinyModel({ timesteps: 256 })],
  ['MODEL_LAYER_COUNT', tinyModel({ layers: [] })],
  [
    'MODEL_LAYER_COUNT',
    tinyModel({ layers: Array.from({ length: 257 }, (_, i) => ({ ...stem, name: `${i}` })) }),
  ],
  ['MODEL_LAYER_NAME', withStem({ name: '' })],
  ['MODEL_LAYER_DUPLICATE', withStem({ name: body.name })],
  ['MODEL_LAYER_SHAPE', withStem({ shape: { height: 4, width: 4, channels: 4097 } })],
  ['MODEL_LEAK', withStem({ leak: 256 })],
  ['MODEL_LEAK', withStem({ leak: -1 })],
  ['MODEL_LEAK', withStem({ leak: 51.2 })],
  ['MODEL_BIAS_LENGTH', withStem({ bias: new Int32Array(3) })],
  ['MODEL_THRESHOLD_LENGTH', withStem({ threshold: new Int32Array(1) })],
  ['MODEL_EDGE_COUNT', withStem({ edges: [] })],
  ['MODEL_EDGE_COUNT', withStem({ edges: Array.from({ length: 17 }, () => stemEdge) })],
  ['MODEL_MULTIPLIER_LENGTH', withStemEdge({ multiplier: new Int32Array(1) })],
  ['MODEL_SOURCE_COUNT', withBodyEdge({ ...pooled, source: noLayers })],
  ['MODEL_SOURCE_LATER', withBodyEdge({ ...pooled, source: { layers: [1] } })],
  ['MODEL_SOURCE_LATER', withBodyEdge({ ...pooled, source: { layers: [-2] } })],
  ['MODEL_SOURCE_LATER', withBodyEdge({ ...pooled, source: { layers: [0.5] } })],
  ['MODEL_SOURCE_MIXED', withBodyEdge({ ...pooled, source: { layers: [-1, 0] } })],
  ['MODEL_SOURCE_DUPLICATE', withBodyEdge({ ...pooled, source: { layers: [0, 0] } })],
  [
    'MODEL_SOURCE_SIZES',
    tinyModel({
      layers: [stem, body, { ...body, name: 'third', edges: [{ ...identity, source: { layers: [0, 1] } }] }],
    }),
  ],
  [
    'MODEL_POOLING_INPUT',
    withStemEdge({ source: { layers: [-1], pooling: { kind: 'or', height: 2, width: 2 } } }),
  ],
  [
    'MODEL_POOLING_WINDOW',
    withBodyEdge({ ...pooled, source: { layers: [0], pooling: { kind: 'or', height: 3, width: 3 } } }),
  ],
  [
    'MODEL_POOLING_WINDOW',
    withBodyEdge({ ...pooled, source: { layers: [0], pooling: { kind: 'or', height: 1, width: 1 } } }),
  ],
  [
    'MODEL_POOLING_EMPTY',
    tinyModel({
      input: { height: 1, width: 4, channels: 2 },
      layers: [{ ...stem, shape: { height: 1, width: 4, channels: 2 } }, body],
    }),
  ],
  ['MODEL_KERNEL', withStemEdge({ kernel: { height: 0, width: 3 } })],
  ['MODEL_KERNEL', withStemEdge({ kernel: { height: 33, width: 32 } })],
  ['MODEL_STRIDE', withStemEdge({ stride: { height: 0, width: 1 } })],
  ['MODEL_STRIDE', withStemEdge({ stride: { height: 1, width: 256 } })],
  ['MODEL_PADDING', withStemEdge({ padding: { top: 3, bottom: 1, left: 1, right: 1 } })],
  ['MODEL_PADDING', withStemEdge({ padding: { top: 1, bottom: 1, left: 1, right: -1 } })],
  [
    'MODEL_IDENTITY_INPUT',
    withStem({ edges: [{ kind: 'identity', source: { layers: [-1] }, multiplier: Int32Array.of(1, 1) }] }),
  ],
  ['MODEL_DEPTHWISE_CHANNELS', withDepthwiseFromOneChannel()],
  ['MODEL_EDGE_SHAPE', withStemEdge({ stride: { height: 2, width: 2 } })],
  ['MODEL_EDGE_SHAPE', withBodyEdge({ ...identity, source: { layers: [0] } })],
  ['MODEL_BITS', withStemEdge({ bits: 3 as 4 })],
  ['MODEL_CODES_LENGTH', withStemEdge({ codes: new Int8Array(35) })],
  ['MODEL_CODE_VALUE', withStemEdge({ codes: new Int8Array(36).fill(-128) })],
  ['MODEL_CODE_VALUE', withBodyEdge({ ...pooled, codes: new Int8Array(18).fill(2) })],
  ['MODEL_CODE_VALUE', withBodyEdge({ ...pooled, codes: new Int8Array(18).fill(5) })],
  ['MODEL_HEAD_COUNT', withHead({ layers: [] })],
  ['MODEL_HEAD_LAYER', withHead({ layers: [2] })],
  ['MODEL_HEAD_LAYER', withHead({ layers: [-1] })],
  ['MODEL_HEAD_DUPLICATE', withHead({ layers: [1, 1] })],
  ['MODEL_HEAD_BIAS_LENGTH', withHead({ bias: new Int32Array(3) })],
  ['MODEL_CODES_LENGTH', withHead({ codes: new Int8Array(5) })],
  ['MODEL_CODE_VALUE', withHead({ codes: Int8Array.of(1, 2, 1, 1) })],
  ['MODEL_TOO_LARGE', tooLarge()],
];

function withDepthwiseFromOneChannel(): IntegerModel {
  return tinyModel({
    input: { height: 4, width: 4, channels: 1 },
    layers: [{ ...stem, edges: [{ ...stemEdge, depthwise: true, codes: new Int8Array(18) }] }, body],
  });
}

/** Each population is within bounds, all timesteps of all of them are not. */
function tooLarge(): IntegerModel {
  const shape = { height: 1000, width: 1000, channels: 1 };
  const one = { height: 1, width: 1 };
  const edge: ConvEdge = {
    ...stemEdge,
    kernel: one,
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
    codes: Int8Array.of(1),
    multiplier: Int32Array.of(1),
  };
  return tinyModel({
    input: shape,
    timesteps: 100,
    layers: [{ ...stem, shape, edges: [edge], bias: Int32Array.of(0), threshold: Int32Array.of(0) }],
    head: { layers: [0], bits: 1, codes: Int8Array.of(1, 1), bias: Int32Array.of(0, 0) },
  });
}

describe('model rules', () => {
  it('accept the tiny model and random ones', () => {
    validateModel(tinyModel());
    const random = Random.fromSeed(11);
    for (let i = 0; i < 50; i++) validateModel(randomModel(random));
  });

  for (const [index, [code, model]] of broken.entries()) {
    it(`refuse ${code} (${index})`, () => {
      let caught: unknown;
      try {
        validateModel(model);
      } catch (error) {
        caught = error;
      }
      expect(caught).to.be.instanceOf(LitesnnError);
      const { code: actual, exitCode, message } = caught as LitesnnError;
      expect(actual, message).to.equal(code);
      expect(exitCode).to.equal(ExitCode.usage);
      expect(message).to.match(/^not a valid model: [^\n]{10,200}$/);
    });
  }

  it('know which codes each width has', () => {
    const legal = (bits: 1 | 2 | 4 | 8): number[] =>
      Array.from({ length: 256 }, (_, i) => i - 128).filter((code) => isLegalCode(code, bits));
    expect(legal(1)).to.deep.equal([-1, 0, 1]);
    expect(legal(2)).to.deep.equal([-3, -1, 0, 1, 3]);
    expect(legal(4)).to.deep.equal([-15, -13, -11, -9, -7, -5, -3, -1, 0, 1, 3, 5, 7, 9, 11, 13, 15]);
    expect(legal(8)).to.have.lengthOf(255).and.not.include(-128);
  });
});
