import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import type { TrainingGraph } from '../../src/training/graph.js';
import {
  checkParameters,
  initialParameters,
  parameterShapes,
  validateGraph,
} from '../../src/training/initial.js';
import { EVERYTHING, SIGNAL, SIMPLE } from '../support/training-cases.js';
import { runPlain } from '../support/plain-network.js';

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };

function broken(change: (graph: Mutable<TrainingGraph>) => void): TrainingGraph {
  const graph = structuredClone(EVERYTHING) as Mutable<TrainingGraph>;
  change(graph);
  return graph;
}

describe('training graph check', () => {
  it('accepts the networks that the engines are tested with', () => {
    for (const graph of [SIMPLE, EVERYTHING, SIGNAL]) validateGraph(graph);
  });

  const defects: [string, RegExp, (graph: Mutable<TrainingGraph>) => void][] = [
    ['a wrong shape', /population 0 \(stem\) edge 0: gives 7x9x4/, (g) => (g.populations[0].shape.width = 8)],
    [
      'a source that comes later',
      /source 1 is not an earlier/,
      (g) => (g.populations[1].edges[0].source.populations = [1]),
    ],
    ['a gate beyond the mix', /gate 4 of 4/, (g) => (g.populations[1].edges[0].gate = 4)],
    ['a group of another size', /group 0 does not have 3/, (g) => (g.bitGroups[0] = 2)],
    ['several choices without a group', /no group/, (g) => (g.head.weight.keep.group = undefined)],
    ['an unknown width', /3 is not a possible choice/, (g) => (g.head.weight.bits.choices = [3])],
    ['nothing kept', /0 is not a possible choice/, (g) => (g.head.weight.keep.choices = [0])],
    [
      'concatenated sizes that differ',
      /cannot be concatenated/,
      (g) => (g.populations[4].edges[0].source.populations = [3, 0]),
    ],
    [
      'a pooled input',
      /cannot be pooled/,
      (g) => (g.populations[0].edges[0].source.pooling = { kind: 'or', height: 2, width: 2 }),
    ],
    ['no timestep', /timesteps/, (g) => (g.timesteps = 0)],
    ['a head without sources', /head: no source/, (g) => (g.head.populations = [])],
    ['identity between shapes', /identity from/, (g) => (g.populations[3].edges[1].source.populations = [0])],
  ];
  for (const [name, message, change] of defects) {
    it(`refuses ${name}`, () => {
      expect(() => {
        validateGraph(broken(change));
      })
        .to.throw(LitesnnError, message)
        .with.property('code', 'TRAINING_GRAPH_INVALID');
    });
  }
});

describe('initial parameters', () => {
  it('have the documented names and sizes', () => {
    const shapes = parameterShapes(SIMPLE);
    expect([...shapes.keys()]).to.deep.equal([
      ...['w', 'gamma', 'beta', 'mean', 'variance'].map((name) => `p0.e0.${name}`),
      ...['w', 'score', 'gamma', 'beta', 'mean', 'variance'].map((name) => `p1.e0.${name}`),
      'head.w',
      'head.b',
    ]);
    expect(shapes.get('p1.e0.w')).to.deep.equal([2, 3, 3, 3]);
    expect(parameterShapes(EVERYTHING).get('p3.e0.w')).to.deep.equal([3, 3, 3]);
    expect(parameterShapes(EVERYTHING).get('p3.e1.gain')).to.deep.equal([3]);
    expect(parameterShapes(EVERYTHING).get('head.w')).to.deep.equal([4, 6]);
  });

  it('are the same for the same seed and rank scores by magnitude', () => {
    const first = initialParameters(EVERYTHING, Random.fromSeed(5));
    const second = initialParameters(EVERYTHING, Random.fromSeed(5));
    expect([...first]).to.deep.equal([...second]);
    checkParameters(EVERYTHING, first);
    const order = (values: Float32Array) => [...values.keys()].sort((a, b) => values[b] - values[a]);
    expect(order(first.get('p1.e0.score')!)).to.deep.equal(order(first.get('p1.e0.w')!.map(Math.abs)));
  });

  it('let 10 to 25 % of the neurons fire', () => {
    const random = Random.fromSeed(1);
    const inputs = Int8Array.from({ length: 30 * 40 }, () => random.integer(-128, 127));
    const silent = () => ({
      loss: 0,
      logitsGradient: new Float32Array(180),
      ratesGradient: new Float32Array(4),
    });
    const mix = { gates: [], bits: [], keep: [] };
    const { rates } = runPlain(SIMPLE, initialParameters(SIMPLE, random), inputs, mix, silent);
    for (const rate of rates) expect(rate).to.be.within(0.1, 0.25);
  });

  it('are refused when they belong to another network', () => {
    const parameters = initialParameters(SIMPLE, Random.fromSeed(1));
    expect(() => {
      checkParameters(SIGNAL, parameters);
    }).to.throw(LitesnnError, /parameter p0.e0.w has 54 values, the network needs 15/);
    parameters.set('p9.e0.w', new Float32Array(1));
    expect(() => {
      checkParameters(SIMPLE, parameters);
    }).to.throw(LitesnnError, /no parameter p9.e0.w/);
  });
});
