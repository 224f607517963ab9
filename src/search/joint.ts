import { z } from 'zod';
import { sha256 } from '../core/files.js';
import { Random } from '../core/random.js';
import type { Split } from '../data/dataset.js';
import { takeStratified } from '../data/splits.js';
import type { Mix, TensorMap, TrainingEngine, TrainingSession } from '../training/engine.js';
import { startingParameters } from './starting.js';
import { Adam, copyTensors } from '../training/optimizers.js';
import { Architecture } from './architecture.js';
import type { AugmentSpec } from './augment/spec.js';
import { Batches, derivedSeed, type Batch } from './batches.js';
import { DualAscent, type SearchConstraints } from './budget/dual-ascent.js';
import { bitSynOpsCost, modelSizeCost } from './costs.js';
import { evaluateNetwork, meanRate, type Evaluation } from './evaluate.js';
import { runStage, type HistoryEntry, type LoopControl, type Stage, type StageRecord } from './loop.js';
import { checkFinite } from './messages.js';
import { addMix } from './mix.js';
import { jointObjective, type JointResult, type WeighedCost } from './objective.js';
import { RunningMeans } from './running-means.js';
import { argmax } from './softmax.js';
import type { SupernetSpec } from './space.js';
import { takeChoices, takeWeights, type EarlierSearch } from './transfer.js';
import { Learned, WeightTrainer } from './trainer.js';
import type { ArchitectureRates, WeightRates } from './training-rates.js';

/** Weights of the costs in the objective (lambda_1, lambda_2); costs are fractions of the supernet's largest. */
export interface Lambdas {
  readonly modelSize: number;
  readonly bitSynOps: number;
}

export interface JointOptions {
  readonly supernet: SupernetSpec;
  readonly engine: TrainingEngine;
  /** Where weights learn. */
  readonly weightSplit: Split;
  /** Where alpha, beta, kappa, psi and scores learn; no sample of it is in `weightSplit`. */
  readonly architectureSplit: Split;
  readonly dataHash: string;
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Steps on weights that count as an epoch; a whole pass by default. */
  readonly stepsPerEpoch?: number | undefined;
  /** Epochs in which all numbers of timesteps weigh alike. */
  readonly warmupEpochs: number;
  /** An architecture step after every n-th weight step. */
  readonly architectureEvery: number;
  readonly lambdas: Lambdas;
  readonly weightRates: WeightRates;
  readonly architectureRates: ArchitectureRates;
  /** Draws alpha at random and leaves it: the ablation of architecture search. */
  readonly randomArchitecture: boolean;
  /** Always all timesteps of the supernet: the ablation of timestep search. */
  readonly fixedTimesteps: boolean;
  readonly augment?: AugmentSpec | undefined;
  readonly constraints?: SearchConstraints | undefined;
  /** Where weights and choices start, from an earlier search; fresh where a tensor is missing. */
  readonly start?: EarlierSearch | undefined;
}

export interface JointOutcome extends StageRecord {
  readonly architecture: Architecture;
  /** The supernet's parameters at the end. */
  readonly parameters: TensorMap;
  /** `[population]`, mean over the timesteps that would be chosen. */
  readonly rates: readonly number[];
}

/** Samples of the architecture split on which accuracy is shown after each epoch. */
const ACCURACY_SAMPLES = 2048;

const PARAMETERS = 1;
const CHOICES = 2;
const WEIGHT_ORDER = 3;
const CHOICE_ORDER = 4;
const RANDOM_ALPHA = 5;
const SHOWN = 9;

/** Learns weights and choices of a supernet together (search.md, "joint objective"). */
export async function searchJointly(options: JointOptions, control: LoopControl): Promise<JointOutcome> {
  const { supernet, engine, batch, seed } = options;
  const initial = startingParameters(supernet.graph, Random.fromSeed(derivedSeed(seed, PARAMETERS)));
  if (options.start !== undefined) takeWeights(initial, supernet, options.start);
  const session = await engine.compile(supernet.graph, batch, initial);
  try {
    const stage = new JointStage(options, session);
    const record = await runStage(stage, control);
    return {
      ...record,
      architecture: stage.architecture,
      parameters: copyTensors(session.parameters),
      rates: await stage.measureRates(),
    };
  } finally {
    session.dispose();
  }
}

class JointStage implements Stage {
  readonly label = 'search';
  readonly fingerprint: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly architecture: Architecture;

  private readonly costs: readonly WeighedCost[];
  private readonly weightBatches: Batches;
  private readonly choiceBatches: Batches;
  private readonly trainer: WeightTrainer;
  private readonly structure = new Adam();
  private readonly compression = new Adam();
  private readonly learned: Learned;
  private readonly means = new RunningMeans();
  private readonly dual: DualAscent;
  private accuracy = Number.NaN;
  /** Where accuracy is measured after each epoch. */
  private readonly shown: Split;

  constructor(
    private readonly options: JointOptions,
    private readonly session: TrainingSession,
  ) {
    const { supernet, lambdas, seed, batch, weightSplit, architectureSplit } = options;
    const { graph } = supernet;
    this.epochs = options.epochs;
    this.weightBatches = new Batches(
      weightSplit,
      graph.input,
      batch,
      derivedSeed(seed, WEIGHT_ORDER),
      options.augment,
    );
    this.choiceBatches = new Batches(architectureSplit, graph.input, batch, derivedSeed(seed, CHOICE_ORDER));
    const share = Math.min(1, ACCURACY_SAMPLES / architectureSplit.count);
    this.shown = takeStratified(architectureSplit, share, derivedSeed(seed, SHOWN));
    this.stepsPerEpoch = options.stepsPerEpoch ?? this.weightBatches.perEpoch;
    this.fingerprint = fingerprintOf(options, this.stepsPerEpoch);
    const choices = Random.fromSeed(derivedSeed(seed, CHOICES));
    this.architecture = new Architecture(supernet, choices, options.fixedTimesteps);
    if (options.randomArchitecture) {
      this.architecture.drawRandomAlpha(Random.fromSeed(derivedSeed(seed, RANDOM_ALPHA)));
    }
    if (options.start !== undefined) takeChoices(this.architecture.parameters, supernet, options.start);
    this.dual = new DualAscent(graph, options.constraints, {
      steps: this.epochs * this.stepsPerEpoch,
      epochs: this.epochs,
    });
    this.costs = [
      { term: modelSizeCost(graph), lambda: lambdas.modelSize },
      { term: bitSynOpsCost(graph), lambda: lambdas.bitSynOps },
    ];
    this.trainer = new WeightTrainer(session, options.weightRates, this.epochs * this.stepsPerEpoch);
    this.learned = new Learned(
      { weights: session.parameters, choices: this.architecture.parameters },
      { ...this.trainer.optimizers, structure: this.structure, compression: this.compression },
    );
  }

  async step(step: number): Promise<string> {
    const warmingUp = step < this.options.warmupEpochs * this.stepsPerEpoch;
    const { result, rates } = await this.forwardAndBackward(this.weightBatches.at(step), warmingUp);
    checkFinite(this.label, step, result.loss);
    this.trainer.moveWeights(step);
    this.means.add(this.figuresOf(result));
    this.dual.afterStep(result.fractions);
    const every = this.options.architectureEvery;
    if ((step + 1) % every === 0) await this.architectureStep(step, warmingUp);
    const accuracy = Number.isNaN(this.accuracy) ? '' : `, accuracy ${(100 * this.accuracy).toFixed(1)} %`;
    const [size, operations] = result.costs;
    const shares = `size ${(100 * size).toFixed(1)} %, Bit-SynOps ${(100 * operations).toFixed(2)} %`;
    const firing = `firing ${(100 * meanRate(rates)).toFixed(1)} %`;
    return `loss ${result.crossEntropy.toFixed(3)}${accuracy}, ${firing}, ${shares} of the largest${this.dual.text()}`;
  }

  async endEpoch(epoch: number): Promise<HistoryEntry> {
    const { accuracy, rates, timesteps } = await this.evaluate();
    this.accuracy = accuracy;
    this.dual.afterEpoch(accuracy);
    return {
      stage: 'search',
      epoch,
      ...this.means.take(),
      ...this.dual.figures(),
      accuracy,
      rate: meanRate(rates),
      timesteps,
    };
  }

  /** Firing of each population as the choices are now, over the timesteps that would be run. */
  async measureRates(): Promise<readonly number[]> {
    const { graph } = this.options.supernet;
    const { rates, timesteps } = await this.evaluate();
    return graph.populations.map((_, p) => {
      const own = rates.subarray(p * graph.timesteps, p * graph.timesteps + timesteps);
      return own.reduce((sum, rate) => sum + rate, 0) / timesteps;
    });
  }

  private async evaluate(): Promise<Evaluation & { timesteps: number }> {
    const { graph } = this.options.supernet;
    const timesteps = 1 + argmax(this.architecture.probability(false));
    const mix = this.architecture.mix();
    return { ...(await evaluateNetwork(this.session, graph, this.shown, mix, timesteps)), timesteps };
  }

  tensors(): ReadonlyMap<string, Float32Array> {
    return this.learned.tensors();
  }

  restoreTensors(saved: ReadonlyMap<string, Float32Array>): void {
    this.learned.restoreTensors(saved);
  }

  state(): unknown {
    const accuracy = Number.isNaN(this.accuracy) ? null : this.accuracy;
    return { steps: this.learned.steps(), means: this.means.state(), accuracy, dual: this.dual.state() };
  }

  restoreState(saved: unknown): void {
    const { steps, means, accuracy, dual } = stateSchema.parse(saved);
    this.learned.restoreSteps(steps);
    this.means.restore(means);
    this.dual.restore(dual);
    this.accuracy = accuracy ?? Number.NaN;
  }

  /** The choices' step, on samples that weights never learn from. */
  private async architectureStep(step: number, warmingUp: boolean): Promise<void> {
    const batch = this.choiceBatches.at(Math.floor(step / this.options.architectureEvery));
    const { result, mix, mixGradient } = await this.forwardAndBackward(batch, warmingUp);
    addMix(mixGradient, result.costMixGradient, 1);
    const gradients = this.architecture.gradients(
      mix,
      mixGradient,
      this.architecture.probability(warmingUp),
      result.probabilityGradient,
      warmingUp,
    );
    if (this.options.randomArchitecture) gradients.delete('alpha');
    const { structure, compression } = this.options.architectureRates;
    const isStructure = (name: string): boolean => name === 'alpha' || name === 'psi';
    const { parameters } = this.architecture;
    const part = (structural: boolean): TensorMap =>
      new Map([...gradients].filter(([name]) => isStructure(name) === structural));
    this.structure.update(parameters, part(true), structure);
    this.compression.update(parameters, part(false), compression);
    this.trainer.moveScores(step);
  }

  private async forwardAndBackward(
    { inputs, labels }: Batch,
    warmingUp: boolean,
  ): Promise<{ result: JointResult; rates: Float32Array; mix: Mix; mixGradient: Mix }> {
    const mix = this.architecture.mix();
    const probability = this.architecture.probability(warmingUp);
    const results: JointResult[] = [];
    const { mixGradient, rates } = await this.session.step(inputs, mix, (outputs) => {
      const joint = jointObjective(
        this.options.supernet.graph,
        this.costs,
        {
          labels,
          mix,
          probability,
          constraints: this.dual.constraints(),
          entropyWeight: this.dual.entropyWeight,
        },
        outputs,
      );
      results.push(joint);
      return joint;
    });
    return { result: results[0], rates, mix, mixGradient };
  }

  private figuresOf(result: JointResult): Record<string, number> {
    const costs = this.costs.map(({ term }, i) => [term.name, result.costs[i] * term.reference] as const);
    const { loss, crossEntropy, fractions } = result;
    return { loss, crossEntropy, ...Object.fromEntries(costs), ...this.dual.named(fractions) };
  }
}

const stateSchema = z.strictObject({
  steps: z.unknown(),
  means: z.unknown(),
  accuracy: z.number().nullable(),
  dual: z.unknown(),
});

/** Of all that decides the outcome; the same value is needed to go on from a checkpoint. */
function fingerprintOf(options: JointOptions, stepsPerEpoch: number): string {
  const { supernet, engine, weightSplit, architectureSplit, start, ...plain } = options;
  return sha256(
    JSON.stringify({
      ...plain,
      stepsPerEpoch,
      graph: supernet.graph,
      engine: engine.name,
      start: start?.hash,
      samples: [weightSplit.count, architectureSplit.count],
    }),
  );
}
