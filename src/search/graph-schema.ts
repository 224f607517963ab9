import { z } from 'zod';
import type { TrainingGraph } from '../training/graph.js';

const count = z.int().nonnegative();
const size = z.strictObject({ height: z.int().positive(), width: z.int().positive() });
const shape = size.extend({ channels: z.int().positive() });

const source = z.strictObject({
  populations: z.array(z.int().min(-1)).min(1),
  pooling: size.extend({ kind: z.enum(['or', 'nearest']) }).optional(),
});

const mixSpec = z.strictObject({ choices: z.array(z.number().positive()).min(1), group: count.optional() });
const weight = z.strictObject({ bits: mixSpec, keep: mixSpec, perChannel: z.boolean().optional() });

const edge = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('conv'),
    source,
    kernel: size,
    stride: size,
    padding: z.strictObject({ top: count, bottom: count, left: count, right: count }),
    depthwise: z.boolean(),
    weight,
    gate: count.optional(),
  }),
  z.strictObject({ kind: z.literal('identity'), source, gate: count.optional() }),
]);

/** Form of a training graph in a file; that its parts fit together is checked by the engine's `validateGraph`. */
export const graphSchema: z.ZodType<TrainingGraph> = z.strictObject({
  input: shape,
  timesteps: z.int().min(1).max(8),
  neuron: z.strictObject({ decay: z.number(), threshold: z.number(), sharpness: z.number() }),
  activation: z.enum(['spiking', 'binary', 'relu8']).optional(),
  populations: z.array(z.strictObject({ name: z.string(), shape, edges: z.array(edge).min(1) })).min(1),
  head: z.strictObject({ populations: z.array(count).min(1), classes: z.int().min(2), weight }),
  gates: count,
  bitGroups: z.array(count),
  keepGroups: z.array(count),
});
