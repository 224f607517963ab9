import { ExitCode, LitesnnError } from '../core/errors.js';
import type { TrainingEngine } from './engine.js';
import { createTfjsEngine } from './tfjs/engine.js';

/** 'auto' is the project's own engine where it can be loaded, else TensorFlow.js. */
export type EngineName = 'tfjs' | 'spike' | 'auto';

export const ENGINE_NAMES: readonly EngineName[] = ['auto', 'spike', 'tfjs'];

export interface EngineOptions {
  /** Worker threads; by default as many as there are processors. TensorFlow.js decides for itself. */
  readonly threads?: number;
}

async function createSpike(options: EngineOptions): Promise<TrainingEngine> {
  try {
    // Loaded only when it is asked for, since it compiles WebAssembly and starts threads.
    const { createSpikeEngine } = await import('./spike/engine.js');
    return await createSpikeEngine(options);
  } catch (cause) {
    throw new LitesnnError(
      'ENGINE_UNAVAILABLE',
      ExitCode.toolchainMissing,
      'the spike engine cannot be loaded here',
      {
        hint: 'run npm run build, or choose the tfjs engine',
        cause,
      },
    );
  }
}

/** Throws `ENGINE_UNAVAILABLE` or `TFJS_BACKEND_UNAVAILABLE`. */
export async function createEngine(name: EngineName, options: EngineOptions = {}): Promise<TrainingEngine> {
  if (name === 'tfjs') return createTfjsEngine();
  if (name === 'spike') return createSpike(options);
  return createSpike(options).catch(() => createTfjsEngine());
}
