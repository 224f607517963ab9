import { createHash } from 'node:crypto';
import type { Shape } from '../core/geometry.js';
import type { Splits } from './convert.js';
import type { FrontEndSpec } from './dataset.js';
import { SPLIT_NAMES } from './recordings.js';

export interface HashedFacts {
  readonly shape: Shape;
  readonly classes: readonly string[];
  readonly frontEnd: FrontEndSpec;
}

/**
 * SHA-256 over shape, classes and front-end (JSON with sorted keys), then of train, validation and test each the number of samples
 * and inputs, labels and groups (little-endian).
 */
export function datasetHash({ shape, classes, frontEnd }: HashedFacts, splits: Splits): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(sorted({ shape, classes, frontEnd })));
  for (const name of SPLIT_NAMES) {
    const { count, inputs, labels, groups } = splits[name];
    hash.update(`\n${name} ${count}\n`).update(inputs).update(labels).update(groups);
  }
  return hash.digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
