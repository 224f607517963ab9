import { expect } from 'chai';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { elementsOf } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import { predictionErrors } from '../../src/energy/calibration/errors-of.js';
import {
  FEATURES,
  featuresOf,
  type FeatureName,
  type Features,
} from '../../src/energy/calibration/features.js';
import {
  fitCoefficients,
  totalCycles,
  type Observation,
} from '../../src/energy/calibration/least-squares.js';
import { fitModel, predict } from '../../src/energy/calibration/regression.js';
import { studentQuantile } from '../../src/energy/calibration/student.js';
import { buildProbe, probeInputs } from '../../src/energy/probes/build-probe.js';
import { PROBE_NETWORKS } from '../../src/energy/probes/probe-networks.js';
import { Interpreter } from '../../src/model/interpreter.js';
import { loadTarget } from '../../src/targets/load.js';
import { randomModel } from '../support/random-model.js';

/** What a board that nobody looked into may spend, joule a unit. */
const HIDDEN: Partial<Record<FeatureName, number>> = {
  'cycles.input': 3e-10,
  'cycles.lists': 3.2e-10,
  'cycles.sums': 4e-10,
  'cycles.depthwise': 2.5e-10,
  'cycles.neurons': 3.4e-10,
  'cycles.head': 3e-10,
};

function features(random: Random, size: number): Features {
  const drawn = FEATURES.map((name) => [name, size * (0.2 + random.uniform())] as const);
  return { ...(Object.fromEntries(drawn) as Features), timesteps: random.integer(1, 4) };
}

function spent(of: Features): number {
  return FEATURES.reduce((sum, name) => sum + (HIDDEN[name] ?? 0) * of[name], 0);
}

/** @param noise standard deviation of a network's own deviation, and of each of its mixes */
function observations(random: Random, networks: number, noise: number): Observation[] {
  return Array.from({ length: networks }, (_, n) => {
    const own = Math.exp(noise * random.gaussian());
    const size = 1e4 * (1 + random.uniform());
    return Array.from({ length: 3 }, () => {
      const of = features(random, size);
      return {
        group: `network ${n}`,
        features: of,
        value: spent(of) * own * Math.exp(noise * random.gaussian()),
      };
    });
  }).flat();
}

describe('calibration by regression', () => {
  it("has Student's quantiles as tables give them", () => {
    expect(studentQuantile(0.95, 1)).closeTo(6.3138, 1e-3);
    expect(studentQuantile(0.95, 2)).closeTo(2.92, 1e-3);
    expect(studentQuantile(0.95, 7)).closeTo(1.8946, 1e-3);
    expect(studentQuantile(0.975, 8)).closeTo(2.306, 1e-3);
    expect(studentQuantile(0.995, 30)).closeTo(2.75, 1e-3);
  });

  it('finds hidden coefficients where the measurements tell them apart', () => {
    const fitted = fitCoefficients(observations(Random.fromSeed(3), 40, 0), 1e-9);
    for (const name of FEATURES) expect(fitted[name]).closeTo(HIDDEN[name] ?? 0, 2e-12);
  });

  it('holds classes that cannot be told apart at one rate, and never below zero', () => {
    const base = features(Random.fromSeed(4), 1e4);
    const grow = (factor: number): Features =>
      Object.fromEntries(FEATURES.map((name) => [name, factor * base[name]])) as Features;
    const same = [1, 2, 3].map((factor) => ({
      group: `network ${factor}`,
      features: grow(factor),
      value: factor * totalCycles(base) * 3e-10,
    }));
    const fitted = fitCoefficients(same, 1e-3);
    for (const name of FEATURES) {
      expect(fitted[name]).closeTo(name.startsWith('cycles.') ? 3e-10 : 0, 3e-12);
    }
  });

  it('covers networks that it never saw about as often as it says', () => {
    const random = Random.fromSeed(5);
    let inside = 0;
    let asked = 0;
    for (let trial = 0; trial < 12; trial++) {
      const all = observations(random, 16, 0.02);
      const known = all.slice(0, 24);
      const model = fitModel(known);
      for (const { features: of, value } of all.slice(24)) {
        const { low, high } = predict(model, of);
        inside += Number(low <= value && value <= high);
        asked += 1;
      }
    }
    expect(inside / asked).within(0.8, 1);
    // An interval of everything would cover as well.
    const { value, low, high } = predict(fitModel(observations(random, 8, 0.02)), features(random, 1e4));
    expect(high / value).within(1.01, 1.25);
    expect(value / low).closeTo(high / value, 1e-9);
  });

  it('says what lies outside the fitted range', () => {
    const random = Random.fromSeed(6);
    const known = observations(random, 8, 0.02);
    const model = fitModel(known);
    expect(predict(model, known[0].features).outside).deep.equal([]);
    const large = Object.fromEntries(
      FEATURES.map((name) => [name, 100 * known[0].features[name]]),
    ) as Features;
    expect(predict(model, large).outside.join()).match(/cycles is .* fitted on .* to /);
    const other = { ...known[0].features, 'cycles.depthwise': 10 * known[0].features['cycles.depthwise'] };
    expect(predict(model, other).outside.join()).contain('share of cycles.depthwise');
  });

  it('refuses too few networks and figures that are none', () => {
    const two = observations(Random.fromSeed(7), 2, 0);
    expect(() => fitModel(two))
      .throw()
      .with.property('code', 'CALIBRATION_TOO_FEW');
    const bad = observations(Random.fromSeed(7), 4, 0);
    expect(() => fitModel([...bad, { ...bad[0], value: 0 }]))
      .throw()
      .with.property('code', 'CALIBRATION_VALUES');
  });

  it('says mean, bias and worst of errors', () => {
    const pairs = [
      { predicted: 110, actual: 100 },
      { predicted: 80, actual: 100 },
    ];
    expect(predictionErrors(pairs)).deep.equal({ mapePct: 15, biasPct: -5, worstPct: 20 });
  });
});

describe('features of a network', () => {
  const target = loadTarget('mps2-an386');

  it("have the planner's cycles, by class", () => {
    const random = Random.fromSeed(8);
    for (let i = 0; i < 6; i++) {
      const model = randomModel(random, { synapses: 20_000 });
      const plan = planNetwork(model, target, { firingRate: model.layers.map(() => random.uniform()) });
      const found = featuresOf(model, plan, target);
      const planned = plan.instructions * target.cyclesPerInstruction.value;
      expect(totalCycles(found)).closeTo(planned, model.layers.length + 1);
      expect(found.timesteps).equal(model.timesteps);
      const updated = model.layers.reduce((sum, { shape }) => sum + elementsOf(shape), 0) * model.timesteps;
      expect(found.neurons).closeTo(updated, 1e-6 * updated);
    }
  });
});

describe('networks to be measured', () => {
  const mix = { name: 'full', zeros: 0, amplitude: 127 };

  it('are the same whenever they are built, and fire as often as they are meant to', () => {
    const [spec] = PROBE_NETWORKS;
    const model = buildProbe(spec, mix, 1, 'test');
    expect(buildProbe(spec, mix, 1, 'test')).deep.equal(model);
    const { spikesOut } = new Interpreter(model).run(probeInputs(Random.fromSeed(9), spec.input, mix, 1));
    const neurons = model.layers.reduce((sum, { shape }) => sum + elementsOf(shape), 0) * model.timesteps;
    expect(spikesOut.reduce((sum, spikes) => sum + spikes, 0) / neurons).within(
      0.5 * spec.rate,
      2 * spec.rate,
    );
  });
});
