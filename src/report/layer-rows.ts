import { shapeText } from '../core/geometry.js';
import { count, percent } from './format.js';
import type { Summary } from './summary.js';
import type { Words } from './words.js';

/** One line of the table of layers, already text. */
export interface LayerRow {
  readonly name: string;
  readonly shape: string;
  readonly bits: string;
  readonly weights: string;
  readonly kept: string;
  readonly rate: string;
  readonly flash: string;
  readonly ram: string;
  readonly kernels: string;
  readonly storedAs: string;
  readonly predicted: string;
  readonly ticks: string;
  readonly share: string;
}

export function byLayerRows(summary: Summary, words: Words): LayerRow[] {
  const { layers, head } = summary.model;
  const totalTicks = layers.reduce((sum, layer) => sum + (layer.ticks ?? 0), head.ticks ?? 0);
  const time = (ticks: number | undefined): Pick<LayerRow, 'ticks' | 'share'> =>
    ticks === undefined || totalTicks === 0
      ? { ticks: '–', share: '–' }
      : { ticks: count(ticks), share: percent(ticks / totalTicks) };
  const predicted = (instructions: number | undefined): string =>
    instructions === undefined ? '–' : count(instructions);
  const rows = layers.map((layer): LayerRow => ({
    name: layer.name,
    shape: shapeText(layer.shape),
    bits: layer.bits.join(', '),
    weights: count(layer.weights),
    kept: layer.weights === 0 ? '–' : percent(layer.keptWeights / layer.weights),
    rate: percent(layer.firingRate),
    flash: count(layer.flashBytes),
    ram: layer.ramBytes === undefined ? '–' : count(layer.ramBytes),
    kernels: layer.kernels?.join(', ') ?? '–',
    storedAs: layer.formats?.join(', ') ?? '–',
    predicted: predicted(layer.predictedInstructions),
    ...time(layer.ticks),
  }));
  const headRow: LayerRow = {
    name: words.head,
    shape: String(summary.dataset.classes.length),
    bits: String(head.bits),
    weights: count(head.weights),
    kept: '–',
    rate: '–',
    flash: count(head.flashBytes),
    ram: '–',
    kernels: '–',
    storedAs: '–',
    predicted: predicted(head.predictedInstructions),
    ...time(head.ticks),
  };
  return [...rows, headRow];
}
