import { z } from 'zod';
import { sha256 } from '../core/files.js';
import type { LearningSplits } from '../data/dataset.js';
import type {
  ObjectiveResult,
  Outputs,
  TensorMap,
  TrainingEngine,
  TrainingSession,
} from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import { copyTensors } from '../training/optimizers.js';
import type { AugmentSpec } from './augment/spec.js';
import type { GraphCosts } from './budget/board-costs.js';
import { constraintTerms } from './budget/constraints.js';
import type { Limits } from './budget/limits.js';
import { Batches, derivedSeed } from './batches.js';
import { timestepCrossEntropy } from './cross-entropy.js';
import { distillationLoss, Teacher, type DistillationSpec } from './distillation.js';
import { evaluateNetwork, meanRate, NO_CHOICES } from './evaluate.js';
import { firingLoss, type FiringPenalty } from './firing-penalty.js';
import { runStage, type HistoryEntry, type LoopControl, type Stage, type StageRecord } from './loop.js';
import { checkFinite } from './messages.js';
import { RunningMeans } from './running-means.js';
import { copyInto, encodeTensors, tensorsUnder, withPrefix } from './tensors.js';
import type { TrainedNetwork } from './trained-network.js';
import { Learned, WeightTrainer } from './trainer.js';
import type { WeightRates } from './training-rates.js';

export interface RetrainOptions {
  readonly graph: TrainingGraph;
  /** Where training starts: fresh, or taken from a supernet. */
  readonly initial: TensorMap;
  readonly engine: TrainingEngine;
  readonly data: LearningSplits;
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Steps that count as an epoch; a whole pass by default. */
  readonly stepsPerEpoch?: number | undefined;
  readonly rates: WeightRates;
  readonly firing?: FiringPenalty | undefined;
  readonly augment?: AugmentSpec | undefined;
  /** A trained network of the same input and classes whose answers are learned beside the labels. */
  readonly teacher?: TrainedNetwork | undefined;
  readonly distillation?: DistillationSpec | undefined;
  /** What messages and the history call this stage; 'retrain' by default. */
  readonly label?: string | undefined;
  /** Epochs whose firing is within these limits are preferred to those that are more accurate. */
  readonly within?: Within | undefined;
}

/** Limits on what depends on firing, with the costs of the network that is trained. */
export interface Within {
  readonly costs: GraphCosts;
  readonly limits: Limits;
}

export interface RetrainOutcome extends StageRecord {
  /** Of the epoch with the best accuracy on the validation split. */
  readonly parameters: TensorMap;
  readonly accuracy: number;
  /** `[population][timestep]` on the validation split, at that epoch. */
  readonly rates: Float32Array;
}

const ORDER = 6;

const DEFAULT_DISTILLATION: DistillationSpec = { weight: 0.7, temperature: 2 };

/** Trains a decoded network on the whole training split and keeps the epoch that is best on the validation split. */
export async function retrain(options: RetrainOptions, control: LoopControl): Promise<RetrainOutcome> {
  const { graph, engine, batch, initial } = options;
  const session = await engine.compile(graph, batch, initial);
  let teacher: Teacher | undefined;
  try {
    if (options.teacher !== undefined) teacher = await Teacher.of(options.teacher, engine, batch);
    const stage = new RetrainStage(options, session, teacher);
    const record = await runStage(stage, control);
    copyInto(session.parameters, stage.best);
    const { accuracy, rates } = await evaluateNetwork(session, graph, options.data.validation);
    return { ...record, parameters: copyTensors(stage.best), accuracy, rates };
  } finally {
    teacher?.dispose();
    session.dispose();
  }
}

class RetrainStage implements Stage {
  readonly label: string;
  readonly fingerprint: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Parameters of the best epoch so far. */
  readonly best: TensorMap;

  private readonly batches: Batches;
  private readonly trainer: WeightTrainer;
  private readonly learned: Learned;
  private readonly means = new RunningMeans();
  private readonly lastTimestep: Float32Array;
  private accuracy = -1;
  private bestAccuracy = -1;
  /** Whether the best epoch is within the limits; true where there are none. */
  private bestFits = false;

  constructor(
    private readonly options: RetrainOptions,
    private readonly session: TrainingSession,
    private readonly teacher: Teacher | undefined,
  ) {
    const { graph, data, batch, seed, rates } = options;
    this.label = options.label ?? 'retrain';
    this.epochs = options.epochs;
    this.batches = new Batches(data.train, graph.input, batch, derivedSeed(seed, ORDER), options.augment);
    this.stepsPerEpoch = options.stepsPerEpoch ?? this.batches.perEpoch;
    this.fingerprint = fingerprintOf(options, this.stepsPerEpoch);
    this.trainer = new WeightTrainer(session, rates, this.epochs * this.stepsPerEpoch);
    this.learned = new Learned({ weights: session.parameters }, this.trainer.optimizers);
    this.best = copyTensors(session.parameters);
    this.lastTimestep = new Float32Array(graph.timesteps);
    this.lastTimestep[graph.timesteps - 1] = 1;
  }

  async step(step: number): Promise<string> {
    const { inputs, labels } = this.batches.at(step);
    const answer = await this.teacher?.answer(inputs);
    const { loss, rates } = await this.session.step(inputs, NO_CHOICES, (outputs) =>
      this.objective(outputs, labels, answer),
    );
    checkFinite(this.label, step, loss);
    this.trainer.moveWeights(step);
    this.trainer.moveScores(step);
    const rate = meanRate(rates);
    this.means.add({ loss, trainingRate: rate });
    const accuracy = this.accuracy < 0 ? '' : `, accuracy ${(100 * this.accuracy).toFixed(1)} %`;
    return `loss ${loss.toFixed(3)}${accuracy}, firing ${(100 * rate).toFixed(1)} %`;
  }

  private objective(
    outputs: Outputs,
    labels: Uint16Array,
    answer: Float64Array | undefined,
  ): ObjectiveResult {
    const { graph, firing, distillation = DEFAULT_DISTILLATION } = this.options;
    const { classes } = graph.head;
    const entropy = timestepCrossEntropy(outputs.logits, labels, classes, this.lastTimestep);
    const spent =
      firing === undefined
        ? { value: 0, ratesGradient: new Float32Array(outputs.rates.length) }
        : firingLoss(outputs.rates, graph.timesteps, firing);
    const { ratesGradient } = spent;
    if (answer === undefined) {
      return { loss: entropy.value + spent.value, logitsGradient: entropy.logitsGradient, ratesGradient };
    }
    const { weight, temperature } = distillation;
    const taught = distillationLoss(outputs.logits, answer, classes, temperature);
    return {
      loss: (1 - weight) * entropy.value + weight * taught.value + spent.value,
      logitsGradient: entropy.logitsGradient.map(
        (own, i) => (1 - weight) * own + weight * taught.logitsGradient[i],
      ),
      ratesGradient,
    };
  }

  async endEpoch(epoch: number): Promise<HistoryEntry> {
    const { graph, data } = this.options;
    const { accuracy, rates } = await evaluateNetwork(this.session, graph, data.validation);
    this.accuracy = accuracy;
    const fits = this.isWithin(rates);
    if (fits === this.bestFits ? accuracy > this.bestAccuracy : fits) {
      this.bestAccuracy = accuracy;
      this.bestFits = fits;
      copyInto(this.best, this.session.parameters);
    }
    return { stage: this.label, epoch, ...this.means.take(), accuracy, rate: meanRate(rates) };
  }

  private isWithin(rates: Float32Array): boolean {
    const { graph, within } = this.options;
    if (within === undefined) return true;
    const state = { mix: NO_CHOICES, rates, probability: this.lastTimestep };
    return constraintTerms(graph, within.costs, within.limits).every(
      (term) => term.evaluate(state).value <= 1,
    );
  }

  tensors(): ReadonlyMap<string, Float32Array> {
    return new Map([...this.learned.tensors(), ...withPrefix('best/', this.best)]);
  }

  restoreTensors(saved: ReadonlyMap<string, Float32Array>): void {
    this.learned.restoreTensors(saved);
    copyInto(this.best, tensorsUnder('best/', saved));
  }

  state(): unknown {
    const { accuracy, bestAccuracy, bestFits } = this;
    return { steps: this.learned.steps(), means: this.means.state(), accuracy, bestAccuracy, bestFits };
  }

  restoreState(saved: unknown): void {
    const { steps, means, accuracy, bestAccuracy, bestFits } = stateSchema.parse(saved);
    this.learned.restoreSteps(steps);
    this.means.restore(means);
    this.accuracy = accuracy;
    this.bestAccuracy = bestAccuracy;
    this.bestFits = bestFits;
  }
}

const stateSchema = z.strictObject({
  steps: z.unknown(),
  means: z.unknown(),
  accuracy: z.number(),
  bestAccuracy: z.number(),
  bestFits: z.boolean(),
});

function fingerprintOf(options: RetrainOptions, stepsPerEpoch: number): string {
  const { initial, engine, data, teacher, ...plain } = options;
  return sha256(
    JSON.stringify({
      ...plain,
      stepsPerEpoch,
      engine: engine.name,
      data: data.hash,
    }),
    encodeTensors(initial).bytes,
    ...(teacher === undefined
      ? []
      : [JSON.stringify(teacher.graph), encodeTensors(teacher.parameters).bytes]),
  );
}
