import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { Architecture } from '../../src/search/architecture.js';
import { bitSynOpsCost, modelSizeCost } from '../../src/search/costs.js';
import { timestepCrossEntropy } from '../../src/search/cross-entropy.js';
import { addMix } from '../../src/search/mix.js';
import { jointObjective, type WeighedCost } from '../../src/search/objective.js';
import { buildSupernet } from '../../src/search/space.js';

const SHAPE = { height: 9, width: 8, channels: 2 };
const CLASSES = 3;
const BATCH = 4;
const LABELS = [0, 2, 1, 1];

const supernet = buildSupernet('micro', SHAPE, CLASSES, {
  levels: [0, 1, 2],
  width: 3,
  timesteps: 3,
  keep: [0.2, 0.6, 1],
});
const { graph } = supernet;

/** A state in the middle of a search: nothing uniform, nothing at an end of its range. */
function middle(): { architecture: Architecture; logits: Float32Array; rates: Float32Array } {
  const random = Random.fromSeed(5);
  const architecture = new Architecture(supernet, random);
  for (const values of architecture.parameters.values()) {
    for (let i = 0; i < values.length; i++) values[i] = 0.7 * random.gaussian();
  }
  const logits = Float32Array.from({ length: graph.timesteps * BATCH * CLASSES }, () => random.gaussian());
  const rates = Float32Array.from(
    { length: graph.populations.length * graph.timesteps },
    () => 0.05 + 0.4 * random.uniform(),
  );
  return { architecture, logits, rates };
}

const COSTS: readonly WeighedCost[] = [
  { term: modelSizeCost(graph), lambda: 3 },
  { term: bitSynOpsCost(graph), lambda: 7 },
];

function evaluate(state: ReturnType<typeof middle>, uniform = false) {
  const { architecture, logits, rates } = state;
  const mix = architecture.mix();
  const probability = architecture.probability(uniform);
  const result = jointObjective(graph, COSTS, { labels: LABELS, mix, probability }, { logits, rates });
  const gradients = architecture.gradients(
    mix,
    result.costMixGradient,
    probability,
    result.probabilityGradient,
    uniform,
  );
  return { result, gradients };
}

/** Checks every element of `gradient` against central differences of the loss in `values`. */
function expectGradient(
  state: ReturnType<typeof middle>,
  values: Float32Array,
  gradient: ArrayLike<number>,
): void {
  const largest = Math.max(...Array.from(gradient, Math.abs));
  expect(largest).to.be.greaterThan(1e-4);
  for (let i = 0; i < values.length; i++) {
    const kept = values[i];
    const step = 1e-2;
    values[i] = kept + step;
    const [above, high] = [evaluate(state).result.loss, values[i]];
    values[i] = kept - step;
    const [below, low] = [evaluate(state).result.loss, values[i]];
    values[i] = kept;
    expect(gradient[i]).to.be.closeTo((above - below) / (high - low), 2e-3 * largest, `element ${i}`);
  }
}

describe('search: joint objective', () => {
  it('has the gradient of finite differences for logits and firing rates', () => {
    const state = middle();
    const { result } = evaluate(state);
    expectGradient(state, state.logits, result.logitsGradient);
    expectGradient(state, state.rates, result.ratesGradient);
  });

  for (const name of ['alpha', 'beta', 'kappa', 'psi']) {
    it(`has the gradient of finite differences for ${name}`, () => {
      const state = middle();
      const { gradients } = evaluate(state);
      expectGradient(state, state.architecture.parameters.get(name)!, gradients.get(name)!);
    });
  }

  it('leaves psi alone while it is uniform by order', () => {
    const { gradients } = evaluate(middle(), true);
    expect(Array.from(gradients.get('psi')!)).to.deep.equal([0, 0, 0]);
  });

  it('gives costs that do not depend on the batch, and a mean cross-entropy', () => {
    const state = middle();
    const mix = state.architecture.mix();
    const probability = state.architecture.probability(false);
    const inputs = { mix, probability };
    const single = jointObjective(graph, COSTS, { ...inputs, labels: LABELS }, state);
    const twice = new Float32Array(2 * state.logits.length);
    const row = BATCH * CLASSES;
    for (let t = 0; t < graph.timesteps; t++) {
      const logits = state.logits.subarray(t * row, (t + 1) * row);
      twice.set(logits, 2 * t * row);
      twice.set(logits, (2 * t + 1) * row);
    }
    const doubled = jointObjective(
      graph,
      COSTS,
      { ...inputs, labels: [...LABELS, ...LABELS] },
      { logits: twice, rates: state.rates },
    );
    expect(doubled.costs).to.deep.equal(single.costs);
    expect(Array.from(doubled.ratesGradient)).to.deep.equal(Array.from(single.ratesGradient));
    expect(doubled.crossEntropy).to.be.closeTo(single.crossEntropy, 1e-6);
  });

  it('stays finite with logits that would overflow an exponential', () => {
    const { value, logitsGradient } = timestepCrossEntropy(
      Float32Array.from([4000, -4000, 0, -4000, 4000, 0]),
      [0, 0],
      3,
      [1],
    );
    expect(value).to.equal(4000);
    expect(Array.from(logitsGradient)).to.deep.equal([0, 0, 0, -0.5, 0.5, 0]);
  });
});

describe('search: costs', () => {
  /** stem 1x1x1 -> ... by hand: one cell of one node, everything fixed. */
  const small = buildSupernet('micro', { height: 4, width: 4, channels: 1 }, 2, {
    cells: 1,
    nodes: 1,
    width: 2,
    timesteps: 2,
    bits: [2],
    keep: [0.5],
  });

  it('counts the bits of stem, cells with their masks, and classifier as by hand', () => {
    const mix = { gates: Float32Array.from([1, 0, 0, 1]), bits: [], keep: [] };
    const term = modelSizeCost(small.graph);
    const state = { mix, rates: new Float32Array(4), probability: Float32Array.from([0, 1]) };
    const { value } = term.evaluate(state);
    const stem = 9 * 2 * 8;
    const skip = 2 * 8;
    // Half of the 36 weights at 2 bits, and a mask of entropy 1 over all of them.
    const conv = 18 * 2 + 36;
    const classifier = 2 * 2 * 8;
    expect(value * term.reference).to.be.closeTo(stem + skip + conv + classifier, 1e-6);
  });

  it('counts Bit-SynOps as by hand: the input once, spikes by their rate, the classifier each timestep', () => {
    const mix = { gates: Float32Array.from([0, 1, 0, 0]), bits: [], keep: [] };
    const term = bitSynOpsCost(small.graph);
    const rates = Float32Array.from([0.25, 0.5, 0.125, 0.125]);
    const two = term.evaluate({ mix, rates, probability: Float32Array.from([0, 1]) });
    const one = term.evaluate({ mix, rates, probability: Float32Array.from([1, 0]) });
    const stem = 9 * 2 * 16 * 8;
    const conv = 36 * 16 * 2 * 0.5;
    const classifier = 2 * 2 * 8;
    expect(two.value * term.reference).to.be.closeTo(stem + conv * (0.25 + 0.5) + 2 * classifier, 1e-3);
    expect(one.value * term.reference).to.be.closeTo(stem + conv * 0.25 + classifier, 1e-3);
  });

  it('are at most their reference, and reach it where everything is chosen at its largest', () => {
    const plain = buildSupernet('micro', SHAPE, 3, { timesteps: 2, bits: [1, 4], keep: [1], width: 3 });
    const mix = {
      gates: new Float32Array(plain.graph.gates).fill(1),
      bits: plain.graph.bitGroups.map(() => Float32Array.from([0, 1])),
      keep: [],
    };
    const rates = new Float32Array(plain.graph.populations.length * 2).fill(1);
    const state = { mix, rates, probability: Float32Array.from([0, 1]) };
    expect(modelSizeCost(plain.graph).evaluate(state).value).to.be.closeTo(1, 1e-6);
    expect(bitSynOpsCost(plain.graph).evaluate(state).value).to.be.closeTo(1, 1e-6);
  });

  it('add up in the mix gradient', () => {
    const a = {
      gates: Float32Array.from([1, 2]),
      bits: [Float32Array.from([3])],
      keep: [Float32Array.from([4])],
    };
    const b = {
      gates: Float32Array.from([1, 1]),
      bits: [Float32Array.from([1])],
      keep: [Float32Array.from([1])],
    };
    addMix(a, b, 2);
    expect([...a.gates, ...a.bits[0], ...a.keep[0]]).to.deep.equal([3, 4, 5, 6]);
  });
});
