import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BadFiles } from '../bad-files.js';
import { dataError } from '../data-error.js';
import type { SideRule } from '../definition-rules.js';
import type { WavDefinition } from '../definition.js';
import {
  DEFAULT_SHARE,
  titleOf,
  type DataSource,
  type HoldOutShares,
  type SplitName,
} from '../recordings.js';
import type { Manifest } from './manifest.js';
import { readSplitList } from './split-lists.js';

/** What a definition says about files, whatever their format. */
export type FileRules = Pick<WavDefinition, 'labels' | 'groups' | 'split'>;

/** Speech Commands: `[<word>_]<speaker>_nohash_<n>.wav`. Names that do not match tell no speaker. */
const SPEECH_COMMANDS_SPEAKER = /(?:^|_)([^_/]+)_nohash_\d+\.wav$/i;

/** Names of Speech Commands' own lists. */
const LISTS = { validation: 'validation_list.txt', test: 'testing_list.txt' } as const;

/** The parts of a path that rules look at. */
function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** @returns the label of a file. @throws LitesnnError when its name tells none */
export function labelRule(
  source: DataSource,
  definition: FileRules | undefined,
  manifest: Manifest,
): (file: string) => string {
  const rule = definition?.labels;
  const read = (file: string): string | undefined => {
    if (rule?.from === 'manifest') return manifest.cell(file, rule.column);
    return rule?.from === 'name' ? rule.pattern.exec(baseName(file))?.[1] : file.split('/').at(-2);
  };
  return (file) => {
    const label = read(file);
    if (label !== undefined && label !== '') return label;
    const hint = 'change labels or files in the definition';
    throw dataError('DATA_LABEL_UNKNOWN', `${titleOf(source, file)}: the name tells no label`, hint);
  };
}

/** @returns the group of a file, undefined where its name tells none */
export function groupRule(
  definition: FileRules | undefined,
  manifest: Manifest,
): (file: string) => string | undefined {
  const rule = definition?.groups;
  if (rule === 'none') return () => undefined;
  if (rule !== undefined && 'column' in rule) {
    return (file) => {
      const group = manifest.cell(file, rule.column);
      return group === '' ? undefined : group;
    };
  }
  const pattern = rule?.pattern ?? SPEECH_COMMANDS_SPEAKER;
  return (file) => pattern.exec(baseName(file))?.[1];
}

/** How the sides of a set are told apart. */
export interface Sides {
  /** The side that the set itself puts a file on, undefined where it says nothing. */
  readonly sideOf: (file: string) => SplitName | undefined;
  readonly holdOut: HoldOutShares;
}

export function sideRule(
  source: DataSource,
  definition: FileRules | undefined,
  manifest: Manifest,
  files: ReadonlySet<string>,
  badFiles: BadFiles,
): Sides {
  const ruleOf = (name: 'validation' | 'test'): SideRule =>
    (definition?.split === undefined ? ownList(source, LISTS[name]) : definition.split[name]) ?? {
      fraction: DEFAULT_SHARE,
    };
  const rules = { test: ruleOf('test'), validation: ruleOf('validation') };
  const isTest = predicate(source, rules.test, manifest, files, badFiles);
  const isValidation = predicate(source, rules.validation, manifest, files, badFiles);
  const sideOf = (file: string): SplitName | undefined => {
    if (isTest(file) && isValidation(file)) {
      const text = `${titleOf(source, file)} is both a test and a validation file`;
      throw dataError('DATA_SPLIT_OVERLAP', text, 'correct the lists or the values of split');
    }
    return isTest(file) ? 'test' : isValidation(file) ? 'validation' : undefined;
  };
  return { sideOf, holdOut: { test: rules.test.fraction, validation: rules.validation.fraction } };
}

/** A list that is not there is no defect of a set without definition: that side is then held out by groups. */
function ownList(source: DataSource, list: string): SideRule | undefined {
  return existsSync(join(source.root, list)) ? { list } : undefined;
}

function predicate(
  source: DataSource,
  rule: SideRule,
  manifest: Manifest,
  files: ReadonlySet<string>,
  badFiles: BadFiles,
): (file: string) => boolean {
  if (rule.list !== undefined) {
    const listed = readSplitList(source, rule.list, files, badFiles);
    return (file) => listed.has(file);
  }
  return matching(rule, manifest) ?? ((): boolean => false);
}

/** Files whose name or row of the manifest has one of the values; undefined where the rule asks for neither. */
export function matching(
  rule: Pick<SideRule, 'pattern' | 'column' | 'values'>,
  manifest: Manifest,
): ((file: string) => boolean) | undefined {
  const { pattern, column } = rule;
  if (pattern === undefined && column === undefined) return undefined;
  const values = new Set((rule.values ?? []).flatMap(expandRange));
  return (file) => {
    const value =
      pattern === undefined ? manifest.cell(file, column ?? '') : pattern.exec(baseName(file))?.[1];
    return value !== undefined && values.has(normalized(value));
  };
}

/** `'0-4'` stands for 0, 1, 2, 3, 4; anything else for itself. */
export function expandRange(value: string | number): string[] {
  const range = /^(\d{1,6})-(\d{1,6})$/.exec(String(value));
  if (range === null) return [normalized(String(value))];
  const [from, to] = [Number(range[1]), Number(range[2])];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => String(from + index));
}

/** Numbers compare as numbers: `007` is 7. */
function normalized(value: string): string {
  return /^\d+$/.test(value) ? value.replace(/^0+(?=\d)/, '') : value;
}
