import { existsSync } from 'node:fs';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readJson, writeJson } from '../../core/files.js';
import { toolVersion } from '../../core/version.js';
import { provenanceSchema, type Calibration } from './calibration-file.js';
import type { Features } from './features.js';
import { predict, type Prediction } from './regression.js';

const prediction = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  outside: z.array(z.string()),
});

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('prediction'),
  tool: z.string(),
  command: z.string(),
  /** Has to be before the measurement that it is compared with. */
  created: z.string(),
  target: z.string(),
  modelHash: z.string(),
  features: z.record(z.string(), z.number()),
  calibration: z.strictObject({
    hash: z.string(),
    created: z.string(),
    provenance: provenanceSchema,
    networks: z.int(),
    confidence: z.number(),
  }),
  /** Means an inference, on inputs that fire as the validation split does. */
  seconds: prediction,
  grossJoules: prediction,
  netJoules: prediction,
});

/** What a calibration expects of a network, written before it is flashed (`energy/prediction.json`). */
export type PredictionFile = z.infer<typeof schema>;

export interface PredictionFacts {
  readonly command: string;
  readonly created: string;
  readonly target: string;
  readonly modelHash: string;
  readonly features: Features;
}

export function makePrediction(
  calibration: Calibration,
  calibrationHash: string,
  facts: PredictionFacts,
): PredictionFile {
  const { seconds, grossJoules, netJoules } = calibration.quantities;
  const of = (model: Calibration['quantities']['seconds']): PredictionFile['seconds'] => {
    const { outside, ...rest }: Prediction = predict(model, facts.features);
    return { ...rest, outside: [...outside] };
  };
  return {
    schemaVersion: 1,
    kind: 'prediction',
    tool: `litesnn ${toolVersion}`,
    ...facts,
    calibration: {
      hash: calibrationHash,
      created: calibration.created,
      provenance: calibration.provenance,
      networks: seconds.networks,
      confidence: seconds.confidence,
    },
    seconds: of(seconds),
    grossJoules: of(grossJoules),
    netJoules: of(netJoules),
  };
}

export function writePrediction(path: string, file: PredictionFile): void {
  writeJson(path, schema.parse(file));
}

/** @throws LitesnnError PREDICTION_MISSING, PREDICTION_INVALID (exit 2) */
export function readPrediction(path: string): PredictionFile {
  if (!existsSync(path)) {
    throw new LitesnnError('PREDICTION_MISSING', ExitCode.usage, `there is no prediction ${path}`, {
      hint: 'predict before the measurement: litesnn predict --run <folder> --calibration <file>',
    });
  }
  const parsed = schema.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const [{ path: where, message }] = parsed.error.issues;
  throw new LitesnnError('PREDICTION_INVALID', ExitCode.usage, `${path}: ${where.join('.')}: ${message}`, {
    hint: 'predict again: litesnn predict',
  });
}
