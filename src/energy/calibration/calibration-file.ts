import { existsSync } from 'node:fs';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readBytes, readJson, sha256, writeJson } from '../../core/files.js';
import type { Target } from '../../targets/target.js';
import { FEATURES, type FeatureName } from './features.js';

export const CALIBRATION_SCHEMA_VERSION = 1;

const number = z.number();
const features = z.record(z.enum(FEATURES as [FeatureName, ...FeatureName[]]), number.nonnegative());
const coefficient = z.strictObject({
  value: number.nonnegative(),
  low: number.nonnegative(),
  high: number.nonnegative(),
});

export const predictionErrorsSchema = z.strictObject({ mapePct: number, biasPct: number, worstPct: number });

const fittedModel = z.strictObject({
  coefficients: z.record(z.enum(FEATURES as [FeatureName, ...FeatureName[]]), coefficient),
  covariance: z.array(z.array(number).length(FEATURES.length)).length(FEATURES.length),
  commonRate: number.nonnegative(),
  ridge: number.positive(),
  networks: z.int().min(3),
  observations: z.int().positive(),
  deviation: number.nonnegative(),
  confidence: number.gt(0).lt(1),
  leftOut: predictionErrorsSchema,
  residuals: z.array(z.strictObject({ predicted: number, actual: number })),
  range: z.record(z.string(), z.strictObject({ min: number, max: number })),
});

/** Figures of one network on one mix of inputs: means an inference. */
export const measuredNetworkSchema = z.strictObject({
  name: z.string(),
  /** Which inputs: a split of a data set, or a mix of made ones. */
  inputs: z.string(),
  modelHash: z.string(),
  /** Of the firmware that was measured. */
  buildId: z.string(),
  date: z.string(),
  inferences: z.int().positive(),
  features,
  seconds: number.positive(),
  grossJoules: number.positive(),
  /** Less what the board would have drawn in that time anyway. */
  netJoules: number.positive(),
});
export type MeasuredNetwork = z.infer<typeof measuredNetworkSchema>;

export const analyzerSchema = z.object({
  description: z.string(),
  kind: z.string(),
  sampleHz: number.positive(),
  supplyVolts: number.positive(),
  statedError: number.nonnegative(),
  statedErrorSource: z.string(),
});

/** Simulated where the board is emulated or the instrument virtual; a file never mixes both. */
export const provenanceSchema = z.enum(['simulated', 'measured']);

const schema = z.strictObject({
  schemaVersion: z.literal(CALIBRATION_SCHEMA_VERSION),
  kind: z.literal('calibration'),
  tool: z.string(),
  command: z.string(),
  created: z.string(),
  provenance: provenanceSchema,
  board: z.strictObject({
    target: z.string(),
    core: z.string(),
    clockHz: number.positive(),
    ranOn: z.string(),
    /** What tells this board from another of its kind, as the user gave it. */
    serial: z.string().optional(),
  }),
  analyzer: analyzerSchema,
  temperatureCelsius: number.optional(),
  networks: z.array(measuredNetworkSchema).min(3),
  quantities: z.strictObject({ seconds: fittedModel, grossJoules: fittedModel, netJoules: fittedModel }),
});

/** What one board's inferences take, fitted to measurements of it (`calibration.json`, docs/energy.md). SI units. */
export type Calibration = z.infer<typeof schema>;
export type Quantity = keyof Calibration['quantities'];

export function writeCalibration(path: string, calibration: Calibration): void {
  writeJson(path, schema.parse(calibration));
}

/** @throws LitesnnError CALIBRATION_MISSING, CALIBRATION_INVALID (exit 2) */
export function readCalibration(path: string): Calibration {
  if (!existsSync(path)) {
    throw new LitesnnError('CALIBRATION_MISSING', ExitCode.usage, `there is no calibration file ${path}`, {
      hint: 'make one: litesnn calibrate <run> <run> <run> --out calibration.json',
    });
  }
  const parsed = schema.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const [{ path: where, message }] = parsed.error.issues;
  throw new LitesnnError('CALIBRATION_INVALID', ExitCode.usage, `${path}: ${where.join('.')}: ${message}`, {
    hint: 'calibrate again: the file is damaged or of another version',
  });
}

/**
 * A calibration for this target.
 * @throws LitesnnError CALIBRATION_OTHER_BOARD (exit 2) beside those of {@link readCalibration}
 */
export function calibrationFor(path: string, { name }: Pick<Target, 'name'>): Calibration {
  const calibration = readCalibration(path);
  if (calibration.board.target === name) return calibration;
  throw new LitesnnError(
    'CALIBRATION_OTHER_BOARD',
    ExitCode.usage,
    `${path} is the calibration of ${calibration.board.target}, not of ${name}`,
    { hint: 'every kind of board, supply voltage and clock needs a calibration of its own' },
  );
}

export function calibrationHash(path: string): string {
  return sha256(readBytes(path));
}
