/** Every wait of SMP, in milliseconds; the time of the bytes on the wire is added twice. */
export interface SmpTimeLimits {
  /** Answer to a request that changes no flash. */
  readonly replyMs: number;
  /** Answer to the first packet of an upload: the slot may be erased for it. */
  readonly firstUploadMs: number;
  /** Answer to a later packet. */
  readonly uploadMs: number;
  /** From a reset's answer until the device must answer again. */
  readonly restartMs: number;
  /** Between two looks whether it does. */
  readonly restartStepMs: number;
}

export const defaultSmpLimits: SmpTimeLimits = {
  replyMs: 2000,
  firstUploadMs: 60_000,
  uploadMs: 10_000,
  restartMs: 90_000,
  restartStepMs: 1000,
};
