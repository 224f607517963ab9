import { z } from 'zod';

/** Version of summary.json; raised when a field changes its meaning or goes away. */
export const SUMMARY_SCHEMA_VERSION = 1;

/**
 * How a figure came about; shown beside it everywhere. `counted`: exact, from files (a linked image, the integer model).
 * `simulated`: by an emulated board. `estimated`: derived from a simulated figure. `predicted`: before any run.
 */
const provenance = z.enum(['counted', 'measured', 'simulated', 'estimated', 'predicted']);
export type FigureKind = z.infer<typeof provenance>;

const shape = z.object({ height: z.number(), width: z.number(), channels: z.number() });
const spread = z.object({ median: z.number(), p95: z.number(), worst: z.number() });

const accuracy = z.object({ correct: z.number(), samples: z.number(), value: z.number() });

const layer = z.object({
  name: z.string(),
  shape,
  /** Bits of each convolution edge, in order. */
  bits: z.array(z.number()),
  weights: z.number(),
  keptWeights: z.number(),
  /** Spikes per neuron and timestep on the test samples. */
  firingRate: z.number(),
  flashBytes: z.number(),
  /** Ticks of the device's counter, mean an inference. */
  ticks: z.number().optional(),
  /** One an edge. */
  kernels: z.array(z.string()).optional(),
  /** How the weights of each convolution are stored: as the kernel reads them, or a packed format. */
  formats: z.array(z.string()).optional(),
  /** Its spikes, scratch and unpacked weights. */
  ramBytes: z.number().optional(),
  /** Instructions that the planner's cost model expects of an inference. */
  predictedInstructions: z.number().optional(),
});

const summarySchema = z.object({
  schemaVersion: z.literal(SUMMARY_SCHEMA_VERSION),
  tool: z.string(),
  command: z.string(),
  created: z.string(),
  name: z.string(),
  seed: z.number(),
  dataset: z.object({
    name: z.string(),
    hash: z.string(),
    shape,
    frontEnd: z.string(),
    classes: z.array(z.string()),
    samples: z.object({ train: z.number(), validation: z.number(), test: z.number() }),
    skippedFiles: z.number(),
    duplicatesRemoved: z.number(),
  }),
  target: z.object({
    name: z.string(),
    title: z.string(),
    core: z.string(),
    clockHz: z.number(),
    tier: z.string(),
    /** What ran the firmware: a board, or an emulator and its version. */
    ranOn: z.string(),
    emulated: z.boolean(),
  }),
  constraints: z.object({
    flashBytes: z.number().optional(),
    ramBytes: z.number().optional(),
    /** Median of an inference. */
    latencySeconds: z.number().optional(),
    energyJoules: z.number().optional(),
    /** Least accuracy on the validation split, 0..1. */
    accuracy: z.number().optional(),
  }),
  accuracy: z.object({
    chance: z.number(),
    floatValidation: accuracy,
    floatTest: accuracy,
    integerValidation: accuracy,
    integerTest: accuracy,
    onDevice: accuracy,
  }),
  /** `[actual][predicted]` counts of the on-device classes. */
  confusion: z.array(z.array(z.number())),
  agreement: z.object({ samples: z.number(), logits: z.number(), mismatches: z.number() }),
  model: z.object({
    hash: z.string(),
    parameters: z.number(),
    weights: z.number(),
    keptWeights: z.number(),
    timesteps: z.number(),
    hiddenFiringRate: z.number(),
    /** Weights as the firmware stores them, with their masks and tables, bytes. */
    storedBytes: z.number(),
    layers: z.array(layer),
    head: z.object({
      bits: z.number(),
      weights: z.number(),
      flashBytes: z.number(),
      ticks: z.number().optional(),
      predictedInstructions: z.number().optional(),
    }),
    /** The genotype in words, one line a row. */
    genotype: z.array(z.string()),
  }),
  operations: z.object({
    multiplyAccumulates: z.number(),
    synapticOperations: z.number(),
    bitSynapticOperations: z.number(),
    denseConnections: z.number(),
  }),
  device: z.object({
    provenance,
    flashBytes: z.number(),
    ramBytes: z.number(),
    stackBytes: z.number(),
    stackUsedBytes: z.number(),
    sections: z.array(z.object({ name: z.string(), bytes: z.number(), memory: z.string() })),
    counts: z.enum(['cycles', 'instructions']),
    perInference: spread,
    latency: z.object({ kind: provenance, seconds: spread, basis: z.string() }),
    /** How many samples ended after how many timesteps, where inferences may end early. */
    timestepsUsed: z.array(z.object({ timesteps: z.number(), samples: z.number() })).optional(),
    /** Counter values of single inferences, ascending order of value, at most 1,000 of them, for the histogram. */
    distribution: z.array(z.number()),
  }),
  energy: z.object({
    paper: z.object({ joules: z.number(), basis: z.string() }),
    board: z.object({ joules: z.number(), sleepWatts: z.number(), basis: z.string() }),
  }),
  history: z.array(
    z.object({
      phase: z.string(),
      epoch: z.number(),
      loss: z.number(),
      accuracy: z.number(),
      firingRate: z.number(),
    }),
  ),
  flash: z.object({ bytes: z.number(), seconds: z.number(), verified: z.string(), loader: z.string() }),
  /** Seconds of every stage. */
  stages: z.record(z.string(), z.number()),
});

/** Everything that a report shows, machine-readable (`summary.json`); fractions in 0..1, SI units. */
export type Summary = z.infer<typeof summarySchema>;

export function parseSummary(value: unknown): Summary {
  return summarySchema.parse(value);
}
