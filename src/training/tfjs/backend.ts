import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-cpu';
import { ExitCode, LitesnnError } from '../../core/errors.js';

/** 'native' is the TensorFlow library, where @tensorflow/tfjs-node or -node-gpu is installed. */
export type BackendName = 'native' | 'wasm' | 'cpu';

const NATIVE_PACKAGES: readonly string[] = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

async function loadNative(): Promise<boolean> {
  // The library greets on stderr with the features of the processor unless it is told not to.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  for (const name of NATIVE_PACKAGES) {
    try {
      await import(name);
      if (await tf.setBackend('tensorflow')) return true;
    } catch {
      // Not installed, or its download failed at installation: the next one will do.
    }
  }
  return false;
}

async function loadWasm(): Promise<boolean> {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(main) + sep);
  return tf.setBackend('wasm');
}

/**
 * Explicit padding and dilation carry the whole engine, and not every backend has always had them: 1, 2, 3, 4 in a row, padded by
 * one on the left, under a kernel of ones with a hole between.
 */
function convolvesAsNeeded(): boolean {
  try {
    return tf.tidy(() => {
      const row = tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]);
      const padding: [number, number][] = [
        [0, 0],
        [0, 0],
        [1, 0],
        [0, 0],
      ];
      const kernel = tf.ones<tf.Rank.R4>([1, 2, 1, 1]);
      const result = tf
        .conv2d(row, kernel, 1, padding as tf.backend_util.ExplicitPadding, 'NHWC', [1, 2])
        .dataSync();
      return result.join() === '2,4,6';
    });
  } catch {
    return false;
  }
}

const LOADERS: Readonly<Record<BackendName, () => Promise<boolean>>> = {
  native: loadNative,
  wasm: loadWasm,
  cpu: () => tf.setBackend('cpu'),
};

async function tryBackend(name: BackendName): Promise<boolean> {
  try {
    return (await LOADERS[name]()) && convolvesAsNeeded();
  } catch {
    return false;
  }
}

/**
 * Makes the first backend of the list that works here TensorFlow.js's global one and returns its name. Throws
 * `TFJS_BACKEND_UNAVAILABLE` where none does.
 */
export async function selectBackend(preferred: readonly BackendName[]): Promise<BackendName> {
  // Without this the plain backends advertise the native package on the console.
  tf.enableProdMode();
  for (const name of preferred) if (await tryBackend(name)) return name;
  throw new LitesnnError(
    'TFJS_BACKEND_UNAVAILABLE',
    ExitCode.toolchainMissing,
    `no TensorFlow.js backend of ${preferred.join(', ')} works here`,
    { hint: 'run npm ci again; @tensorflow/tfjs-backend-wasm must be complete' },
  );
}

/** What computes, for reports. */
export async function describeBackend(name: BackendName): Promise<string> {
  const version = `TensorFlow.js ${tf.version_core}`;
  if (name === 'native') return `${version}, native library`;
  if (name === 'cpu') return `${version}, plain JavaScript`;
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  return `${version}, WebAssembly${simd ? ' with SIMD' : ''}, 1 thread`;
}
