import { samePadding, type Padding, type Size2d } from '../../../src/core/geometry.js';
import { expect } from 'chai';
import { createSpikeEngine } from '../../../src/training/spike/engine.js';
import {
  INPUT_POPULATION,
  LITESNN_NEURON,
  type ConvEdgeSpec,
  type TrainingGraph,
} from '../../../src/training/graph.js';
import { agrees } from './agreement.js';

const ONE: Size2d = { height: 1, width: 1 };

function conv(populations: number[], kernel: Size2d, padding: Padding, keep: number): ConvEdgeSpec {
  return {
    kind: 'conv',
    source: { populations },
    kernel,
    stride: ONE,
    padding,
    depthwise: false,
    weight: { bits: { choices: [2] }, keep: { choices: [keep] } },
  };
}

/** Two hidden layers, of which the second reads two populations; sizes that fill no block of positions evenly. */
function twoLayers(
  height: number,
  width: number,
  kernel: Size2d,
  padding: Padding,
  keep: number,
): TrainingGraph {
  const same = samePadding({ height: 3, width: 3 });
  const stem = conv([INPUT_POPULATION], { height: 3, width: 3 }, same, 1);
  const outHeight = height + padding.top + padding.bottom - kernel.height + 1;
  const outWidth = width + padding.left + padding.right - kernel.width + 1;
  return {
    input: { height, width, channels: 1 },
    timesteps: 2,
    neuron: LITESNN_NEURON,
    populations: [
      { name: 'a', shape: { height, width, channels: 5 }, edges: [stem] },
      {
        name: 'b',
        shape: { height, width, channels: 3 },
        edges: [conv([0], { height: 3, width: 3 }, same, keep)],
      },
      {
        name: 'c',
        shape: { height: outHeight, width: outWidth, channels: 6 },
        edges: [conv([1, 0], kernel, padding, keep)],
      },
    ],
    head: { populations: [2], classes: 3, weight: { bits: { choices: [8] }, keep: { choices: [1] } } },
    gates: 0,
    bitGroups: [],
    keepGroups: [],
  };
}

const UNEVEN: Padding = { top: 0, bottom: 1, left: 2, right: 0 };

describe('spike engine with pruned weights', () => {
  for (const keep of [0.1, 0.35, 0.6, 0.61]) {
    for (const [what, graph] of [
      ['a signal', [1, 37, { height: 1, width: 3 }, { top: 0, bottom: 0, left: 1, right: 1 }]],
      ['uneven padding', [6, 7, { height: 2, width: 3 }, UNEVEN]],
      ['more than one block', [9, 11, { height: 3, width: 3 }, samePadding({ height: 3, width: 3 })]],
      ['no padding', [5, 8, { height: 3, width: 4 }, { top: 0, bottom: 0, left: 0, right: 0 }]],
    ] as const) {
      it(`agrees with the plain network for ${what}, of which ${keep} are kept`, async () => {
        const engine = await createSpikeEngine({ threads: 1 });
        const [height, width, kernel, padding] = graph;
        const found = await agrees(engine, twoLayers(height, width, kernel, padding, keep), 3, 40);
        expect(found, 'a case that rounding cannot turn').to.be.true;
      });
    }
  }
});
