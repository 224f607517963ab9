import { mean } from '../../statistics.js';
import type { AnalyzerIdentity } from '../analyzer.js';
import { readRecording } from '../recording/reader.js';
import type { PowerResult, SampleEnergy } from '../result.js';
import type { InferenceWindow } from './inference-windows.js';
import { type Range, sumRanges } from './integrate.js';

export interface LayerPart {
  readonly joules: number;
  readonly seconds: number;
}

/**
 * Layers run one after the other: each has the part of the marker window that its ticks have of all ticks. By sample, mean over its
 * windows; samples without a trace are left out.
 */
export function layerParts(
  path: string,
  windows: readonly InferenceWindow[],
  { supplyVolts, sampleHz }: AnalyzerIdentity,
): Map<number, LayerPart[]> {
  const traced = windows.filter(({ event }) => event.layers !== undefined && event.layers.length > 0);
  const sums = sumRanges(readRecording(path), traced.flatMap(rangesOf));
  const all = new Map<number, LayerPart[][]>();
  let at = 0;
  for (const { event } of traced) {
    const count = event.layers?.length ?? 0;
    const parts = sums.slice(at, at + count).map(({ sum, count: samples }) => ({
      joules: (supplyVolts * sum) / sampleHz,
      seconds: samples / sampleHz,
    }));
    at += count;
    all.set(event.sample, [...(all.get(event.sample) ?? []), parts]);
  }
  return new Map(
    [...all].map(([sample, repeats]) => [
      sample,
      repeats[0].map((_, layer) => ({
        joules: mean(repeats.map((parts) => parts[layer].joules)),
        seconds: mean(repeats.map((parts) => parts[layer].seconds)),
      })),
    ]),
  );
}

function rangesOf({ start, end, event }: InferenceWindow): Range[] {
  const ticks = event.layers?.map((layer) => layer.ticks) ?? [];
  const total = ticks.reduce((sum, value) => sum + value, 0);
  let from = start;
  return ticks.map((value) => {
    const range = { start: from, end: from + (total === 0 ? 0 : (value / total) * (end - start)) };
    from = range.end;
    return range;
  });
}

/** Means over samples; undefined where no sample has layers. */
export function layerMeans(
  samples: readonly SampleEnergy[],
  parts: ReadonlyMap<number, readonly LayerPart[]>,
): PowerResult['layers'] {
  const known = samples.filter(({ sample, layers }) => layers !== undefined && parts.has(sample));
  if (known.length === 0) return undefined;
  return (known[0].layers ?? []).map(({ name }, i) => ({
    name,
    grossJoules: mean(known.map(({ layers }) => layers?.[i].grossJoules ?? 0)),
    netJoules: mean(known.map(({ layers }) => layers?.[i].netJoules ?? 0)),
    seconds: mean(known.map(({ sample }) => parts.get(sample)?.[i].seconds ?? 0)),
  }));
}
