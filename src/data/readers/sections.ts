import type { SectionRule } from '../definition-rules.js';
import type { SplitName } from '../recordings.js';
import { expandRange, matching } from './file-rules.js';
import type { Manifest } from './manifest.js';

/** A part of a recording in time: number `index` of `count` parts of equal length. */
export interface Section {
  readonly index: number;
  readonly count: number;
  readonly split: SplitName;
}

/** @returns the sections into which the definition cuts a file, undefined where it stays whole; the first rule that matches counts */
export function sectionsOf(
  rules: readonly SectionRule[] | undefined,
  manifest: Manifest,
): (file: string) => readonly Section[] | undefined {
  const cuts = (rules ?? []).map((rule) => ({
    matches: matching(rule, manifest),
    sections: sectionsBy(rule),
  }));
  return (file) => cuts.find(({ matches }) => matches?.(file) === true)?.sections;
}

function sectionsBy({ count, test = [], validation = [] }: SectionRule): Section[] {
  const inTest = new Set(test.flatMap(expandRange));
  const inValidation = new Set(validation.flatMap(expandRange));
  return Array.from({ length: count }, (_, index) => {
    const number = String(index);
    const split = inTest.has(number) ? 'test' : inValidation.has(number) ? 'validation' : 'train';
    return { index, count, split };
  });
}

/** Sections share no sample. */
export function cutSection(samples: Int16Array, { index, count }: Section): Int16Array {
  return samples.subarray(
    Math.floor((samples.length * index) / count),
    Math.floor((samples.length * (index + 1)) / count),
  );
}
