import { expect } from 'chai';
import type { TrainingEngine } from '../../../src/training/engine.js';
import { createSpikeEngine } from '../../../src/training/spike/engine.js';
import { EVERYTHING, SIGNAL, SIMPLE } from '../../support/training-cases.js';
import { agrees } from './agreement.js';
import { randomGraph } from './random-graph.js';

describe('spike engine against the plain network', () => {
  let engine: TrainingEngine;

  before(async () => {
    engine = await createSpikeEngine({ threads: 1 });
  });

  for (const [name, graph, batch] of [
    ['a simple network', SIMPLE, 3],
    ['a network with everything', EVERYTHING, 2],
    ['a signal network', SIGNAL, 5],
  ] as const) {
    for (const seed of [100, 200]) {
      it(`agrees for ${name}, seed ${seed}`, async () => {
        expect(await agrees(engine, graph, batch, seed), 'a case that rounding cannot turn').to.be.true;
      });
    }
  }

  for (let first = 1; first < 60; first += 20) {
    it(`agrees for random networks ${first} to ${first + 19}`, async function () {
      let decided = 0;
      for (let seed = first; seed < first + 20; seed++) {
        if (await agrees(engine, randomGraph(seed), 2 + (seed % 6), 1000 * seed)) decided++;
      }
      expect(decided, 'networks with a case that rounding cannot turn').to.be.at.least(17);
    });
  }
});
