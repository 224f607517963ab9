import { z } from 'zod';
import { OPERATIONS, type EdgeOrigin } from './layout.js';

export const GENOTYPE_VERSION = 1;

const origin = z.custom<EdgeOrigin>(
  (value) => typeof value === 'string' && /^(previous|before|node[0-3])$/.test(value),
  'must be "previous", "before" or "node<n>"',
);

const nodeInput = z.strictObject({
  from: origin,
  operation: z.enum(OPERATIONS),
  /** Weight (gate) of this pair when it was decoded; two pairs a node, all pairs of a node sum to 2. */
  weight: z.number().nonnegative(),
});

const step = z.strictObject({ height: z.int().positive(), width: z.int().positive() });

/** What the search chose, readable by people: enough to build the network for a given input and number of classes. */
export const genotypeSchema = z.strictObject({
  formatVersion: z.literal(GENOTYPE_VERSION),
  space: z.string(),
  timesteps: z.int().min(1).max(8),
  stem: z.strictObject({ width: z.int().positive(), kernel: step, stride: step }),
  kernel: step,
  /** Inputs of each node, the same in every cell. */
  nodes: z.array(z.strictObject({ inputs: z.array(nodeInput).min(1) })).min(1),
  cells: z
    .array(
      z.strictObject({
        width: z.int().positive(),
        level: z.int().nonnegative(),
        bits: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
        keep: z.number().positive().max(1),
      }),
    )
    .min(1),
  headBits: z.union([z.literal(4), z.literal(8)]),
});

export type Genotype = z.infer<typeof genotypeSchema>;
export type NodeInput = z.infer<typeof nodeInput>;
