import type { DeviceFrame, ResultFrame } from '../frames/types.js';

export interface LayerCounts {
  /** Ticks of the device's counter. */
  readonly ticks: number;
  readonly spikesIn: number;
  readonly spikesOut: number;
}

/** One run of the network on the device. */
export interface DeviceInference {
  readonly classIndex: number;
  readonly timesteps: number;
  /** Ticks of the device's counter round the whole inference. */
  readonly ticks: number;
  /** `[class]`. */
  readonly logits: readonly number[];
  /** One a layer, then the head's; undefined without trace. */
  readonly layers: readonly LayerCounts[] | undefined;
}

export interface InferenceShape {
  readonly sample: number;
  readonly repeat: number;
  readonly classes: number;
  readonly layers: number;
  readonly traced: boolean;
}

export type Collected =
  | { readonly kind: 'complete'; readonly inferences: readonly DeviceInference[] }
  | { readonly kind: 'broken' };

/**
 * Puts the trace and result frames of one `infer` together. A frame that does not follow the one before (another was
 * lost) breaks the whole: figures of different runs are never mixed.
 */
export class InferenceCollector {
  private readonly inferences: DeviceInference[] = [];
  private layers: LayerCounts[] = [];
  private logits: number[] = [];

  constructor(private readonly shape: InferenceShape) {}

  /** The outcome, once there is one. Frames of other samples are ignored. */
  accept(frame: DeviceFrame): Collected | undefined {
    if (frame.kind !== 'trace' && frame.kind !== 'result') return undefined;
    if (frame.sample !== this.shape.sample) return undefined;
    if (frame.kind === 'result') return this.acceptResult(frame);
    if (frame.layer !== this.layers.length || this.logits.length > 0) return { kind: 'broken' };
    this.layers.push({ ticks: frame.ticks, spikesIn: frame.spikesIn, spikesOut: frame.spikesOut });
    return undefined;
  }

  private acceptResult(frame: ResultFrame): Collected | undefined {
    const { classes, layers, traced, repeat } = this.shape;
    const traces = traced ? layers + 1 : 0;
    if (frame.first !== this.logits.length || this.layers.length !== traces) return { kind: 'broken' };
    this.logits.push(...frame.logits);
    if (this.logits.length > classes || frame.logits.length === 0) return { kind: 'broken' };
    if (this.logits.length < classes) return undefined;
    const { classIndex, timesteps, ticks } = frame;
    this.inferences.push({
      classIndex,
      timesteps,
      ticks,
      logits: this.logits,
      layers: traced ? this.layers : undefined,
    });
    this.layers = [];
    this.logits = [];
    return this.inferences.length < repeat ? undefined : { kind: 'complete', inferences: this.inferences };
  }
}
