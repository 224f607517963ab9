import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ExitCode, LitesnnError } from '../../core/errors.js';

/** Works on the samples `from..to`; `part` names the buffers of partial sums. */
type PartFunction = (descriptor: number, part: number, from: number, to: number) => void;
type TaskFunction = (descriptor: number) => void;

const PART_KERNELS = [
  'loadInput',
  'edgeForward',
  'edgeForwardOnly',
  'edgeBackward',
  'batchCoefficients',
  'runningCoefficients',
  'backCoefficients',
  'lifForward',
  'lifBackward',
  'reluForward',
  'reluBackward',
  'startGradient',
  'poolForward',
  'poolStartGradient',
  'poolBackward',
  'headForward',
  'headBackward',
] as const;

const TASK_KERNELS = ['prepareWeights', 'finishWeights', 'finishHeadBias'] as const;

export type PartKernel = (typeof PART_KERNELS)[number];
export type TaskKernel = (typeof TASK_KERNELS)[number];

/** Exports of assembly/index.ts. */
export type Kernels = Readonly<Record<PartKernel, PartFunction> & Record<TaskKernel, TaskFunction>>;

const KERNELS_FILE = fileURLToPath(new URL('./kernels.wasm', import.meta.url));

/** The compiled kernels, which the build puts beside this module. */
export async function loadKernels(): Promise<WebAssembly.Module> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readFile(KERNELS_FILE);
  } catch (cause) {
    throw new LitesnnError('SPIKE_KERNELS_MISSING', ExitCode.internal, `cannot read ${KERNELS_FILE}`, {
      hint: 'build the project again, or choose another engine',
      cause,
    });
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new LitesnnError(
      'SPIKE_KERNELS_UNSUPPORTED',
      ExitCode.internal,
      'this JavaScript engine cannot run the training kernels',
      {
        hint: 'WebAssembly with SIMD and threads is needed; choose another engine',
        cause,
      },
    );
  }
}

function isKernels(exports: object): exports is Kernels {
  return [...PART_KERNELS, ...TASK_KERNELS].every((name) => typeof Reflect.get(exports, name) === 'function');
}

/** An instance for one thread. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isKernels(exports)) {
    throw new LitesnnError(
      'SPIKE_KERNELS_MISSING',
      ExitCode.internal,
      `${KERNELS_FILE} is of another version`,
      {
        hint: 'build the project again',
      },
    );
  }
  return exports;
}
