/** The ways to make a network that are compared, in the order in which they are trained and shown. */
export const VARIANT_NAMES = [
  /** Architecture, bits, pruning and timesteps learned together. */
  'joint',
  /** The same choices one after the other, at the joint network's stored size. */
  'sequential',
  /** The joint network's architecture, nothing pruned, 4 bits, all timesteps. */
  'uncompressed',
  /** The joint network's architecture and weights' widths with binary activations: one timestep, no membrane. */
  'binary',
  /** An int8 artificial network (ReLU) of the joint network's topology and widths. */
  'int8',
  /** The same, narrowed to the joint network's stored size. */
  'int8-equal-size',
] as const;

export type VariantName = (typeof VARIANT_NAMES)[number];

/** Artificial networks have no spikes, no integer model here, and no firmware. */
export function isArtificial(variant: VariantName): boolean {
  return variant === 'int8' || variant === 'int8-equal-size';
}
