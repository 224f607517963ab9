import { availableParallelism } from 'node:os';
import type { TensorMap, TrainingEngine, TrainingSession } from '../engine.js';
import type { TrainingGraph } from '../graph.js';
import { checkParameters, validateGraph } from '../initial.js';
import { Arena } from './arena.js';
import { loadKernels } from './kernels.js';
import { planPrograms } from './plan-programs.js';
import { planNetwork } from './plan.js';
import { Pool } from './pool.js';
import { partsOf } from './program.js';
import { SpikeSession } from './session.js';

/**
 * The project's own training engine: WebAssembly kernels with SIMD (assembly/) on a team of threads over one shared memory.
 *
 * - The plan (plan*.ts) places every buffer and descriptor before anything runs; a step allocates nothing in that memory.
 * - Layer-major: a population runs all timesteps at once, `[timestep][sample][y][x][channel]`, channels padded to four.
 * - Spikes are flags plus lists of events, made once by the neurons and shared by the forward pass and the weight gradient of all
 *   edges that read them; input gradients are computed only where the surrogate derivative is not zero.
 * - The batch is cut into parts. A part is a sequence of kernel calls (plan-programs.ts); threads take parts and meet only for the
 *   batch's statistics (team.ts). Partial sums belong to parts and are added in their order: up to `PARTS` threads give the same
 *   bits, whoever does what.
 */
const PARTS = 4;

const MOST_THREADS = 4;

class SpikeEngine implements TrainingEngine {
  readonly name = 'spike';
  readonly description: string;

  constructor(
    private readonly kernels: WebAssembly.Module,
    private readonly threads: number,
  ) {
    this.description = `WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  }

  async compile(graph: TrainingGraph, batch: number, parameters: TensorMap): Promise<TrainingSession> {
    validateGraph(graph);
    checkParameters(graph, parameters);
    const parts = Math.min(batch, Math.max(PARTS, this.threads));
    const threads = Math.min(this.threads, parts);
    const arena = new Arena();
    const plan = planNetwork(arena, graph, { timesteps: graph.timesteps, batch, parts });
    const memory = arena.commit();
    const start = (team: number): Promise<Pool> =>
      Pool.start(this.kernels, memory, {
        programs: planPrograms(plan, team),
        parts: partsOf(batch, parts),
        control: plan.control,
        threads: team,
        items: plan.items,
      });
    // Where threads are forbidden or exhausted, the caller's own does everything.
    const pool = await start(threads).catch(() => start(1));
    return new SpikeSession(graph, plan, memory, pool, parameters);
  }
}

/** `threads`: at most this many; by default one a core, up to four. Rejects where the kernels cannot run. */
export async function createSpikeEngine(options: { threads?: number } = {}): Promise<TrainingEngine> {
  const threads = options.threads ?? Math.min(availableParallelism(), MOST_THREADS);
  return new SpikeEngine(await loadKernels(), Math.max(1, Math.floor(threads)));
}
