import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS } from '../src/search/layout.js';
import type { SupernetSpec } from '../src/search/space.js';
import { PAPER_ARCHITECTURE_RATES, PAPER_WEIGHT_RATES, weightRateAt } from '../src/search/training-rates.js';
import type { TensorMap } from '../src/training/engine.js';
import { isRunningStatistic, parameterShapes } from '../src/training/initial.js';
import { cosineRate } from '../src/training/optimizers.js';
import type { TrainCase } from './train-cases.js';

/** Of the schedules; more than anybody measures. */
export const SCHEDULED_STEPS = 1000;

/** Added to the loss for each spike per neuron and timestep. */
export const RATE_PENALTY = 0.1;

/** Gates of each node, `[from, to)`, over which alpha is a softmax. */
function nodeRanges({ rows, plan }: SupernetSpec): [number, number][] {
  return Array.from({ length: plan.layout.nodes }, (_, node) => {
    const own = rows.flatMap((row, index) => (row.node === node ? [index] : []));
    return [own[0] * OPERATIONS.length, (own[own.length - 1] + 1) * OPERATIONS.length];
  });
}

function concatenated(parts: readonly (Float32Array | Int8Array | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
}

/** Writes what train_torch.py reads. */
export function exportCase(trainCase: TrainCase, folder: string): void {
  const { graph, batch, parameters, search, inputs, labels } = trainCase;
  const shapes = new Map<string, readonly number[]>(parameterShapes(graph));
  const all: TensorMap = new Map([...parameters, ...(search?.architecture.parameters ?? [])]);
  let offset = 0;
  const tensors = [...all].map(([name, values]) => {
    const entry = {
      name,
      shape: shapes.get(name) ?? [values.length],
      offset,
      statistic: isRunningStatistic(name),
    };
    offset += values.length;
    return entry;
  });
  const steps = Array.from({ length: SCHEDULED_STEPS }, (_, step) => step);
  const rates = PAPER_WEIGHT_RATES;
  const description = {
    graph,
    batch,
    tensors,
    supernet: search !== undefined,
    nodeRanges: search === undefined ? [] : nodeRanges(search.supernet),
    ratePenalty: RATE_PENALTY,
    momentum: rates.momentum,
    weightDecay: rates.weightDecay,
    clip: rates.clip,
    weightRates: steps.map((step) => weightRateAt(rates, step, SCHEDULED_STEPS)),
    scoreRates: steps.map((step) => cosineRate(step, SCHEDULED_STEPS, rates.scores, 0)),
    structureRate: PAPER_ARCHITECTURE_RATES.structure,
    compressionRate: PAPER_ARCHITECTURE_RATES.compression,
  };
  writeFileSync(join(folder, 'case.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'tensors.bin'), concatenated([...all.values()]));
  writeFileSync(join(folder, 'inputs.bin'), concatenated(inputs));
  writeFileSync(join(folder, 'labels.bin'), concatenated(labels));
}
