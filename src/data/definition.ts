import { dirname } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import { dataError } from './data-error.js';

/** Name of the definition that is picked up from a data set's own folder. */
export const DEFINITION_FILE = 'dataset.yaml';

/** A regular expression with exactly one capturing group: what it captures is the answer. */
const pattern = z
  .string()
  .refine(isPattern, 'is no valid regular expression with one ( ) group')
  .transform((text) => new RegExp(text));

const expression = z
  .string()
  .refine(isExpression, 'is no valid regular expression')
  .transform((text) => new RegExp(text, 'i'));

const fraction = z.number().gt(0).lt(1);
const positiveInteger = z.number().int().positive();
const fileList = z.array(z.string().min(1)).min(1);

/** One side of the split: files in a list, files whose name says so, or a share of the groups. */
const side = z
  .strictObject({
    list: z.string().min(1).optional(),
    pattern: pattern.optional(),
    values: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .optional(),
    fraction: fraction.optional(),
  })
  .refine((rule) => countDefined(rule.list, rule.pattern, rule.fraction) === 1, {
    message: 'takes exactly one of list, pattern (with values) and fraction',
  })
  .refine((rule) => (rule.pattern === undefined) === (rule.values === undefined), {
    message: 'pattern and values belong together',
  });

const common = {
  name: z.string().min(1).optional(),
  /** Data relative to this file: a folder or .tar.gz, or several, of which the first that exists is taken. */
  path: z.union([z.string().min(1), fileList]).optional(),
  badFiles: z.enum(['fail', 'skip']).optional(),
  classes: z.array(z.coerce.string().min(1)).min(2).optional(),
  frontEnd: z.looseObject({ kind: z.string().min(1) }).optional(),
};

const wav = z.strictObject({
  ...common,
  reader: z.literal('wav'),
  files: expression.optional(),
  sampleRate: positiveInteger.optional(),
  labels: z
    .union([
      z.strictObject({ from: z.literal('folder') }),
      z.strictObject({ from: z.literal('name'), pattern }),
    ])
    .optional(),
  groups: z.union([z.literal('none'), z.strictObject({ pattern })]).optional(),
  split: z.strictObject({ test: side.optional(), validation: side.optional() }).optional(),
  window: z
    .strictObject({
      seconds: z.number().positive().optional(),
      samples: positiveInteger.optional(),
      hopSeconds: z.number().positive().optional(),
      hopSamples: positiveInteger.optional(),
    })
    .refine(
      (rule) => countDefined(rule.seconds, rule.samples) === 1,
      'takes exactly one of seconds and samples',
    )
    .refine(
      (rule) => countDefined(rule.hopSeconds, rule.hopSamples) < 2,
      'takes one of hopSeconds and hopSamples',
    )
    .optional(),
});

const imagePair = z.strictObject({ images: z.string().min(1), labels: z.string().min(1) });
const shares = z.strictObject({ test: fraction.optional(), validation: fraction.optional() });

const idx = z.strictObject({
  ...common,
  reader: z.literal('idx'),
  files: z.strictObject({ train: imagePair, test: imagePair.optional() }).optional(),
  split: shares.optional(),
});

const cifar = z.strictObject({
  ...common,
  reader: z.literal('cifar'),
  variant: z.enum(['cifar-10', 'cifar-100-fine', 'cifar-100-coarse']).optional(),
  files: z.strictObject({ train: fileList, test: fileList.optional() }).optional(),
  classNames: z.string().min(1).optional(),
  split: shares.optional(),
});

const schema = z.discriminatedUnion('reader', [wav, idx, cifar]);

export type SideRule = z.output<typeof side>;
export type WavDefinition = z.output<typeof wav>;
export type IdxDefinition = z.output<typeof idx>;
export type CifarDefinition = z.output<typeof cifar>;
export type Definition = z.output<typeof schema>;

/** A definition and the folder that its `path` starts from. */
export interface LocatedDefinition {
  readonly definition: Definition;
  readonly file: string;
  readonly folder: string;
}

/** @throws LitesnnError DATA_DEFINITION_YAML or DATA_DEFINITION_INVALID that names the file and each wrong key. */
export function readDefinition(file: string): LocatedDefinition {
  return { definition: parseDefinition(readBytes(file).toString('utf8'), file), file, folder: dirname(file) };
}

/** @param file what messages call the text */
export function parseDefinition(text: string, file: string): Definition {
  const result = schema.safeParse(parseYaml(text, file));
  if (result.success) return result.data;
  const hint = 'docs/datasets.md lists the keys of a definition';
  throw dataError('DATA_DEFINITION_INVALID', `${file}: ${describeIssues(result.error)}`, hint);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    // The first line says what and where; a picture of the place follows.
    const [firstLine] = (cause instanceof Error ? cause.message : messageOf(cause)).split('\n');
    const reason = firstLine.replace(/:$/, '');
    throw dataError('DATA_DEFINITION_YAML', `${file} is not valid YAML: ${reason}`, undefined, cause);
  }
}

/** All issues on one line: `window.seconds: expected number, received string; unknown key "hopp" in window`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map(describeIssue).join('; ');
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    return `unknown key ${keys}${where === '' ? '' : ` in ${where}`}`;
  }
  if (issue.code === 'invalid_union' && where === 'reader') return 'reader: must be wav, idx or cifar';
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Only the alternative that came closest is of interest.
    const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
    return closest
      .map((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }))
      .join('; ');
  }
  const message = issue.message.replace(/^Invalid input: /, '');
  return where === '' ? message : `${where}: ${message}`;
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function isPattern(text: string): boolean {
  // With an empty alternative the expression always matches, and the match has one entry a group.
  return isExpression(text) && new RegExp(`${text}|`).exec('')?.length === 2;
}

function countDefined(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}
