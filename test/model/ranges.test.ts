import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { writeModel } from '../../src/model/file.js';
import { hull, type ChannelRange, type Interval } from '../../src/model/interval.js';
import { analyzeRanges, type LayerRanges } from '../../src/model/ranges.js';
import type { IntegerModel, Layer } from '../../src/model/types.js';
import { randomInput, randomModel } from '../support/random-model.js';
import { withTemporaryFolder } from '../support/temporary-folder.js';
import { tinyModel } from '../support/tiny-model.js';
import { straightInference } from './straight-interpreter.js';

function at(range: ChannelRange, channel: number): Interval {
  return { low: range.low[channel], high: range.high[channel] };
}

/** A layer of one 1x`width` convolution on spikes of a first layer of the same width and one channel. */
function spikeModel(codes: number[], changes: Partial<Layer> = {}): IntegerModel {
  const tiny = tinyModel();
  const shape = { height: 1, width: codes.length, channels: 1 };
  const one = { height: 1, width: 1 };
  const none = { top: 0, bottom: 0, left: 0, right: 0 };
  const neuron = { leak: 0, bias: Int32Array.of(0), threshold: Int32Array.of(0) };
  const common = {
    kind: 'conv',
    stride: one,
    padding: none,
    depthwise: false,
    multiplier: Int32Array.of(1),
  } as const;
  return {
    ...tiny,
    input: shape,
    timesteps: 2,
    layers: [
      {
        ...neuron,
        name: 'copy',
        shape,
        edges: [{ ...common, source: { layers: [-1] }, kernel: one, bits: 1, codes: Int8Array.of(1) }],
      },
      {
        ...neuron,
        name: 'sum',
        shape: { ...one, channels: 1 },
        edges: [
          {
            ...common,
            source: { layers: [0] },
            kernel: { height: 1, width: codes.length },
            bits: 8,
            codes: Int8Array.from(codes),
          },
        ],
        ...changes,
      },
    ],
    head: { layers: [1], bits: 1, codes: Int8Array.of(1, -1), bias: Int32Array.of(0, 0) },
  };
}

describe('range analysis', () => {
  it('holds every value that random models and inputs produce', () => {
    const random = Random.fromSeed(77);
    let seen = 0;
    withTemporaryFolder((folder) => {
      for (let i = 0; i < 40; i++) {
        const model = randomModel(random, { synapses: 20_000 });
        const { layers, head } = analyzeRanges(model);
        const accumulators = layers.map(({ edges }) =>
          edges[0].accumulator.low.reduce<Interval[]>((list, _, c) => {
            list.push(edges.map((edge) => at(edge.accumulator, c)).reduce(hull));
            return list;
          }, []),
        );
        writeModel(folder, model);
        for (let k = 0; k < 3; k++) {
          const { logits } = straightInference(
            folder,
            randomInput(random, model),
            (what, layer, channel, value) => {
              const range =
                what === 'accumulator' ? accumulators[layer][channel] : at(layers[layer][what], channel);
              seen++;
              if (value < range.low || value > range.high) {
                expect.fail(
                  `model ${i}, layer ${layer}, channel ${channel}: ${what} ${value} is outside ${range.low}..${range.high}`,
                );
              }
            },
          );
          logits.forEach((logit, c) => expect(logit).to.be.within(head.logits.low[c], head.logits.high[c]));
        }
      }
    });
    expect(seen).to.be.greaterThan(100_000);
  });

  it('is exact for one edge: both ends are reached by some spikes', () => {
    const random = Random.fromSeed(3);
    withTemporaryFolder((folder) => {
      for (let i = 0; i < 10; i++) {
        const codes = Array.from({ length: 6 }, () => random.integer(-127, 127));
        const threshold = Int32Array.of(random.integer(-60, 60));
        const model = spikeModel(codes, {
          leak: random.pick([0, 51, 255]),
          bias: Int32Array.of(random.integer(-50, 50)),
          threshold,
        });
        const ranges = analyzeRanges(model).layers[1];
        const found = { accumulator: [] as number[], current: [model.layers[1].bias[0]], membrane: [0] };
        writeModel(folder, model);
        for (let pattern = 0; pattern < 64; pattern++) {
          const input = Int8Array.from(codes, (_, bit) => (pattern >> bit) & 1);
          straightInference(folder, input, (what, layer, _, value) => {
            if (layer === 1 && what !== 'leakProduct') found[what].push(value);
          });
        }
        expect(at(ranges.edges[0].accumulator, 0)).to.deep.equal(span(found.accumulator));
        expect(at(ranges.current, 0)).to.deep.equal(span(found.current));
        // The input never changes here, so only the low end of the membrane is reached by repeating one pattern.
        expect(ranges.membrane.low[0]).to.equal(span(found.membrane).low);
        expect(ranges.membrane.high[0]).to.be.at.least(span(found.membrane).high);
      }
    });
  });

  it('leaves out taps that lie on padding everywhere', () => {
    const tiny = tinyModel();
    const one = { height: 1, width: 1, channels: 2 };
    const stem = { ...tiny.layers[0], shape: one };
    const codes = Int8Array.from({ length: 36 }, (_, i) =>
      i === 8 ? 3 : i === 9 ? -2 : i === 26 ? 1 : i > 17 ? 0 : 100,
    );
    const model = {
      ...tiny,
      input: one,
      layers: [{ ...stem, edges: [{ ...stem.edges[0], codes }] }],
      head: { ...tiny.head, layers: [0] },
    };
    const { accumulator } = analyzeRanges(model).layers[0].edges[0];
    // Centre tap: 3 and -2 in channel 0, 1 in channel 1.
    expect(at(accumulator, 0)).to.deep.equal({ low: 3 * -128 - 2 * 127, high: 3 * 127 + 2 * 128 });
    expect(at(accumulator, 1)).to.deep.equal({ low: -128, high: 127 });
  });

  it('follows the membrane through reset, leak and time', () => {
    const layer = (changes: Partial<Layer>, timesteps: number): LayerRanges =>
      analyzeRanges({ ...spikeModel([10, -20], changes), timesteps }).layers[1];
    const slow = layer({ leak: 128, threshold: Int32Array.of(4) }, 3);
    // t = 0: -20..10, so v is -20..4; t = 1: -30..12; v -30..4; t = 2: -35..12.
    expect(at(slow.membrane, 0)).to.deep.equal({ low: -35, high: 12 });
    expect(at(slow.leakProduct, 0)).to.deep.equal({ low: -30 * 128, high: 4 * 128 });
    const once = layer({ leak: 128, threshold: Int32Array.of(4) }, 1);
    expect(at(once.membrane, 0)).to.deep.equal({ low: -20, high: 10 });
    expect(at(once.leakProduct, 0)).to.deep.equal({ low: 0, high: 0 });
    const always = layer({ leak: 255, bias: Int32Array.of(100), threshold: Int32Array.of(4) }, 3);
    expect(at(always.membrane, 0)).to.deep.equal({ low: 0, high: 110 });
    expect(at(always.leakProduct, 0)).to.deep.equal({ low: 0, high: 0 });
  });

  it('counts bias first, then the edges in their order', () => {
    const model = tinyModel();
    const { current, edges } = analyzeRanges(model).layers[1];
    const [conv, identity] = edges.map(({ product }) => at(product, 0));
    expect(identity).to.deep.equal({ low: -5, high: 0 });
    const bias = model.layers[1].bias[0];
    expect(at(current, 0)).to.deep.equal({ low: bias + conv.low - 5, high: bias + conv.high });
  });

  it('picks the narrowest type at its exact ends', () => {
    const typeOf = (codes: number[]): string =>
      analyzeRanges(spikeModel(codes)).layers[1].edges[0].accumulator.type;
    expect(typeOf([127])).to.equal('int8');
    expect(typeOf([127, 1])).to.equal('int16');
    expect(typeOf([-127, -1])).to.equal('int8');
    expect(typeOf([-127, -2])).to.equal('int16');
    expect(typeOf(Array<number>(258).fill(127))).to.equal('int16');
    expect(typeOf([...Array<number>(258).fill(127), 2])).to.equal('int32');
  });

  it('refuses what needs more than 32 bits, and takes what just fits', () => {
    const withMultiplier = (multiplier: number): IntegerModel => {
      const model = spikeModel([1]);
      const [copy, sum] = model.layers;
      const edge = { ...sum.edges[0], multiplier: Int32Array.of(multiplier) };
      return { ...model, timesteps: 1, layers: [copy, { ...sum, edges: [edge], bias: Int32Array.of(7) }] };
    };
    const largest = 2 ** 31 - 1;
    expect(() => analyzeRanges(withMultiplier(largest - 7))).not.to.throw();
    expect(() => analyzeRanges(withMultiplier(largest - 6)))
      .to.throw(LitesnnError, 'layer sum: current would need more than 32 bits')
      .with.property('code', 'MODEL_RANGE_TOO_WIDE');
    const leaking = spikeModel([1], { leak: 255, bias: Int32Array.of(-(2 ** 24)) });
    expect(() => analyzeRanges(leaking)).to.throw(LitesnnError, 'leak * membrane potential');
    expect(() => analyzeRanges({ ...leaking, timesteps: 1 })).not.to.throw();
    const head = { ...tinyModel().head, bias: Int32Array.of(2 ** 30, 0) };
    expect(() => analyzeRanges(tinyModel({ head }))).to.throw(LitesnnError, 'head: logit');
  });
});

function span(values: readonly number[]): Interval {
  return { low: Math.min(...values), high: Math.max(...values) };
}
