import type { Target } from '../targets/target.js';
import type { Agreement } from './agreement.js';
import type { ExpectedModel } from './check-hello.js';
import type { Hello, MemoryFrame } from './frames/types.js';
import type { DeviceLinkCounters } from './link/device-link.js';
import type { SampleResult } from './session/sample-result.js';
import { type Spread, mapSpread, mean, spreadOf } from './statistics.js';
import { type Provenance, provenanceOf, tickMeaning } from './timing.js';

/** Means an inference; ticks and units as in the whole. */
export interface LayerMeans {
  /** The head is called `head`. */
  readonly name: string;
  readonly ticks: number;
  readonly units: number;
  readonly spikesIn: number;
  readonly spikesOut: number;
}

/** What was measured, summed up; every single answer is in `results` and in the session's folder. */
export interface Measurement {
  readonly provenance: Provenance;
  readonly device: Hello;
  readonly samples: number;
  readonly correct: number;
  /** 0..1. */
  readonly accuracy: number;
  readonly agreement: Agreement;
  /** What `units` are. */
  readonly counts: 'cycles' | 'instructions';
  readonly ticks: Spread;
  readonly units: Spread;
  readonly latency: {
    readonly kind: Provenance | 'estimated';
    readonly seconds: Spread;
    readonly basis: string;
  };
  /** Layers, then the head; undefined without trace. */
  readonly layers: readonly LayerMeans[] | undefined;
  readonly memory: {
    readonly stackUsedBytes: number;
    readonly stackReservedBytes: number;
    readonly contextBytes: number;
  };
  readonly link: DeviceLinkCounters;
  /** Taken from an earlier, interrupted session. */
  readonly resumedSamples: number;
  /** Wall-clock seconds of this call. */
  readonly seconds: number;
  /** One a sample, ascending. */
  readonly results: readonly SampleResult[];
}

export interface MeasuredParts {
  readonly hello: Hello;
  readonly memory: MemoryFrame;
  readonly model: ExpectedModel;
  readonly target: Target;
  readonly results: readonly SampleResult[];
  readonly agreement: Agreement;
  readonly link: DeviceLinkCounters;
  readonly resumedSamples: number;
  readonly seconds: number;
}

export function summarize(parts: MeasuredParts): Measurement {
  const { hello, target, results, memory, model } = parts;
  const meaning = tickMeaning(hello, target);
  const ticks = spreadOf(results.map((result) => result.ticks));
  const correct = results.filter((result) => result.classIndex === result.label).length;
  return {
    provenance: provenanceOf(hello, target),
    device: hello,
    samples: results.length,
    correct,
    accuracy: correct / results.length,
    agreement: parts.agreement,
    counts: meaning.counts,
    ticks,
    units: mapSpread(ticks, meaning.units),
    latency: { kind: meaning.latencyKind, seconds: mapSpread(ticks, meaning.seconds), basis: meaning.basis },
    layers: layerMeans(results, model.layers, meaning.units),
    memory: {
      stackUsedBytes: memory.stackUsed,
      stackReservedBytes: memory.stackBytes,
      contextBytes: memory.ramBytes,
    },
    link: parts.link,
    resumedSamples: parts.resumedSamples,
    seconds: parts.seconds,
    results,
  };
}

function layerMeans(
  results: readonly SampleResult[],
  names: readonly string[],
  units: (ticks: number) => number,
): LayerMeans[] | undefined {
  const traces = results.map((result) => result.layers).filter((layers) => layers !== undefined);
  if (traces.length === 0) return undefined;
  return [...names, 'head'].map((name, i) => {
    const ticks = mean(traces.map((layers) => layers[i].ticks));
    return {
      name,
      ticks,
      units: units(ticks),
      spikesIn: mean(traces.map((layers) => layers[i].spikesIn)),
      spikesOut: mean(traces.map((layers) => layers[i].spikesOut)),
    };
  });
}
