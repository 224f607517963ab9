import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { writeModel } from '../../src/model/file.js';
import { argmax, interpret, Interpreter } from '../../src/model/interpreter.js';
import type { IntegerModel } from '../../src/model/types.js';
import { randomInput, randomModel } from '../support/random-model.js';
import { withTemporaryFolder } from '../support/temporary-folder.js';
import { tinyModel } from '../support/tiny-model.js';
import { straightInference } from './straight-interpreter.js';

/** One neuron that gets the input value itself at every timestep. */
function oneNeuron(leak: number, threshold: number, timesteps: number): IntegerModel {
  const tiny = tinyModel();
  const [stem] = tiny.layers;
  const one = { height: 1, width: 1 };
  return {
    ...tiny,
    input: { ...one, channels: 1 },
    timesteps,
    layers: [
      {
        ...stem,
        shape: { ...one, channels: 1 },
        leak,
        bias: Int32Array.of(0),
        threshold: Int32Array.of(threshold),
        edges: [
          {
            kind: 'conv',
            source: { layers: [-1] },
            kernel: one,
            stride: one,
            padding: { top: 0, bottom: 0, left: 0, right: 0 },
            depthwise: false,
            bits: 8,
            codes: Int8Array.of(1),
            multiplier: Int32Array.of(1),
          },
        ],
      },
    ],
    head: { layers: [0], bits: 8, codes: Int8Array.of(3, 1), bias: Int32Array.of(0, 2) },
  };
}

describe('reference interpreter', () => {
  it('agrees in every spike and logit with an interpreter written from the document, on 200 random models', () => {
    const random = Random.fromSeed(2024);
    withTemporaryFolder((folder) => {
      for (let i = 0; i < 200; i++) {
        const model = randomModel(random, { synapses: 40_000 });
        const input = randomInput(random, model);
        writeModel(folder, model);
        const inference = interpret(model, input);
        const expected = straightInference(folder, input);
        const about = `model ${i}: ${model.name}`;
        expect(Array.from(inference.logits), about).to.deep.equal(expected.logits);
        expect(inference.spikes.length, about).to.equal(expected.spikes.length);
        inference.spikes.forEach((spikes, l) => {
          expect(
            Buffer.from(spikes).equals(Uint8Array.from(expected.spikes[l])),
            `${about}, layer ${l}`,
          ).to.equal(true);
        });
      }
    });
  });

  it('leaks, compares strictly, resets to zero', () => {
    // u: 40, 20 + 40 = 60 (not above), 30 + 40 = 70 (fires), 40 again.
    expect(Array.from(interpret(oneNeuron(128, 60, 4), Int8Array.of(40)).spikes[0])).to.deep.equal([
      0, 0, 1, 0,
    ]);
  });

  it('rounds the leak towards minus infinity', () => {
    // The first neuron fires at t = 1 only (40, 60). The second has u = -1, then floor(-1 / 256) - 1 + 10 = 8; truncation: 9.
    const first = oneNeuron(128, 50, 2);
    const edge = { kind: 'identity', source: { layers: [0] }, multiplier: Int32Array.of(10) } as const;
    const second = { ...first.layers[0], name: 'second', leak: 1, bias: Int32Array.of(-1), edges: [edge] };
    const firesAbove = (threshold: number): number[] => {
      const layers = [...first.layers, { ...second, threshold: Int32Array.of(threshold) }];
      return Array.from(interpret({ ...first, layers }, Int8Array.of(40)).spikes[1]);
    };
    expect(firesAbove(8)).to.deep.equal([0, 0]);
    expect(firesAbove(7)).to.deep.equal([0, 1]);
  });

  it('takes the lowest class on a tie', () => {
    expect(argmax(Int32Array.of(3, 7, 7, -1))).to.equal(1);
    // One spike: logits 3 and 1 + 2.
    expect(interpret(oneNeuron(0, 5, 1), Int8Array.of(6)).classIndex).to.equal(0);
    expect(interpret(oneNeuron(0, 5, 1), Int8Array.of(5)).classIndex).to.equal(1);
  });

  it('gives with fewer timesteps the beginning of what more give', () => {
    const random = Random.fromSeed(5);
    for (let i = 0; i < 30; i++) {
      const model = randomModel(random, { synapses: 20_000 });
      const input = randomInput(random, model);
      const interpreter = new Interpreter(model);
      const all = interpreter.run(input);
      const some = interpreter.run(input, { timesteps: 1 });
      some.spikes.forEach((spikes, l) => {
        expect(Array.from(spikes)).to.deep.equal(Array.from(all.spikes[l].subarray(0, spikes.length)));
      });
      const shorter = interpret({ ...model, timesteps: 1 }, input);
      expect(Array.from(some.logits)).to.deep.equal(Array.from(shorter.logits));
    }
  });

  it('gives the same again: no state is left from one inference to the next', () => {
    const random = Random.fromSeed(6);
    for (let i = 0; i < 20; i++) {
      const model = randomModel(random, { synapses: 20_000 });
      const [first, second] = [randomInput(random, model), randomInput(random, model)];
      const interpreter = new Interpreter(model);
      const before = interpreter.run(first);
      interpreter.run(second);
      expect(interpreter.run(first)).to.deep.equal(before);
    }
  });

  it('counts spikes as the device protocol says', () => {
    const model = tinyModel();
    const input = Int8Array.from({ length: 32 }, (_, i) => (i % 4 === 0 ? 0 : i - 10));
    const { spikes, spikesIn, spikesOut, headSpikesIn } = interpret(model, input);
    const total = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0);
    const nonZero = input.filter((value) => value !== 0).length;
    expect(spikesOut).to.deep.equal(spikes.map(total));
    expect(spikesOut[0]).to.be.greaterThan(0);
    // The stem counts its input once, the body its source once for each of its two edges, before pooling.
    expect(spikesIn).to.deep.equal([nonZero, 2 * spikesOut[0]]);
    expect(headSpikesIn).to.equal(spikesOut[1]);
  });

  it('refuses an input of another length, and timesteps that the ranges were not proved for', () => {
    const interpreter = new Interpreter(tinyModel());
    expect(() => interpreter.run(new Int8Array(31)))
      .to.throw(LitesnnError, 'takes 32')
      .with.property('code', 'INFERENCE_INPUT_LENGTH');
    for (const timesteps of [0, 4, 1.5]) {
      expect(() => interpreter.run(new Int8Array(32), { timesteps }))
        .to.throw(LitesnnError)
        .with.property('code', 'INFERENCE_TIMESTEPS');
    }
  });
});
