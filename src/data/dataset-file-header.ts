import { z } from 'zod';
import { dataError } from './data-error.js';
import type { Shape } from '../core/geometry.js';
import type { FrontEndSpec } from './dataset.js';
import { describeIssues } from './definition.js';
import type { SplitName } from './recordings.js';
import type { DatasetSummary } from './summary.js';

export const DATASET_FORMAT = 'litesnn-dataset';
export const DATASET_FORMAT_VERSION = 1;

const count = z.number().int().min(0);
const positive = z.number().int().positive();
const checksum = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256');
const shape = z.strictObject({ height: positive, width: positive, channels: positive });
const frontEnd = z.looseObject({ kind: z.string() });
const classes = z.array(z.string()).min(2);

const splitSummary = z.strictObject({ samples: count, groups: count, perClass: z.array(count) });

const summary = z.strictObject({
  name: z.string(),
  source: z.string(),
  reader: z.string(),
  classes,
  raw: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pixels'), shape }),
    z.strictObject({ kind: z.literal('pcm16'), sampleRate: positive, samples: positive }),
  ]),
  shape,
  frontEnd,
  splits: z.strictObject({ train: splitSummary, validation: splitSummary, test: splitSummary }),
  skipped: z.array(z.strictObject({ file: z.string(), code: z.string(), reason: z.string() })),
  repeats: z.strictObject({
    removedFromTrain: count,
    removedFromValidation: count,
    within: z.strictObject({ train: count, validation: count, test: count }),
  }),
  notes: z.array(z.string()),
  hash: checksum,
});

const header = z.strictObject({
  format: z.literal(DATASET_FORMAT),
  version: z.literal(DATASET_FORMAT_VERSION),
  name: z.string(),
  classes,
  shape,
  frontEnd,
  counts: z.strictObject({ train: count, validation: count, test: count }),
  hash: checksum,
  samples: z.strictObject({ bytes: count, sha256: checksum }),
  summary,
});

/** Content of `dataset.json`. */
export interface DatasetHeader {
  readonly format: typeof DATASET_FORMAT;
  readonly version: typeof DATASET_FORMAT_VERSION;
  readonly name: string;
  readonly classes: readonly string[];
  readonly shape: Shape;
  readonly frontEnd: FrontEndSpec;
  /** Samples of each split. */
  readonly counts: Readonly<Record<SplitName, number>>;
  /** `LearningSplits.hash` */
  readonly hash: string;
  /** Length and SHA-256 of `dataset.bin`. */
  readonly samples: { readonly bytes: number; readonly sha256: string };
  readonly summary: DatasetSummary;
}

/** @throws LitesnnError DATASET_VERSION, DATASET_HEADER */
export function parseHeader(value: unknown, file: string): DatasetHeader {
  const kind = z.object({ format: z.literal(DATASET_FORMAT), version: z.unknown() }).safeParse(value);
  if (!kind.success) throw dataError('DATASET_HEADER', `${file} is no ${DATASET_FORMAT} file`);
  if (kind.data.version !== DATASET_FORMAT_VERSION) {
    const text = `${file} has format version ${JSON.stringify(kind.data.version)}, this tool reads ${DATASET_FORMAT_VERSION}`;
    throw dataError('DATASET_VERSION', text, 'convert the data set again with this version');
  }
  const result = header.safeParse(value);
  if (result.success) return result.data;
  throw dataError('DATASET_HEADER', `${file}: ${describeIssues(result.error)}`, 'convert the data set again');
}
