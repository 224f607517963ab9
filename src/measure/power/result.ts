import { existsSync } from 'node:fs';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readJson } from '../../core/files.js';

const provenance = z.enum(['simulated', 'measured']);

/** A mean with everything that makes it uncertain. Joule, second, ampere or watt, as the field says. */
const figure = z.object({
  mean: z.number(),
  /** Of the mean, from the repetitions; 0 where there was one. */
  standardError: z.number().nonnegative(),
  /** What sampling at discrete instants can have added or taken. */
  resolution: z.number().nonnegative(),
  /** What the instrument's maker allows it to be wrong. */
  instrument: z.number().nonnegative(),
  /** 95 % interval of repetitions and resolution together; comparisons on one instrument need no more. */
  interval: z.tuple([z.number(), z.number()]),
  /** The same and the instrument's error: what the true value is in. */
  total: z.tuple([z.number(), z.number()]),
});
export type PowerFigure = z.infer<typeof figure>;

const layer = z.object({
  name: z.string(),
  ticks: z.number(),
  spikesIn: z.number(),
  spikesOut: z.number(),
  /** Absent where layers cannot be told apart in time (early exit, gaps). */
  grossJoules: z.number().optional(),
  netJoules: z.number().optional(),
});

const sample = z.object({
  /** Index in the split. */
  sample: z.number().int().nonnegative(),
  /** Ticks of the device's counter, which every repetition took. */
  ticks: z.number(),
  timesteps: z.number().int(),
  /** Windows that the figures are the mean of; those with a gap in them are not among them. */
  windows: z.number().int().positive(),
  grossJoules: z.number(),
  netJoules: z.number(),
  /** Of the mean gross energy over the windows. */
  standardErrorJoules: z.number().nonnegative(),
  /** Marker window by the analyzer's clock. */
  seconds: z.number(),
  /** Layers, then the head; from a traced run of the same sample. */
  layers: z.array(layer).optional(),
});
export type SampleEnergy = z.infer<typeof sample>;

export const powerResultSchema = z.object({
  schemaVersion: z.literal(1),
  /** Simulated when the board is emulated or the instrument is virtual. */
  provenance,
  analyzer: z.object({
    description: z.string(),
    kind: z.string(),
    provenance,
    sampleHz: z.number().positive(),
    supplyVolts: z.number().positive(),
    statedError: z.number().nonnegative(),
    statedErrorSource: z.string(),
    digitalInputs: z.number().int().nonnegative(),
  }),
  target: z.string(),
  modelHash: z.string(),
  buildId: z.string(),
  datasetHash: z.string(),
  split: z.string(),
  /** `R/measure/power/<session>`: raw samples, events, metadata. */
  session: z.string(),
  date: z.string(),
  tool: z.string(),
  /** Energy of one inference, mean over samples: supply voltage x current over the marker window. */
  gross: figure,
  /** The same less what the board would have drawn in that time anyway (`baseline`). */
  net: figure,
  /** Marker window of one inference, second. */
  seconds: figure,
  /** Current during an inference, ampere. */
  active: figure,
  /** Board awake, waiting for a command. */
  baseline: figure,
  /** Lowest mode that keeps RAM; absent where it was not measured. */
  sleep: figure.optional(),
  samples: z.array(sample).min(1),
  /** Mean over samples. */
  layers: z
    .array(
      z.object({ name: z.string(), grossJoules: z.number(), netJoules: z.number(), seconds: z.number() }),
    )
    .optional(),
  losses: z.object({
    /** Samples by the analyzer's clock, lost ones included. */
    expected: z.number().int().nonnegative(),
    lost: z.number().int().nonnegative(),
    /** Most that may be lost, as a fraction. */
    budget: z.number(),
    gaps: z.array(z.object({ atSeconds: z.number(), missing: z.number().int(), cause: z.string() })),
    /** Inferences that count for nothing because of a gap or a wrong duration. */
    windowsExcluded: z.number().int().nonnegative(),
    windowsUsed: z.number().int().positive(),
  }),
  clock: z.object({
    /** Marker windows by the analyzer's clock over the same by the board's: median. */
    ratio: z.number(),
  }),
  duty: z
    .object({
      periodSeconds: z.number(),
      averageWatts: z.number(),
      averageAmperes: z.number(),
      battery: z.object({ joules: z.number(), volts: z.number(), lifeSeconds: z.number() }).optional(),
    })
    .optional(),
});

/** Energy of inferences, from the current of a marked board (`power.json`, docs/measuring.md). SI units. */
export type PowerResult = z.infer<typeof powerResultSchema>;

/** @throws LitesnnError POWER_MISSING, POWER_INVALID (exit 2) */
export function readPowerResult(path: string): PowerResult {
  if (!existsSync(path)) {
    throw new LitesnnError('POWER_MISSING', ExitCode.usage, `no current was measured: there is no ${path}`, {
      hint: 'litesnn measure --run <folder> --power <analyzer>',
    });
  }
  const parsed = powerResultSchema.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LitesnnError(
    'POWER_INVALID',
    ExitCode.usage,
    `${path}: ${issue.path.join('.')}: ${issue.message}`,
    {
      hint: 'measure again, or litesnn measure --analyze <session>',
    },
  );
}
