import { join } from 'node:path';
import type { Shape } from '../core/geometry.js';

export const SPLIT_NAMES = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** Raw values before a front-end: 16-bit PCM, or pixels `[height][width][channels]`. */
export type Samples = Int16Array | Uint8Array;

/** What a recording's values are. */
export type InputFormat =
  | { readonly kind: 'pixels'; readonly shape: Shape }
  | {
      readonly kind: 'pcm16';
      /** Hertz. */
      readonly sampleRate: number;
    };

/** One labelled recording or image; its values are read only when they are needed, one recording at a time. */
export interface Recording {
  /** Path below the data's root, with `#index` where a file holds many; unique in the set. */
  readonly name: string;
  /** Index into the set's classes. */
  readonly label: number;
  /** Speaker, machine ...; undefined where the name tells none and the recording is its own group. */
  readonly group: string | undefined;
  /** Set where the data set itself says which side the recording is on. */
  readonly split: SplitName | undefined;
  /** @throws LitesnnError that names the file and its defect. */
  readonly read: () => Samples;
}

/** What a reader hands on. */
export interface RecordingSet {
  readonly reader: string;
  readonly classes: readonly string[];
  readonly format: InputFormat;
  readonly recordings: readonly Recording[];
  /** Shares to hold out by groups, of sides that the set itself does not decide. */
  readonly holdOut: HoldOutShares;
}

export interface HoldOutShares {
  readonly test?: number | undefined;
  readonly validation?: number | undefined;
}

/** Share that is held out where neither the set nor its definition says anything. */
export const DEFAULT_SHARE = 0.1;

/** Where the data's files are, and what to call them to the user (an archive is unpacked elsewhere). */
export interface DataSource {
  readonly root: string;
  readonly title: string;
}

/** The name a message uses for a file below the root. */
export function titleOf(source: DataSource, file: string): string {
  return join(source.title, file);
}
