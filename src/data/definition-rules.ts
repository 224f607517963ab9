import { z } from 'zod';

/** A regular expression with exactly one capturing group: what it captures is the answer. */
export const pattern = z
  .string()
  .refine(isPattern, 'is no valid regular expression with one ( ) group')
  .transform((text) => new RegExp(text));

export const expression = z
  .string()
  .refine(isExpression, 'is no valid regular expression')
  .transform((text) => new RegExp(text, 'i'));

export const nonEmpty = z.string().min(1);
export const fraction = z.number().gt(0).lt(1);
export const positiveInteger = z.number().int().positive();

/** `[0-4, 9]`, `[theo]`: ranges of whole numbers, numbers and words. */
const values = z.array(z.union([z.string(), z.number()])).min(1);

/** One side of the split: files in a list, files whose name or row of the manifest says so, or a share of the groups. */
const side = z
  .strictObject({
    list: nonEmpty.optional(),
    pattern: pattern.optional(),
    column: nonEmpty.optional(),
    values: values.optional(),
    fraction: fraction.optional(),
  })
  .refine((rule) => countDefined(rule.list, rule.pattern, rule.column, rule.fraction) === 1, {
    message: 'takes exactly one of list, pattern (with values), column (with values) and fraction',
  })
  .refine(
    (rule) => (rule.pattern !== undefined || rule.column !== undefined) === (rule.values !== undefined),
    { message: 'pattern or column and values belong together' },
  );

/**
 * Recordings that are cut in time into `count` parts of equal length, each of which stands on one side of the split: for a class of
 * which there is but one recording.
 */
const section = z
  .strictObject({
    pattern: pattern.optional(),
    column: nonEmpty.optional(),
    values,
    count: positiveInteger.min(2),
    test: values.optional(),
    validation: values.optional(),
  })
  .refine((rule) => countDefined(rule.pattern, rule.column) === 1, {
    message: 'takes exactly one of pattern and column',
  });

const window = z
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
  );

/** What definitions of recordings in files of their own share, whatever the format of the files. */
export const recordingRules = {
  files: expression.optional(),
  /** CSV with a header line and a column `file`; other rules may ask for its columns. */
  manifest: nonEmpty.optional(),
  sampleRate: positiveInteger.optional(),
  labels: z
    .union([
      z.strictObject({ from: z.literal('folder') }),
      z.strictObject({ from: z.literal('name'), pattern }),
      z.strictObject({ from: z.literal('manifest'), column: nonEmpty }),
    ])
    .optional(),
  groups: z
    .union([z.literal('none'), z.strictObject({ pattern }), z.strictObject({ column: nonEmpty })])
    .optional(),
  split: z.strictObject({ test: side.optional(), validation: side.optional() }).optional(),
  window: window.optional(),
};

/** The array that holds the signal: every name that matches (the first ( ) group is not needed), or what the manifest says. */
export const variableRule = z.union([
  z.strictObject({ pattern: expression }),
  z.strictObject({ column: nonEmpty }),
]);

export const sectionRules = z.array(section).min(1);

export type SideRule = z.output<typeof side>;
export type SectionRule = z.output<typeof section>;
export type VariableRule = z.output<typeof variableRule>;

function isExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

function isPattern(source: string): boolean {
  // With an empty alternative the expression always matches, and the match has one entry a group.
  return isExpression(source) && new RegExp(`${source}|`).exec('')?.length === 2;
}

function countDefined(...options: readonly unknown[]): number {
  return options.filter((option) => option !== undefined).length;
}
