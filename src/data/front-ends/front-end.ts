import { z } from 'zod';
import type { Shape } from '../../core/geometry.js';
import { dataError } from '../data-error.js';
import { describeIssues } from '../definition.js';
import type { FrontEndSpec } from '../dataset.js';
import type { Samples } from '../recordings.js';

/**
 * Turns one raw window into the network's int8 input. Everything `apply` does is integer arithmetic whose intermediate values are
 * below 2^53, so a twin in C with 64-bit integers gives the same bits. Tables are computed once, from the spec's integers.
 */
export interface FrontEnd {
  readonly spec: FrontEndSpec;
  readonly shape: Shape;
  /** @param out `[height][width][channels]`, written completely */
  apply(samples: Samples, out: Int8Array): void;
}

/** What a front-end is fed with: pixels, or PCM windows of one length. */
export type WindowFormat =
  | { readonly kind: 'pixels'; readonly shape: Shape }
  | { readonly kind: 'pcm16'; readonly sampleRate: number; readonly samples: number };

/** One kind of front-end; registered in registry.ts. */
export interface FrontEndKind {
  readonly kind: string;
  readonly takes: WindowFormat['kind'];
  /** Checks the spec and builds the tables. @throws LitesnnError FRONT_END_INVALID */
  readonly create: (spec: FrontEndSpec) => FrontEnd;
  /**
   * Completes a definition's settings into a spec.
   * @param settings as the user wrote them, `kind` included
   * @param training raw windows of the training split; parameters that depend on data are chosen from these only
   */
  readonly complete: (
    settings: FrontEndSpec,
    format: WindowFormat,
    training: readonly Samples[],
  ) => FrontEndSpec;
}

/** @throws LitesnnError FRONT_END_INVALID that names every wrong parameter */
export function checkedParameters<T extends z.ZodType>(schema: T, value: FrontEndSpec): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw frontEndError(value.kind, describeIssues(result.error));
}

export function frontEndError(kind: string, text: string): Error {
  return dataError(
    'FRONT_END_INVALID',
    `front-end ${kind}: ${text}`,
    'docs/datasets.md lists the parameters',
  );
}

export function wrongInput(kind: string, takes: WindowFormat['kind']): Error {
  const wanted = takes === 'pixels' ? 'images' : 'recordings';
  return dataError(
    'FRONT_END_WRONG_INPUT',
    `front-end ${kind} takes ${wanted}, the data set holds something else`,
  );
}

export function clampInt8(value: number): number {
  return value < -128 ? -128 : value > 127 ? 127 : value;
}
