import { z } from 'zod';
import type { FrontEndSpec } from '../dataset.js';
import type { Samples } from '../recordings.js';
import { checkedParameters, clampInt8, wrongInput, type FrontEnd, type FrontEndKind } from './front-end.js';

const KIND = 'raw';

/** Share of the training samples that a chosen shift must leave unclamped. */
const UNCLAMPED = 0.999;
const MAX_SHIFT = 8;

const shiftSchema = z.number().int().min(0).max(MAX_SHIFT);
const settingsSchema = z.strictObject({ kind: z.literal(KIND), shift: shiftSchema.optional() });
const specSchema = z.strictObject({
  kind: z.literal(KIND),
  sampleRate: z.number().int().positive(),
  samples: z.number().int().positive(),
  shift: shiftSchema,
});

/**
 * The window itself, 1 x samples x 1: `out = clamp((x + half) >> shift)` to -128..127, `half = shift > 0 ? 1 << (shift - 1) : 0`.
 *
 * The shift defaults to the smallest at which 99.9 % of the training samples are not clamped.
 */
export const raw: FrontEndKind = {
  kind: KIND,
  takes: 'pcm16',
  create,
  complete: (settings, format, training) => {
    if (format.kind !== 'pcm16') throw wrongInput(KIND, 'pcm16');
    const { shift = chooseShift(training) } = checkedParameters(settingsSchema, settings);
    return { kind: KIND, sampleRate: format.sampleRate, samples: format.samples, shift };
  },
};

function create(spec: FrontEndSpec): FrontEnd {
  const { samples, shift } = checkedParameters(specSchema, spec);
  const half = halfOf(shift);
  return {
    spec,
    shape: { height: 1, width: samples, channels: 1 },
    apply: (window, out) => {
      for (let i = 0; i < samples; i++) out[i] = clampInt8((window[i] + half) >> shift);
    },
  };
}

function halfOf(shift: number): number {
  return shift > 0 ? 1 << (shift - 1) : 0;
}

function chooseShift(training: readonly Samples[]): number {
  const total = training.reduce((sum, window) => sum + window.length, 0);
  for (let shift = 0; shift < MAX_SHIFT; shift++) {
    const half = halfOf(shift);
    let inside = 0;
    for (const window of training) {
      for (const sample of window) {
        const value = (sample + half) >> shift;
        if (value >= -128 && value <= 127) inside++;
      }
    }
    if (inside >= UNCLAMPED * total) return shift;
  }
  return MAX_SHIFT;
}
