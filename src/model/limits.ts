/**
 * Largest model that is accepted. Far above what any microcontroller holds; they exist so that a hostile or damaged file costs
 * neither memory nor minutes before it is refused.
 */
export const MODEL_LIMITS = {
  /** Characters of the model's, a layer's or a class's name. */
  nameLength: 200,
  /** Characters of each text of the provenance. */
  textLength: 10_000,
  timesteps: 255,
  classes: 1024,
  layers: 256,
  edgesPerLayer: 16,
  /** Layers concatenated in one source, or read by the head. */
  sources: 64,
  /** Height or width of the input or a population. */
  side: 65_535,
  channels: 4096,
  /** Neurons of one population, values of the input. */
  elements: 1 << 20,
  /** Neurons of all layers times timesteps. */
  neuronSteps: 1 << 26,
  /** Height or width of a kernel; a stride. */
  kernelSide: 255,
  kernelTaps: 1024,
  /** Codes of all edges and the head. */
  codes: 1 << 24,
  /** Additions of one inference if every neuron fired at every timestep. */
  synapticSteps: 2 ** 36,
} as const;
