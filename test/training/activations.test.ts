import { expect } from 'chai';
import { samePadding } from '../../src/core/geometry.js';
import { LitesnnError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { foldNetwork } from '../../src/model/fold.js';
import type { StepResult, TensorMap, TrainingEngine } from '../../src/training/engine.js';
import {
  INPUT_POPULATION,
  LITESNN_NEURON,
  neuronOf,
  RELU8_CLIP,
  type Activation,
  type ConvEdgeSpec,
  type TrainingGraph,
} from '../../src/training/graph.js';
import { initialParameters, validateGraph } from '../../src/training/initial.js';
import { quantizeRows } from '../../src/training/quantizer.js';
import { createSpikeEngine } from '../../src/training/spike/engine.js';
import { createTfjsEngine } from '../../src/training/tfjs/engine.js';
import { expectClose } from '../support/engine-agreement.js';
import { runPlain, type PlainObjective } from '../support/plain-network.js';
import { engineObjective, randomObjective } from '../support/training-cases.js';

const K3 = { height: 3, width: 3 };
const POOL = { kind: 'or', height: 2, width: 2 } as const;

function conv(populations: readonly number[], rest: Partial<ConvEdgeSpec> = {}): ConvEdgeSpec {
  return {
    kind: 'conv',
    source: { populations },
    kernel: K3,
    stride: { height: 1, width: 1 },
    padding: samePadding(K3),
    depthwise: false,
    weight: { bits: { choices: [8] }, keep: { choices: [1] }, perChannel: true },
    ...rest,
  };
}

/** Everything that networks of cells have: several edges, concatenation, pooling, identity, strides; widths that are not multiples of four. */
function cells(activation: Activation): TrainingGraph {
  const whole = { height: 6, width: 8 };
  const half = { height: 3, width: 4 };
  return {
    input: { ...whole, channels: 2 },
    timesteps: 1,
    neuron: LITESNN_NEURON,
    activation,
    gates: 0,
    bitGroups: [],
    keepGroups: [],
    populations: [
      { name: 'stem', shape: { ...whole, channels: 5 }, edges: [conv([INPUT_POPULATION])] },
      {
        name: 'second',
        shape: { ...whole, channels: 5 },
        edges: [conv([0]), { kind: 'identity', source: { populations: [0] } }],
      },
      {
        name: 'pooled',
        shape: { ...half, channels: 10 },
        edges: [
          conv([0, 1], { source: { populations: [0, 1], pooling: POOL } }),
          { kind: 'identity', source: { populations: [0, 1], pooling: POOL } },
        ],
      },
      {
        name: 'strided',
        shape: { ...half, channels: 6 },
        edges: [conv([1], { stride: { height: 2, width: 2 }, padding: samePadding(K3) }), conv([2])],
      },
    ],
    head: { populations: [2, 3], classes: 3, weight: { bits: { choices: [8] }, keep: { choices: [1] } } },
  };
}

interface Case {
  readonly graph: TrainingGraph;
  readonly batch: number;
  readonly parameters: TensorMap;
  readonly inputs: Int8Array;
}

const NO_MIX = { gates: new Float32Array(0), bits: [], keep: [] };

function caseOf(activation: Activation, batch: number, seed: number): Case {
  const graph = cells(activation);
  const random = Random.fromSeed(seed);
  const parameters = initialParameters(graph, random);
  for (const [name, values] of parameters) {
    if (!/beta|gamma|gain|\.b$/.test(name)) continue;
    for (let i = 0; i < values.length; i++) values[i] += 0.2 * random.gaussian();
  }
  const inputs = Int8Array.from({ length: batch * 6 * 8 * 2 }, () => random.integer(-128, 127));
  return { graph, batch, parameters, inputs };
}

async function stepOf(
  engine: TrainingEngine,
  { graph, batch, parameters, inputs }: Case,
  seed: number,
): Promise<{ result: StepResult; gradients: TensorMap; evaluated: Float32Array }> {
  const session = await engine.compile(graph, batch, parameters);
  try {
    const { logits } = await session.evaluate(inputs, NO_MIX);
    const whole = randomObjective(graph, batch, seed);
    const objective: PlainObjective =
      graph.activation === 'relu8'
        ? (values, rates) =>
            whole(
              values,
              Array.from(rates, () => 0),
            )
        : whole;
    const result = await session.step(inputs, NO_MIX, engineObjective(objective));
    const gradients = new Map([...session.gradients].map(([name, g]) => [name, g.slice()] as const));
    return { result, gradients, evaluated: logits };
  } finally {
    session.dispose();
  }
}

/** Sum over the logits of batch statistics, weighed at random: what the finite differences are of. */
async function lossOf(engine: TrainingEngine, trial: Case, parameters: TensorMap): Promise<number> {
  const { result } = await stepOf(engine, { ...trial, parameters }, 1);
  return result.loss;
}

function rowOf(name: string, values: Float32Array, rows: number, index: number): Float32Array {
  const length = values.length / rows;
  const row = Math.floor(index / length);
  return name === 'head.w' ? values : values.subarray(row * length, (row + 1) * length);
}

function isLargest(name: string, values: Float32Array, rows: number, index: number): boolean {
  return rowOf(name, values, rows, index).every((value) => Math.abs(value) <= Math.abs(values[index]));
}

/** Distance at which a difference is taken: many levels of an activation, and whole steps of a weight's quantizer. */
function distanceFor(name: string, values: Float32Array, rows: number, index: number): number {
  if (!name.endsWith('.w')) return 0.05;
  return (8 * Math.max(...rowOf(name, values, rows, index).map(Math.abs))) / 127;
}

describe('training: activations', function () {
  let spike: TrainingEngine;
  let tfjs: TrainingEngine;

  before(async () => {
    spike = await createSpikeEngine({ threads: 2 });
    tfjs = await createTfjsEngine({ backends: ['wasm'] });
  });

  for (const activation of ['relu8', 'binary'] as const) {
    for (const seed of [1, 2, 3]) {
      it(`${activation}: both engines agree on outputs and every gradient, seed ${seed}`, async () => {
        const trial = caseOf(activation, 3 + seed, seed);
        const [ours, theirs] = [await stepOf(spike, trial, seed), await stepOf(tfjs, trial, seed)];
        expectClose('evaluated', ours.evaluated, theirs.evaluated, 1e-3);
        expectClose('logits', ours.result.logits, theirs.result.logits, 1e-3);
        expectClose('rates', ours.result.rates, theirs.result.rates, 1e-3);
        expect([...ours.gradients.keys()].sort()).to.deep.equal([...theirs.gradients.keys()].sort());
        for (const [name, gradient] of theirs.gradients) {
          expect(Math.max(...gradient.map(Math.abs)), name).to.be.greaterThan(0);
          expectClose(name, ours.gradients.get(name)!, gradient, 2e-3, 0.05);
        }
      });
    }
  }

  it('relu8: gradients are those of finite differences over many levels', async () => {
    const trial = caseOf('relu8', 128, 9);
    const { gradients } = await stepOf(spike, trial, 1);
    const rows = (name: string): number =>
      name.startsWith('head') ? 3 : trial.graph.populations[Number(name[1])].shape.channels;
    for (const name of [
      'p0.e0.w',
      'p1.e0.gamma',
      'p1.e1.gain',
      'p2.e0.w',
      'p2.e1.gain',
      'p3.e0.w',
      'p3.e1.beta',
      'head.w',
      'head.b',
    ]) {
      const values = trial.parameters.get(name)!;
      const own = gradients.get(name)!;
      const scale = Math.max(...own.map(Math.abs));
      // The largest weight of a row is its scale: moving it moves all the others.
      const free = own.map((g, i) =>
        name.endsWith('.w') && isLargest(name, values, rows(name), i) ? 0 : Math.abs(g),
      );
      const largest = free.indexOf(Math.max(...free));
      const difference = async (index: number): Promise<number> => {
        const h = distanceFor(name, values, rows(name), index);
        const at = (offset: number): Promise<number> => {
          const moved = values.map((value, i) => (i === index ? value + offset : value));
          return lossOf(spike, trial, new Map([...trial.parameters, [name, moved]]));
        };
        return ((await at(h)) - (await at(-h))) / (2 * h);
      };
      expect(await difference(largest), `${name}[${largest}]`).to.be.closeTo(own[largest], 0.1 * scale);
    }
  });

  it('relu8: activations are levels up to the clip, rates count those that are not 0', async () => {
    const trial = caseOf('relu8', 4, 5);
    const parameters: TensorMap = new Map(
      [...trial.parameters].map(([name, values]) => [name, values.slice()]),
    );
    // Everything is driven beyond the clip: the head's means are the clip itself.
    for (const [name, values] of parameters) if (name.endsWith('.beta')) values.fill(100);
    parameters.get('head.w')!.fill(0);
    parameters.get('head.w')![0] = 1;
    parameters.get('head.b')!.fill(0);
    const { result, evaluated } = await stepOf(spike, { ...trial, parameters }, 1);
    expect(Array.from(result.rates)).to.deep.equal([1, 1, 1, 1]);
    expectClose(
      'means',
      evaluated,
      Array.from(evaluated, (_, i) => (i % 3 === 0 ? RELU8_CLIP : 0)),
    );
  });

  it('binary: is a spiking network of one timestep, trained straight through its window', async () => {
    for (const seed of [4, 5, 6, 7]) {
      const trial = caseOf('binary', 3, seed);
      const objective = randomObjective(trial.graph, 3, seed);
      const narrow = { bits: { choices: [8] }, keep: { choices: [1] } };
      const graph: TrainingGraph = {
        ...trial.graph,
        populations: trial.graph.populations.map((population) => ({
          ...population,
          edges: population.edges.map((edge) => (edge.kind === 'conv' ? { ...edge, weight: narrow } : edge)),
        })),
      };
      const plain = runPlain(
        { ...graph, neuron: neuronOf(graph) },
        trial.parameters,
        trial.inputs,
        NO_MIX,
        objective,
      );
      if (plain.margin < 5e-6) continue;
      const { result, gradients } = await stepOf(spike, { ...trial, graph }, seed);
      expectClose('logits', result.logits, plain.logits, 1e-3);
      for (const [name, gradient] of plain.gradients)
        expectClose(name, gradients.get(name)!, gradient, 2e-3, 0.05);
    }
  });

  it('gives every output channel its own scale', () => {
    const rows = quantizeRows(Float32Array.of(1, 0.5, -0.25, 100, 50, -25), 2);
    expect(rows[0]).to.be.closeTo(1, 1e-6);
    expect(rows[1]).to.be.closeTo(64 / 127, 1e-6);
    expect(rows[4]).to.be.closeTo((64 * 100) / 127, 1e-4);
    expect(rows[2] / rows[5]).to.be.closeTo(0.01, 1e-6);
  });

  it('refuses what has no meaning', () => {
    const good = cells('relu8');
    const refused = (graph: TrainingGraph): void => {
      expect(() => {
        validateGraph(graph);
      }).to.throw(LitesnnError);
    };
    validateGraph(good);
    refused({ ...good, timesteps: 2 });
    refused({ ...cells('binary'), timesteps: 3 });
    refused({ ...good, head: { ...good.head, weight: { ...good.head.weight, perChannel: true } } });
    const pruned = conv([0], {
      weight: { bits: { choices: [8] }, keep: { choices: [0.5] }, perChannel: true },
    });
    refused({
      ...good,
      populations: [good.populations[0], { ...good.populations[1], edges: [pruned] }],
      head: { ...good.head, populations: [1] },
    });
    const network = {
      graph: good,
      parameters: initialParameters(good, Random.fromSeed(1)),
      genotype: {},
      seed: 1,
    };
    const about = {
      name: 'x',
      classes: ['a', 'b', 'c'],
      frontEnd: { kind: 'image' } as const,
      provenance: { tool: 't', command: 'c', datasetName: 'd', datasetHash: 'h', seed: 1, created: '' },
    };
    expect(() => foldNetwork(network, about))
      .to.throw(LitesnnError)
      .with.property('code', 'FOLD_ACTIVATION');
  });
});
