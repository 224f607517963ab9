// This project's side of `npm run bench:train`, in a process of its own so that its memory can be told from the bench's.
// Command line: NETWORK KIND THREADS GAMMA; then as train_torch.py.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { timestepCrossEntropy } from '../src/search/cross-entropy.js';
import { NO_CHOICES } from '../src/search/evaluate.js';
import { WeightTrainer } from '../src/search/trainer.js';
import { PAPER_ARCHITECTURE_RATES, PAPER_WEIGHT_RATES } from '../src/search/training-rates.js';
import type { StepResult, TrainingSession } from '../src/training/engine.js';
import { createEngine } from '../src/training/engines.js';
import { Adam, selectTensors } from '../src/training/optimizers.js';
import { trainCase, type TrainCase, type TrainKind, type TrainNetwork } from './train-cases.js';
import { RATE_PENALTY, SCHEDULED_STEPS } from './train-export.js';

/** Bytes of a field of /proc/self/status, such as VmHWM (most ever resident). */
function memory(field: string): number {
  const found = new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * Number(found?.[1] ?? 0);
}

/** The steps that src/search/joint.ts and retrain.ts make. */
class Training {
  private readonly trainer: WeightTrainer;
  private readonly structure = new Adam();
  private readonly compression = new Adam();

  constructor(
    private readonly session: TrainingSession,
    private readonly trainCase: TrainCase,
  ) {
    this.trainer = new WeightTrainer(session, PAPER_WEIGHT_RATES, SCHEDULED_STEPS);
  }

  async step(step: number): Promise<StepResult> {
    const { search, inputs } = this.trainCase;
    const { result } = await this.forwardAndBackward((2 * step) % inputs.length);
    this.trainer.moveWeights(step);
    if (search !== undefined) await this.architectureStep((2 * step + 1) % inputs.length, search);
    this.trainer.moveScores(step);
    return result;
  }

  private async architectureStep(
    batch: number,
    { architecture }: NonNullable<TrainCase['search']>,
  ): Promise<void> {
    const mix = architecture.mix();
    const { result, probability, onProbability } = await this.forwardAndBackward(batch);
    const gradients = architecture.gradients(mix, result.mixGradient, probability, onProbability, false);
    const structural = (name: string): boolean => name === 'alpha' || name === 'psi';
    const { structure, compression } = PAPER_ARCHITECTURE_RATES;
    this.structure.update(architecture.parameters, selectTensors(gradients, structural), structure);
    const others = selectTensors(gradients, (name) => !structural(name));
    this.compression.update(architecture.parameters, others, compression);
  }

  private async forwardAndBackward(
    batch: number,
  ): Promise<{ result: StepResult; probability: Float32Array; onProbability: Float32Array }> {
    const { graph, search, inputs, labels } = this.trainCase;
    const last = Float32Array.from({ length: graph.timesteps }, (_, t) => Number(t === graph.timesteps - 1));
    const probability = search?.architecture.probability(false) ?? last;
    const mix = search?.architecture.mix() ?? NO_CHOICES;
    let onProbability = new Float32Array(graph.timesteps);
    const result = await this.session.step(inputs[batch], mix, ({ logits, rates }) => {
      const entropy = timestepCrossEntropy(logits, labels[batch], graph.head.classes, probability);
      onProbability = Float32Array.from(entropy.byTimesteps);
      const share = RATE_PENALTY / rates.length;
      return {
        loss: entropy.value + share * rates.reduce((sum, rate) => sum + rate, 0),
        logitsGradient: entropy.logitsGradient,
        ratesGradient: new Float32Array(rates.length).fill(share),
      };
    });
    return { result, probability, onProbability };
  }
}

function meansOverTime(rates: Float32Array, timesteps: number): number[] {
  return Array.from({ length: rates.length / timesteps }, (_, p) => {
    const own = rates.subarray(p * timesteps, (p + 1) * timesteps);
    return own.reduce((sum, rate) => sum + rate, 0) / timesteps;
  });
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const [network, kind, threads, gamma] = process.argv.slice(2);
const startBytes = memory('VmRSS');
const prepared = trainCase(network as TrainNetwork, kind as TrainKind, Number(gamma));
const engine = await createEngine('spike', { threads: Number(threads) });
const session = await engine.compile(prepared.graph, prepared.batch, prepared.parameters);
const training = new Training(session, prepared);
answer({ engine: engine.description, threads: Number(threads), startBytes });
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as { from: number; steps: number };
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  const losses: number[] = [];
  let rates: number[] = [];
  for (let step = command.from; step < command.from + command.steps; step++) {
    const begun = performance.now();
    const begunCpu = process.cpuUsage();
    const result = await training.step(step);
    seconds.push((performance.now() - begun) / 1000);
    const { user, system } = process.cpuUsage(begunCpu);
    cpuSeconds.push((user + system) / 1e6);
    losses.push(result.loss);
    rates = meansOverTime(result.rates, prepared.graph.timesteps);
  }
  answer({ seconds, cpuSeconds, losses, rates, peakBytes: memory('VmHWM') });
}
session.dispose();
