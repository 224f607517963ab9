import { parseSummary, type Summary } from '../../src/report/summary.js';

/** A complete summary with plausible figures for tests of what a report shows; no real run. */
export function sampleSummary(): Summary {
  const accuracy = (correct: number, samples: number): Summary['accuracy']['onDevice'] => ({
    correct,
    samples,
    value: correct / samples,
  });
  return parseSummary({
    schemaVersion: 1,
    tool: 'litesnn 0.0.0-test',
    command: 'litesnn run --data "a <b> & c"',
    created: '2026-01-02T03:04:05.000Z',
    name: 'sample <run>',
    seed: 7,
    dataset: {
      name: 'things',
      hash: 'ab'.repeat(32),
      shape: { height: 8, width: 8, channels: 1 },
      frontEnd: '{"kind":"image"}',
      classes: ['zero', 'one & "two"'],
      samples: { train: 90, validation: 10, test: 20 },
      skippedFiles: 1,
      duplicatesRemoved: 2,
    },
    target: {
      name: 'mps2-an386',
      title: 'Arm MPS2+ AN386',
      core: 'cortex-m4',
      clockHz: 25e6,
      tier: 'emulated',
      ranOn: 'emulated by QEMU',
      emulated: true,
    },
    constraints: { flashBytes: 65536 },
    accuracy: {
      chance: 0.5,
      floatValidation: accuracy(9, 10),
      floatTest: accuracy(18, 20),
      integerValidation: accuracy(9, 10),
      integerTest: accuracy(17, 20),
      onDevice: accuracy(17, 20),
    },
    confusion: [
      [9, 1],
      [2, 8],
    ],
    agreement: { samples: 20, logits: 40, mismatches: 0 },
    model: {
      hash: 'cd'.repeat(32),
      parameters: 1234,
      weights: 1000,
      keptWeights: 500,
      timesteps: 2,
      hiddenFiringRate: 0.12,
      storedBytes: 900,
      layers: [
        {
          name: 'stem',
          shape: { height: 8, width: 8, channels: 4 },
          bits: [8],
          weights: 36,
          keptWeights: 36,
          firingRate: 0.1,
          flashBytes: 60,
          ticks: 1000,
          kernels: ['input-dense'],
          predictedInstructions: 1040,
        },
      ],
      head: { bits: 8, weights: 8, flashBytes: 20, ticks: 10 },
      genotype: ['cell 0: node 0 = conv(stem)'],
    },
    operations: {
      multiplyAccumulates: 1000,
      synapticOperations: 2000,
      bitSynapticOperations: 3000,
      denseConnections: 40000,
    },
    device: {
      provenance: 'simulated',
      flashBytes: 12345,
      ramBytes: 6789,
      stackBytes: 500,
      stackUsedBytes: 400,
      sections: [{ name: '.text', bytes: 9000, memory: 'flash' }],
      counts: 'instructions',
      perInference: { median: 1e5, p95: 1.1e5, worst: 1.2e5 },
      latency: {
        kind: 'estimated',
        seconds: { median: 0.005, p95: 0.006, worst: 0.007 },
        basis: '1.5 cycles an instruction',
      },
      distribution: [1, 2, 3],
    },
    energy: {
      paper: { joules: 1e-8, basis: '45 nm' },
      board: { joules: 1e-4, sleepWatts: 1e-5, basis: 'data sheet' },
    },
    history: [
      { phase: 'search', epoch: 1, loss: 2, accuracy: 0.5, firingRate: 0.2 },
      { phase: 'retrain', epoch: 1, loss: 1, accuracy: 0.8, firingRate: 0.1 },
    ],
    flash: { bytes: 12345, seconds: 1.5, verified: 'read back', loader: 'resident bootloader' },
    stages: { data: 1, search: 100 },
  });
}
