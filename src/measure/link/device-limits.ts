/** Every wait of the device protocol, in milliseconds; the wire's own time is added. */
export interface DeviceTimeLimits {
  /** From the end of a command to its answer. */
  readonly replyMs: number;
  /** How often a command is sent before the device counts as silent. */
  readonly attempts: number;
  /** One inference, before any was timed. */
  readonly firstInferenceMs: number;
  /** Least limit of an inference once its time is known. */
  readonly leastInferenceMs: number;
  /** Times the longest inference so far. */
  readonly inferenceFactor: number;
  /** From a reset to the hello that a device sends unasked, its boot loader's waiting time included. */
  readonly resetMs: number;
  /** Beside the time that a sleep lasts. */
  readonly wakeMs: number;
}

export const defaultDeviceLimits: DeviceTimeLimits = {
  replyMs: 1500,
  attempts: 5,
  firstInferenceMs: 120_000,
  leastInferenceMs: 10_000,
  inferenceFactor: 10,
  resetMs: 10_000,
  wakeMs: 2000,
};
