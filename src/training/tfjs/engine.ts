import type { TensorMap, TrainingEngine, TrainingSession } from '../engine.js';
import type { TrainingGraph } from '../graph.js';
import { checkParameters, validateGraph } from '../initial.js';
import { describeBackend, selectBackend, type BackendName } from './backend.js';
import { TfjsSession } from './session.js';

export interface TfjsEngineOptions {
  /** Tried in this order; by default the native library, WebAssembly, plain JavaScript. */
  readonly backends?: readonly BackendName[];
}

class TfjsEngine implements TrainingEngine {
  readonly name = 'tfjs';

  constructor(readonly description: string) {}

  compile(graph: TrainingGraph, batch: number, parameters: TensorMap): Promise<TrainingSession> {
    return new Promise((resolve) => {
      validateGraph(graph);
      checkParameters(graph, parameters);
      resolve(new TfjsSession(graph, batch, parameters));
    });
  }
}

/**
 * The network in TensorFlow.js operations: the reference that the project's own engine is checked against, and the way to a GPU.
 * Sets TensorFlow.js's global backend. Throws `TFJS_BACKEND_UNAVAILABLE`.
 */
export async function createTfjsEngine(options: TfjsEngineOptions = {}): Promise<TrainingEngine> {
  const backend = await selectBackend(options.backends ?? ['native', 'wasm', 'cpu']);
  return new TfjsEngine(await describeBackend(backend));
}
