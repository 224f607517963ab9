// Seconds of a training step of both engines, alternately, so that both see the same disturbances.
import { Random } from '../src/core/random.js';
import type { TrainingEngine, TrainingSession } from '../src/training/engine.js';
import { createEngine } from '../src/training/engines.js';
import { initialParameters } from '../src/training/initial.js';
import { runBenchmark, type BenchmarkContext, type BenchmarkResult } from './contract.js';
import { engineCases, type EngineCase } from './engine-cases.js';
import { geometricMean, medianOf } from './spread.js';

const OPTIONS = {
  batch: { type: 'number', default: 32, describe: 'samples a step' },
  steps: { type: 'number', default: 10, describe: 'timed steps of each engine and network' },
  threads: { type: 'number', describe: 'threads of the spike engine; by default one a processor' },
} as const;

/** First steps, not counted: WebAssembly is still being optimized and buffers are being allocated. */
const WARM_UP_STEPS = 2;

/** One engine's share of a case. */
interface Timing {
  readonly seconds: number;
  /** Of the first step: the same for all engines when they compute the same network. */
  readonly loss: number;
}

async function timeStep(
  session: TrainingSession,
  { inputs, mix, objective }: EngineCase,
): Promise<[number, number]> {
  const started = performance.now();
  const { loss } = await session.step(inputs, mix, objective);
  return [(performance.now() - started) / 1000, loss];
}

async function timeEngines(
  engines: readonly TrainingEngine[],
  engineCase: EngineCase,
  batch: number,
  steps: number,
  { progress, signal }: BenchmarkContext,
): Promise<Timing[]> {
  const parameters = initialParameters(engineCase.graph, Random.fromSeed(1));
  const sessions: TrainingSession[] = [];
  const seconds: number[][] = engines.map(() => []);
  const losses: number[] = [];
  const task = progress.start(engineCase.name, WARM_UP_STEPS + steps);
  try {
    for (const engine of engines) sessions.push(await engine.compile(engineCase.graph, batch, parameters));
    for (let step = 0; step < WARM_UP_STEPS + steps; step++) {
      signal.throwIfAborted();
      for (const [index, session] of sessions.entries()) {
        const [time, loss] = await timeStep(session, engineCase);
        if (step === 0) losses.push(loss);
        if (step >= WARM_UP_STEPS) seconds[index].push(time);
      }
      task.update(step + 1);
    }
  } finally {
    task.finish();
    for (const session of sessions) session.dispose();
  }
  return sessions.map((_, index) => ({ seconds: medianOf(seconds[index]), loss: losses[index] }));
}

await runBenchmark(
  { name: 'engine', describe: 'seconds a training step, spike beside tfjs', options: OPTIONS },
  async ({ batch, steps, threads }, context) => {
    const engines = [
      await createEngine('spike', { threads }),
      await createEngine('spike', { threads: 1 }),
      await createEngine('tfjs'),
    ];
    const [spikeEngine, singleEngine, tfjsEngine] = engines.map(({ description }) => description);
    const results: (BenchmarkResult & { timesAsFast: number; timesAsFastOneThread: number })[] = [];
    for (const engineCase of engineCases(batch)) {
      const [spike, single, tfjs] = await timeEngines(engines, engineCase, batch, steps, context);
      results.push({
        network: engineCase.name,
        timesteps: engineCase.graph.timesteps,
        batch,
        steps,
        spikeEngine,
        singleEngine,
        tfjsEngine,
        spikeSeconds: spike.seconds,
        spikeOneThreadSeconds: single.seconds,
        tfjsSeconds: tfjs.seconds,
        timesAsFast: tfjs.seconds / spike.seconds,
        timesAsFastOneThread: tfjs.seconds / single.seconds,
        spikeLoss: spike.loss,
        tfjsLoss: tfjs.loss,
      });
    }
    const ratios = results.map(({ timesAsFast }) => timesAsFast);
    return {
      results,
      headline: {
        spikeOverTfjs: geometricMean(ratios),
        spikeOverTfjsWorst: Math.min(...ratios),
        spikeOverTfjsOneThread: geometricMean(results.map((row) => row.timesAsFastOneThread)),
      },
    };
  },
);
