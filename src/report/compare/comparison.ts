import { z } from 'zod';
import { VARIANT_NAMES } from '../../search/compare/variants.js';

export const COMPARISON_SCHEMA_VERSION = 1;

const variant = z.enum(VARIANT_NAMES);
const amount = z.number().nonnegative();

/** One variant with one seed, on the test split. */
export const variantScoreSchema = z.strictObject({
  variant,
  seed: z.int(),
  /** Spiking and binary: of the integer model. Artificial: of the network with weights and activations rounded to 8 bits. */
  accuracy: z.number().min(0).max(1),
  timesteps: z.int().positive(),
  /** Mean over layers; artificial: fraction of activations that are not 0. */
  firingRate: z.number().min(0).max(1),
  /** Bits of kept weights, entropy of their masks, factors of identity edges. */
  storedBits: amount,
  /** With tables, as the firmware stores them; artificial: as CMSIS-NN does. */
  storedBytes: amount,
  /** 0 for artificial networks. */
  bitSynOps: amount,
  multiplyAccumulates: amount,
  /** Spiking and binary: the planner's, at the firing rates measured. Artificial: see `artificialBasis`. */
  instructions: amount,
  /** Of training, on this machine. */
  seconds: amount,
});
export type VariantScore = z.infer<typeof variantScoreSchema>;

const spread = z.strictObject({ mean: z.number(), deviation: z.number(), n: z.int().positive() });

const row = z.strictObject({
  variant,
  accuracy: spread,
  timesteps: spread,
  firingRate: spread,
  storedBits: spread,
  storedBytes: spread,
  bitSynOps: spread,
  multiplyAccumulates: spread,
  instructions: spread,
  bySeed: z.array(variantScoreSchema).min(1),
});
export type ComparisonRow = z.infer<typeof row>;

/** Joint network against another one, seed by seed. */
const contrast = z.strictObject({
  against: variant,
  /** Accuracy of the joint network less that of the other; spread over seeds. */
  accuracyGain: spread,
  /** Joint network's divided by the other's, of the means. */
  storedBitsRatio: z.number(),
  instructionsRatio: z.number(),
});
export type Contrast = z.infer<typeof contrast>;

export const comparisonSchema = z.strictObject({
  schemaVersion: z.literal(COMPARISON_SCHEMA_VERSION),
  tool: z.string(),
  command: z.string(),
  created: z.string(),
  dataset: z.strictObject({ name: z.string(), hash: z.string(), testSamples: z.int().positive() }),
  preset: z.string(),
  /** Fraction of the preset's samples that each network was trained on. */
  effort: z.number().positive(),
  engine: z.string(),
  target: z.strictObject({ name: z.string(), core: z.string() }),
  seeds: z.array(z.int()).min(1),
  chance: z.number(),
  artificialBasis: z.string(),
  rows: z.array(row).min(1),
  contrasts: z.array(contrast),
});
export type Comparison = z.infer<typeof comparisonSchema>;
