/** How recordings of any length become windows of one length. */
export interface WindowRule {
  /** Length in samples. */
  readonly samples: number;
  /** Distance of successive windows in samples; absent: one window a recording. */
  readonly hop?: number | undefined;
}

/**
 * A recording that is shorter than the window stands in its middle between zeros (silence). Of a longer one comes the middle, or,
 * with a hop, every window that fits whole.
 */
export function windowsOf(recording: Int16Array, rule: WindowRule): Int16Array[] {
  const { samples, hop } = rule;
  if (recording.length < samples) {
    const padded = new Int16Array(samples);
    padded.set(recording, Math.floor((samples - recording.length) / 2));
    return [padded];
  }
  if (hop === undefined) {
    const start = Math.floor((recording.length - samples) / 2);
    return [recording.subarray(start, start + samples)];
  }
  const windows: Int16Array[] = [];
  for (let start = 0; start + samples <= recording.length; start += hop) {
    windows.push(recording.subarray(start, start + samples));
  }
  return windows;
}
