import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import type { TrainingEngine } from '../../src/training/engine.js';
import { createTfjsEngine } from '../../src/training/tfjs/engine.js';
import { expectAgreement } from '../support/engine-agreement.js';
import {
  EVERYTHING,
  engineObjective,
  randomCase,
  randomObjective,
  SIGNAL,
  SIMPLE,
} from '../support/training-cases.js';

describe('TensorFlow.js engine', () => {
  for (const backend of ['wasm', 'cpu'] as const) {
    describe(`on the ${backend} backend`, () => {
      let engine: TrainingEngine;

      before(async () => {
        engine = await createTfjsEngine({ backends: [backend] });
      });

      for (const [name, graph, batch] of [
        ['a simple network', SIMPLE, 3],
        ['a network with everything', EVERYTHING, 2],
        ['a signal network', SIGNAL, 5],
      ] as const) {
        for (const seed of [100, 200, 300]) {
          it(`agrees with the plain network for ${name}, seed ${seed}`, async function () {
            await expectAgreement(engine, graph, batch, seed);
          });
        }
      }

      it('leaves no tensor behind', async () => {
        const { graph, batch, parameters, inputs, mix } = randomCase(EVERYTHING, 2, 1);
        const objective = engineObjective(randomObjective(graph, batch, 1));
        const session = await engine.compile(graph, batch, parameters);
        await session.step(inputs, mix, objective);
        const before = tf.memory();
        await session.step(inputs, mix, objective);
        await session.evaluate(inputs, mix);
        expect(tf.memory().numTensors).to.equal(before.numTensors);
        expect(tf.memory().numDataBuffers).to.equal(before.numDataBuffers);
      });
    });
  }

  it('names what computes', async () => {
    const engine = await createTfjsEngine({ backends: ['wasm'] });
    expect(engine.description).to.match(/TensorFlow\.js \d.*WebAssembly/);
  });
});
