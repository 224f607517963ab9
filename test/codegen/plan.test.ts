import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '../../src/core/random.js';
import { liveTogether, placeBuffers, type BufferRequest } from '../../src/codegen/plan/buffers.js';
import { renderLibrary } from '../../src/codegen/library/render.js';
import { planLanes } from '../../src/codegen/plan/integers.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import type { NetworkPlan, PlacedBuffer } from '../../src/codegen/plan/types.js';
import { INPUT_SOURCE, type IntegerModel } from '../../src/model/types.js';
import { chainModel } from '../support/chain-model.js';
import { randomModel } from '../support/random-model.js';

const FACTS = { modelHash: '5a'.repeat(32), command: 'test' };

function overlap(a: PlacedBuffer, b: PlacedBuffer): boolean {
  return a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}

function expectNoConflict(buffers: readonly PlacedBuffer[]): void {
  for (const [i, a] of buffers.entries()) {
    for (const b of buffers.slice(i + 1)) {
      if (liveTogether(a, b)) expect(overlap(a, b), `${a.name} and ${b.name} overlap`).equal(false);
    }
  }
}

const requests = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 6 }))
    .map(([bytes, firstStep, steps]): BufferRequest => ({
      name: `${bytes}@${firstStep}`,
      role: 'spikes',
      bytes,
      firstStep,
      lastStep: firstStep + steps,
    })),
  { maxLength: 20 },
);

describe('placing buffers', () => {
  it('never overlaps two that are in use at one step, and stays between the lower bound and the sum', () => {
    fc.assert(
      fc.property(requests, (wanted) => {
        const { buffers, totalBytes, lowerBound } = placeBuffers(wanted);
        expectNoConflict(buffers);
        expect(buffers.map((buffer) => buffer.name)).deep.equal(wanted.map((request) => request.name));
        expect(totalBytes).at.least(lowerBound);
        expect(totalBytes).at.most(buffers.reduce((sum, buffer) => sum + buffer.bytes, 0));
        for (const buffer of buffers) expect(buffer.offset % 4).equal(0);
      }),
    );
  });

  it('gives the bytes of what has ended to what comes', () => {
    const buffer = (bytes: number, firstStep: number, lastStep: number): BufferRequest => ({
      name: 'b',
      role: 'spikes',
      bytes,
      firstStep,
      lastStep,
    });
    const chain = [buffer(100, 0, 1), buffer(60, 1, 2), buffer(100, 2, 3), buffer(60, 3, 4)];
    expect(placeBuffers(chain)).to.include({ totalBytes: 160, lowerBound: 160 });
  });
});

/** Steps at which a layer's spikes are written or read, straight from the model. */
function usesOf(model: IntegerModel, layer: number): readonly number[] {
  const uses = [layer];
  model.layers.forEach((reader, i) => {
    for (const edge of reader.edges) if (edge.source.layers.includes(layer)) uses.push(i);
  });
  if (model.head.layers.includes(layer)) uses.push(model.layers.length);
  return uses;
}

function checkPlan(model: IntegerModel, plan: NetworkPlan): void {
  expectNoConflict(plan.buffers);
  expect(plan.arenaBytes).at.least(plan.arenaLowerBound);
  for (const buffer of plan.buffers) expect(buffer.offset + buffer.bytes).at.most(plan.arenaBytes);
  plan.layers.forEach((layer, i) => {
    const { shape } = model.layers[i];
    const spikes = plan.buffers.find((buffer) => buffer.name === `layer ${i} spikes`)!;
    expect(spikes.offset).equal(layer.spikes.offset);
    expect(spikes.bytes).at.least((model.timesteps * shape.height * shape.width * shape.channels) / 8);
    for (const step of usesOf(model, i)) expect(step).within(spikes.firstStep, spikes.lastStep);
  });
}

describe('planning a network', () => {
  it('places everything of random networks without conflict, with either kind of kernels', () => {
    const random = Random.fromSeed(11);
    for (let i = 0; i < 150; i++) {
      const model = randomModel(random, { synapses: 20_000 });
      for (const kernels of ['fast', 'reference'] as const) {
        const plan = planNetwork(model, undefined, { kernels });
        checkPlan(model, plan);
        if (kernels === 'reference') {
          for (const layer of plan.layers)
            for (const edge of layer.edges) expect(edge.kernel).equal('reference');
        }
      }
    }
  });

  it('can be written to a file, read back and rendered from', () => {
    const random = Random.fromSeed(12);
    for (let i = 0; i < 10; i++) {
      const model = randomModel(random, { synapses: 10_000 });
      const plan = planNetwork(model);
      const copy = JSON.parse(JSON.stringify(plan)) as NetworkPlan;
      expect(renderLibrary(model, copy, FACTS)).deep.equal(renderLibrary(model, plan, FACTS));
    }
  });

  it('keeps spikes at one bit a neuron and timestep, and no membranes between pixels', () => {
    const input = { height: 32, width: 32, channels: 32 };
    const model = chainModel(Random.fromSeed(13), {
      input,
      timesteps: 4,
      channels: [32, 32, 32],
      bits: 2,
      keep: 1,
    });
    const plan = planNetwork(model);
    const oneLayer = (32 * 32 * 32 * 4) / 8;
    // The list of one row's spikes has room for four columns of three rows of 32, at each of four timesteps.
    const lists = 4 * 2 * (4 * 3 * 32 + 35);
    expect(plan.arenaBytes).within(2 * oneLayer, 2 * oneLayer + lists);
  });

  it('counts the bytes of weights and tables', () => {
    const input = { height: 4, width: 4, channels: 5 };
    const model = chainModel(Random.fromSeed(14), { input, timesteps: 1, channels: [6], bits: 2, keep: 1 });
    const [, conv] = planNetwork(model).layers;
    // 3x3x5 rows of bytes for a group of 16; bias and threshold in 16 lanes of two bytes each.
    expect(conv.flash).deep.equal({ weights: 45 * 16, tables: 64 });
  });

  it('expects more instructions of a higher firing rate, and far fewer than of the reference kernels', () => {
    const input = { height: 8, width: 8, channels: 16 };
    const model = chainModel(Random.fromSeed(15), { input, timesteps: 2, channels: [16], bits: 2, keep: 1 });
    const at = (firingRate: number): number => planNetwork(model, undefined, { firingRate }).instructions;
    expect(at(0.3)).greaterThan(at(0.1));
    expect(planNetwork(model, undefined, { kernels: 'reference' }).instructions).greaterThan(10 * at(0.1));
  });

  it('reads the int8 input once for all timesteps', () => {
    const random = Random.fromSeed(16);
    for (let i = 0; i < 30; i++) {
      const model = randomModel(random, { synapses: 20_000 });
      planNetwork(model).layers.forEach((layer, l) => {
        const onInput = model.layers[l].edges.some((edge) => edge.source.layers.includes(INPUT_SOURCE));
        const { base, patch } = layer.scratch;
        expect(base !== undefined || patch !== undefined).equal(onInput);
      });
    }
  });
});

describe('byte lanes', () => {
  it('hold every code, and a burst of the largest never carries', () => {
    for (const codes of [
      [1, -1],
      [1, 0, -1],
      [3, 1, -3],
      [3, 0],
      [15, -15, 1],
      [15, 0],
      [31, -2],
      [0, 0],
    ]) {
      const lanes = planLanes(Int8Array.from(codes))!;
      const values = codes.map((code) => (code + lanes.bias) / lanes.step);
      for (const value of values) {
        expect(Number.isInteger(value) && value >= 0).equal(true);
        expect(value * lanes.burst).at.most(255);
      }
      expect(values.map((value) => value * lanes.step - lanes.bias)).deep.equal(codes);
    }
  });

  it('are not used for codes that would overflow after a few rows', () => {
    expect(planLanes(Int8Array.of(127, -5))).equal(undefined);
  });
});
