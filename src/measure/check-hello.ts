import { ExitCode, LitesnnError } from '../core/errors.js';
import type { Target } from '../targets/target.js';
import { type Hello, PROTOCOL_VERSION } from './frames/types.js';

/** What the firmware on the board was generated from. */
export interface ExpectedModel {
  /** SHA-256 of model.json, lower-case hexadecimal. */
  readonly modelHash: string;
  readonly inputBytes: number;
  readonly classes: number;
  readonly timesteps: number;
  /** Names of the layers, first to last. */
  readonly layers: readonly string[];
}

const FLASH_HINT = 'build and flash the firmware of this model for this board, then measure again';

function wrongDevice(code: string, message: string): LitesnnError {
  return new LitesnnError(code, ExitCode.device, message, { hint: FLASH_HINT });
}

/** Refuses a device whose figures would be another model's or another board's. Exit codes 6 and 8. */
export function checkHello(hello: Hello, model: ExpectedModel, target: Target): void {
  if (hello.version !== PROTOCOL_VERSION) {
    const message = `the firmware speaks version ${hello.version} of the device protocol, this tool version ${PROTOCOL_VERSION}`;
    throw wrongDevice('DEVICE_PROTOCOL_VERSION', message);
  }
  if (hello.target !== target.name) {
    throw wrongDevice('DEVICE_WRONG_TARGET', `the firmware is for ${hello.target}, not for ${target.name}`);
  }
  const { counter } = target;
  if (hello.counterHz !== counter.hz || hello.countsInstructions !== (counter.counts === 'instructions')) {
    const unit = hello.countsInstructions ? 'instructions' : 'cycles';
    const message = `the firmware counts ${unit} at ${hello.counterHz} Hz, ${target.name} counts ${counter.counts} at ${counter.hz} Hz`;
    throw wrongDevice('DEVICE_WRONG_COUNTER', message);
  }
  if (hello.modelHash !== model.modelHash) {
    const message = `another model is on the board (${hello.modelHash.slice(0, 12)}, expected ${model.modelHash.slice(0, 12)})`;
    throw new LitesnnError('MEASURE_WRONG_MODEL', ExitCode.measurementInvalid, message, { hint: FLASH_HINT });
  }
  const told = [hello.inputBytes, hello.classes, hello.timesteps, hello.layers];
  const expected = [model.inputBytes, model.classes, model.timesteps, model.layers.length];
  if (told.some((value, i) => value !== expected[i])) {
    const message = `the firmware has inputs, classes, timesteps, layers ${told.join(', ')}, the model ${expected.join(', ')}`;
    throw new LitesnnError('MEASURE_WRONG_MODEL', ExitCode.measurementInvalid, message, { hint: FLASH_HINT });
  }
}
