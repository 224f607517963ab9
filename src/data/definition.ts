import { dirname } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import { dataError } from './data-error.js';
import {
  fraction,
  positiveInteger,
  recordingRules,
  sectionRules,
  nonEmpty,
  variableRule,
} from './definition-rules.js';

/** Name of the definition that is picked up from a data set's own folder. */
export const DEFINITION_FILE = 'dataset.yaml';

const fileList = z.array(nonEmpty).min(1);

const common = {
  name: nonEmpty.optional(),
  /** Data relative to this file: a folder or .tar.gz, or several, of which the first that exists is taken. */
  path: z.union([nonEmpty, fileList]).optional(),
  badFiles: z.enum(['fail', 'skip']).optional(),
  classes: z.array(z.coerce.string().min(1)).min(2).optional(),
  frontEnd: z.looseObject({ kind: nonEmpty }).optional(),
};

const wav = z.strictObject({ ...common, reader: z.literal('wav'), ...recordingRules });

const mat = z.strictObject({
  ...common,
  reader: z.literal('mat'),
  ...recordingRules,
  /** Hertz; the files do not tell. */
  sampleRate: positiveInteger,
  variable: variableRule,
  /** Values are multiplied by this and rounded to 16 bits. */
  scale: z.number().positive().optional(),
  sections: sectionRules.optional(),
});

const imagePair = z.strictObject({ images: nonEmpty, labels: nonEmpty });
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
  classNames: nonEmpty.optional(),
  split: shares.optional(),
});

const schema = z.discriminatedUnion('reader', [wav, mat, idx, cifar]);

export type WavDefinition = z.output<typeof wav>;
export type MatDefinition = z.output<typeof mat>;
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
  if (issue.code === 'invalid_union' && where === 'reader') return 'reader: must be wav, mat, idx or cifar';
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
