import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import { elementsOf, type Shape } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import { Interpreter } from '../../src/model/interpreter.js';
import { guessStep } from '../../src/nir/discretize.js';
import { importNir, type Imported, type ImportOptions } from '../../src/nir/import.js';
import type { NirGraph, NirNode } from '../../src/nir/graph.js';
import { simulateNir } from '../../src/nir/simulate.js';
import { ABOUT } from '../support/fold-description.js';
import { chain, conv, lif, tensor, wholeWeights } from './random-graph.js';

const EXACT: ImportOptions = { timesteps: 1, step: 1e-4, bits: 8, inputUnit: 1 };

function classesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, k) => `class ${k}`);
}

function imported(graph: NirGraph, classes: number, options: Partial<ImportOptions> = {}): Imported {
  return importNir(graph, { ...ABOUT, classes: classesOf(classes) }, { ...EXACT, ...options });
}

/** `[C][H][W]` of `[H][W][C]`. */
function channelsFirst(input: Int8Array, { height, width, channels }: Shape): Float64Array {
  return Float64Array.from(
    { length: input.length },
    (_, i) => input[(i % (height * width)) * channels + Math.floor(i / (height * width))],
  );
}

interface Agreement {
  readonly spikes: number;
  readonly different: number;
  readonly fired: number;
  readonly answers: number;
}

/** The integer model beside the network as its file states it, on random inputs. */
function agreement(
  graph: NirGraph,
  { model }: Imported,
  { timesteps, step, inputUnit }: ImportOptions,
  seed = 1,
): Agreement {
  const random = Random.fromSeed(seed);
  const interpreter = new Interpreter(model);
  const { height, width, channels } = model.input;
  let [spikes, different, fired, answers] = [0, 0, 0, 0];
  for (let sample = 0; sample < 12; sample++) {
    const input = Int8Array.from({ length: elementsOf(model.input) }, () => random.integer(-128, 127));
    const values = channelsFirst(input, model.input).map((value) => value * inputUnit);
    const float = simulateNir(graph, { shape: [channels, height, width], values }, { timesteps, step });
    const integer = interpreter.run(input);
    for (const [name, steps] of float.spikes) {
      const layer = model.layers.findIndex((candidate) => candidate.name === name);
      const { shape } = model.layers[layer];
      const positions = shape.height * shape.width;
      steps.forEach((own, t) => {
        own.forEach((spike, i) => {
          const place = (i % positions) * shape.channels + Math.floor(i / positions);
          const ours = integer.spikes[layer][t * own.length + place];
          spikes++;
          fired += spike;
          different += Number(ours !== spike);
        });
      });
    }
    const best = float.outputs.indexOf(Math.max(...float.outputs));
    answers += Number(best === integer.classIndex);
  }
  return { spikes, different, fired, answers };
}

function expectExact(graph: NirGraph, classes: number, options: Partial<ImportOptions> = {}): void {
  const result = imported(graph, classes, options);
  const { spikes, different, fired } = agreement(graph, result, { ...EXACT, ...options });
  expect(different).to.equal(0);
  expect(fired, 'some fire').to.be.greaterThan(0);
  expect(fired, 'some do not').to.be.lessThan(spikes);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LitesnnError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('import of NIR networks', () => {
  const random = Random.fromSeed(7);
  const weights = (...shape: number[]): ReturnType<typeof wholeWeights> => wholeWeights(random, shape);
  const head = (channels: number, classes: number): NirNode => ({
    type: 'Linear',
    weight: weights(classes, channels),
  });

  it('composes pooling, flattening and fully connected nodes exactly', () => {
    const sumPool: NirNode = {
      type: 'Pool',
      average: false,
      kernel: [2, 2],
      stride: [2, 2],
      padding: [0, 0],
    };
    expectExact(
      chain(
        [2, 8, 6],
        conv(weights(3, 2, 3, 3), { padding: [1, 1] }),
        lif(9000),
        sumPool,
        conv(weights(4, 3, 3, 3), { padding: 'same' }),
        lif(200),
        sumPool,
        { type: 'Flatten' },
        { type: 'Linear', weight: weights(5, 4 * 2 * 1), bias: tensor([5], [1, 2, 3, 4, 5]) },
        lif(150),
      ),
      5,
    );
  });

  it('takes groups, dilation, strides, depthwise and one-dimensional convolutions, and scales', () => {
    expectExact(
      chain(
        [4, 20],
        conv(weights(8, 2, 1, 3), { groups: 2, dilation: [1, 2], padding: [0, 2], stride: [1, 2] }),
        lif(7000),
        conv(weights(8, 1, 1, 3), { groups: 8, padding: [0, 1] }),
        { type: 'Scale', scale: tensor([8], [1, 2, 3, 4, 5, 6, 7, 8]) },
        lif(300),
        conv(weights(3, 8, 1, 4), { padding: 'valid' }),
        lif(250),
        { type: 'Flatten' },
        head(3 * 7, 4),
      ),
      4,
    );
  });

  it('composes a convolution with the pooling behind it, biases included', () => {
    expectExact(
      chain(
        [1, 9, 9],
        conv(weights(4, 1, 3, 3), { padding: [1, 1], bias: tensor([4], [500, -500, 900, 0]) }),
        { type: 'Pool', average: true, kernel: [1, 1], stride: [2, 2], padding: [0, 0] },
        lif(6000),
        { type: 'Flatten' },
        head(4 * 25, 3),
      ),
      3,
    );
  });

  it('adds skip connections and identities', () => {
    const graph = chain(
      [1, 6, 6],
      conv(weights(3, 1, 3, 3), { padding: [1, 1] }),
      lif(6000),
      conv(weights(3, 3, 3, 3), { padding: [1, 1] }),
      lif(150),
      { type: 'Flatten' },
      head(108, 3),
    );
    const skipped: NirGraph = { ...graph, edges: [...graph.edges, ['n1', 'n3']] };
    const result = imported(skipped, 3);
    expect(result.model.layers[1].edges.map(({ kind }) => kind)).to.have.members(['conv', 'identity']);
    const { different, spikes } = agreement(skipped, result, EXACT);
    expect(different / spikes).to.be.lessThan(0.01);
  });

  it('loses little over many timesteps with a leak, thresholds of each channel, a reset potential and float weights', () => {
    const noise = (...shape: number[]): ReturnType<typeof tensor> =>
      tensor(
        shape,
        Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform() - 0.5),
      );
    const neuron = (channels: number): NirNode => ({
      type: 'LIF',
      tau: tensor([], [5e-4]),
      r: tensor([], [5]),
      vLeak: tensor([], [0.02]),
      vReset: tensor([channels], new Array<number>(channels).fill(-0.1)),
      vThreshold: tensor(
        [channels],
        Array.from({ length: channels }, () => 0.5 + random.uniform()),
      ),
    });
    const graph = chain(
      [1, 10, 10],
      conv(noise(6, 1, 3, 3), { padding: [1, 1] }),
      neuron(6),
      conv(noise(8, 6, 3, 3), { stride: [2, 2], padding: [1, 1] }),
      neuron(8),
      { type: 'Flatten' },
      { type: 'Linear', weight: noise(4, 200) },
    );
    const options = { ...EXACT, timesteps: 8, inputUnit: 1 / 64 };
    const result = imported(graph, 4, options);
    const { different, spikes, fired, answers } = agreement(graph, result, options);
    expect(fired / spikes).to.be.within(0.02, 0.9);
    expect(different / spikes).to.be.lessThan(0.02);
    expect(answers).to.be.at.least(10);
    expect(result.losses.map(({ leak }) => leak)).to.deep.equal([205, 205]);
    const coarse = imported(graph, 4, { ...options, bits: 4 });
    expect(coarse.losses[1].weightError).to.be.within(0.01, 0.15);
    expect(coarse.model.layers[1].edges[0]).to.include({ bits: 4 });
  });

  it('guesses the timestep as the programs that write NIR use it', () => {
    expect(guessStep(chain([1], lif(1)))).to.equal(1e-4);
    expect(guessStep(chain([1], lif(1, { tau: tensor([1], [20]) })))).to.equal(1);
    const integrator: NirNode = {
      type: 'IF',
      r: tensor([], [1e4]),
      vReset: tensor([], [0]),
      vThreshold: tensor([], [1]),
    };
    expect(guessStep(chain([1], integrator))).to.be.closeTo(1e-4, 1e-12);
  });

  it('takes a synaptic current that lasts one timestep, and refuses a longer one', () => {
    const cuba = (tauSyn: number): NirGraph =>
      chain(
        [3],
        { type: 'Linear', weight: weights(4, 3) },
        {
          type: 'CubaLIF',
          tau: tensor([], [1e-4]),
          tauSyn: tensor([], [tauSyn]),
          wIn: tensor([], [2]),
          r: tensor([], [1]),
          vReset: tensor([], [0]),
          vThreshold: tensor([], [9000]),
        },
      );
    expectExact(cuba(1e-4), 4);
    expect(codeOf(() => imported(cuba(1e-3), 4))).to.equal('NIR_NOT_EXACT');
  });

  it('refuses what it cannot express, each with its own code', () => {
    const linear: NirNode = { type: 'Linear', weight: weights(2, 4) };
    const loop = chain([4], linear, lif(100));
    expect(codeOf(() => imported({ ...loop, edges: [...loop.edges, ['n1', 'n1']] }, 2))).to.equal(
      'NIR_RECURRENT',
    );
    expect(codeOf(() => imported(chain([5], linear, lif(100)), 2))).to.equal('NIR_SHAPE');
    expect(codeOf(() => imported(chain([4], linear, lif(100)), 3))).to.equal('NIR_CLASSES');
    expect(codeOf(() => imported(chain([4], linear), 2))).to.equal('NIR_GRAPH');
    const fast = lif(100, { tau: tensor([], [1e-5]) });
    expect(codeOf(() => imported(chain([4], linear, fast), 2))).to.equal('NIR_VALUE');
    const mixed = lif(100, { tau: tensor([2], [1e-4, 1e-3]) });
    expect(codeOf(() => imported(chain([4], linear, mixed), 2))).to.equal('NIR_NOT_UNIFORM');
    const leftOver = chain(
      [1, 5, 5],
      conv(weights(1, 1, 1, 1)),
      lif(10),
      { type: 'Pool', average: false, kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
      conv(weights(2, 1, 3, 3), { padding: [1, 1] }),
      lif(10),
    );
    expect(codeOf(() => imported(leftOver, 2))).to.equal('NIR_NOT_EXACT');
  });
});
