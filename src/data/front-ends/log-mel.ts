import { z } from 'zod';
import type { FrontEndSpec } from '../dataset.js';
import type { Samples } from '../recordings.js';
import {
  checkedParameters,
  clampInt8,
  frontEndError,
  wrongInput,
  type FrontEnd,
  type FrontEndKind,
} from './front-end.js';
import { LogMelAnalysis, type LogMelGeometry } from './log-mel-analysis.js';
import { chooseScaling } from './log-mel-scaling.js';

const KIND = 'log-mel';
const MAX_FFT = 2048;

/** `scale` is in 2^-10. */
const SCALE_SHIFT = 10;

const positive = z.number().int().positive();

const settingsSchema = z.strictObject({
  kind: z.literal(KIND),
  frames: positive.min(2).default(40),
  mels: positive.max(256).default(32),
  frameMilliseconds: z.number().positive().default(32),
  lowHz: z.number().int().min(0).default(60),
  highHz: positive.optional(),
});

const specSchema = z.strictObject({
  kind: z.literal(KIND),
  sampleRate: positive,
  samples: positive,
  frames: positive,
  frameSamples: positive.min(4),
  hopSamples: positive,
  fftSize: positive.min(8).max(MAX_FFT),
  mels: positive.max(256),
  lowHz: z.number().int().min(0),
  highHz: positive,
  floor: z.number().int().min(0).max(32767),
  offset: z.number().int().min(0).max(32767),
  scale: positive.max(32767),
});

/** Default upper end: above it speech has little, and the anti-aliasing filters of recorders differ. */
const DEFAULT_HIGH_HZ = 7600;

/**
 * Logarithmic mel energies, frames x mels x 1 (log-mel-analysis.ts), then
 * `out = clamp(((max(log, floor) - offset) * scale + 512) >> 10)` to -128..127. `floor`, `offset` (both in 2^-8 octaves) and
 * `scale` are chosen from the training split.
 */
export const logMel: FrontEndKind = {
  kind: KIND,
  takes: 'pcm16',
  create,
  complete: (settings, format, training) => {
    if (format.kind !== 'pcm16') throw wrongInput(KIND, 'pcm16');
    const geometry = geometryOf(settings, format.sampleRate, format.samples);
    const scaling = chooseScaling(checkedAnalysis(geometry, format.samples), training);
    return { kind: KIND, samples: format.samples, ...geometry, ...scaling };
  },
};

/** Frames are spread evenly over the window: the hop is the largest at which all of them lie inside. */
function geometryOf(settings: FrontEndSpec, sampleRate: number, samples: number): LogMelGeometry {
  const { frames, mels, frameMilliseconds, lowHz, highHz } = checkedParameters(settingsSchema, settings);
  const frameSamples = Math.round((frameMilliseconds * sampleRate) / 1000);
  return {
    sampleRate,
    frames,
    frameSamples,
    hopSamples: Math.floor((samples - frameSamples) / (frames - 1)),
    fftSize: 2 ** Math.ceil(Math.log2(Math.max(8, frameSamples))),
    mels,
    lowHz,
    highHz: highHz ?? Math.min(DEFAULT_HIGH_HZ, Math.floor(sampleRate / 2)),
  };
}

function checkedAnalysis(geometry: LogMelGeometry, samples: number): LogMelAnalysis {
  const { frames, frameSamples, hopSamples, fftSize, lowHz, highHz, sampleRate } = geometry;
  if (hopSamples < 1 || (frames - 1) * hopSamples + frameSamples > samples) {
    throw frontEndError(
      KIND,
      `${frames} frames of ${frameSamples} samples do not fit a window of ${samples} samples`,
    );
  }
  if (!Number.isInteger(Math.log2(fftSize)) || frameSamples > fftSize || fftSize > MAX_FFT) {
    throw frontEndError(
      KIND,
      `a frame of ${frameSamples} samples needs a power of two of at most ${MAX_FFT} for its FFT`,
    );
  }
  if (lowHz >= highHz || highHz > sampleRate / 2) {
    throw frontEndError(KIND, `${lowHz}..${highHz} Hz is no band below half of ${sampleRate} Hz`);
  }
  const analysis = new LogMelAnalysis(geometry);
  const empty = analysis.filters.findIndex(({ weights }) => weights.length === 0);
  if (empty >= 0) {
    throw frontEndError(
      KIND,
      `mel filter ${empty} is narrower than a bin of the FFT: take fewer mels or longer frames`,
    );
  }
  return analysis;
}

function create(spec: FrontEndSpec): FrontEnd {
  const { samples, floor, offset, scale, ...geometry } = checkedParameters(specSchema, spec);
  const analysis = checkedAnalysis(geometry, samples);
  const logs = new Int32Array(geometry.frames * geometry.mels);
  const half = 1 << (SCALE_SHIFT - 1);
  return {
    spec,
    shape: { height: geometry.frames, width: geometry.mels, channels: 1 },
    apply: (window: Samples, out) => {
      analysis.analyse(window, logs);
      for (let i = 0; i < logs.length; i++) {
        out[i] = clampInt8(((Math.max(logs[i], floor) - offset) * scale + half) >> SCALE_SHIFT);
      }
    },
  };
}
