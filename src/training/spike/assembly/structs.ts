/**
 * Descriptors in shared memory, written once by the plan (../descriptors.ts lists the same fields in the same order, each of four
 * bytes). Every kernel takes `(descriptor, part, from, to)`: a part is a fixed range of samples `from..to` of the batch.
 *
 * Tensors are `[timestep][sample][y][x][channel]` with channels padded to a multiple of four; padded channels hold zeros and
 * never spike. "Image" is the index `timestep * batch + sample`.
 */

/** Edge kinds; the input kinds read the int8 input, whose current is the same at every timestep. */
export const DENSE: i32 = 0;
export const DEPTHWISE: i32 = 1;
export const IDENTITY: i32 = 2;
export const INPUT_DENSE: i32 = 3;
export const INPUT_DEPTHWISE: i32 = 4;

/** Bits of a neuron's flag byte: it spiked; its surrogate derivative is not zero. */
export const SPIKED: u32 = 1;
export const NEAR: u32 = 2;

@unmanaged
export class Neuron {
  decay: f32;
  threshold: f32;
  sharpness: f32;
  /** Factor of the surrogate derivative, which gives it the integral 1 over u: `b / (2 tanh(b / 2))` at threshold 0.5. */
  surrogateScale: f32;
}

/** Spikes of a population, or of a population after pooling. */
@unmanaged
export class View {
  height: i32;
  width: i32;
  channels: i32;
  /** u8 flags, like a tensor. */
  flags: usize;
  /** Per image, indexes `(y * width + x) * channels + c` of the spikes (u32) in rising order. */
  events: usize;
  /** Bytes from one image's events to the next one's. */
  eventStride: i32;
  /** Per image, `height * width + 1` addresses (u32): where each pixel's events start. */
  offsets: usize;
  /** dL/dspike (f32), like a tensor. */
  gradient: usize;
  /** Activations (f32), like a tensor, where they are not just 0 and 1; else 0. What is not 0 has an event and the flag of a spike. */
  values: usize;

  @inline get positions(): i32 {
    return this.height * this.width;
  }
  @inline get size(): i32 {
    return this.positions * this.channels;
  }
  @inline offsetsOf(image: i32): usize {
    return this.offsets + <usize>(image * (this.positions + 1)) * 4;
  }
  @inline flagsOf(image: i32): usize {
    return this.flags + <usize>(image * this.size);
  }
  /** Only where there are values. */
  @inline valuesOf(image: i32): usize {
    return this.values + <usize>(image * this.size) * 4;
  }
  @inline gradientOf(image: i32): usize {
    return this.gradient + <usize>(image * this.size) * 4;
  }
}

/** 1 for a spike, the value of an artificial neuron; `event`: address of its entry in the image's list. */
@inline
export function activationOf(view: View, image: i32, event: usize): f32 {
  return view.values == 0 ? 1 : load<f32>(view.valuesOf(image) + <usize>load<u32>(event) * 4);
}

/** One view of an edge's concatenated source. */
@unmanaged
export class Source {
  view: View;
  /** First channel in the concatenation. */
  channelOffset: i32;
  /** Channels without padding. */
  channels: i32;
  /** Dense `[kernelY][kernelX][channels of view][channels of edge]`. */
  weights: usize;
  /** Dense `[channels of view][kernelY][kernelX reversed][channels of edge]`, or lists of the weights that are not pruned. */
  backWeights: usize;
  /** Bytes from the start of the edge's weights to this source's. */
  weightOffset: i32;
  /** Dense: u32 `[channels of view + 2]`, see sparse-input-gradient.ts. */
  lists: usize;
}

@unmanaged
export class Edge {
  kind: i32;
  timesteps: i32;
  batch: i32;
  /** Size of the source. */
  inHeight: i32;
  inWidth: i32;
  /** Channels of the source, not padded. */
  inChannels: i32;
  height: i32;
  width: i32;
  channels: i32;
  /** Channels without padding. */
  realChannels: i32;
  kernelY: i32;
  kernelX: i32;
  strideY: i32;
  strideX: i32;
  padY: i32;
  padX: i32;
  sourceCount: i32;
  sources: usize;
  /** f32 input `[sample][y][x][channel]`, channels not padded (input kinds only). */
  input: usize;
  /** Current before normalization; after the backward pass its gradient. One timestep only where the source is the input. */
  current: usize;
  /** Internal layout; depthwise `[kernelY][kernelX][channels]`. */
  weights: usize;
  /** Weight gradients in the layout of `weights`, one for each part. */
  weightGradients: usize;
  weightBytes: i32;
  /** `[part][2][channels]` f64: sums and sums of squares; `[part][channels]` f64 of gradient * (current - mean). */
  sums: usize;
  backSums: usize;
  parts: i32;
  /** `[part][channels]` f32 each. */
  mean: usize;
  inverseDeviation: usize;
  scale: usize;
  /** `[part][3][channels]` f32. */
  backCoefficients: usize;
  /** Parameters `[realChannels]`; of an identity only gamma (its gain). */
  gamma: usize;
  beta: usize;
  runningMean: usize;
  runningVariance: usize;
  gammaGradient: usize;
  betaGradient: usize;
  /** f32 and f64. */
  gate: usize;
  gateGradient: usize;
  /** The population's own view: its gradient holds dL/dI when the edge's backward pass runs. */
  target: View;
  scratch: usize;
  scratchStride: i32;

  @inline get size(): i32 {
    return this.height * this.width * this.channels;
  }
  @inline get fromInput(): bool {
    return this.kind >= INPUT_DENSE;
  }
  @inline source(index: i32): Source {
    return changetype<Source>(this.sources + <usize>index * offsetof<Source>());
  }
  /** Timesteps of `current`. */
  @inline get steps(): i32 {
    return this.fromInput ? 1 : this.timesteps;
  }
  @inline currentOf(image: i32): usize {
    return this.current + <usize>(image * this.size) * 4;
  }
}

@unmanaged
export class Population {
  timesteps: i32;
  batch: i32;
  view: View;
  neuron: Neuron;
  edgeCount: i32;
  /** Addresses of the edges. */
  edges: usize;
  /** f32 membrane before the reset, like a tensor. */
  membrane: usize;
  /** `[part][channels]` f32. */
  bias: usize;
  /** `[part][channels]` f64: sum of the current's gradient. */
  backSums: usize;
  parts: i32;
  /** f32 momentum of the running statistics. */
  momentum: usize;
  /** 16 rows of 16 bytes: byte shuffles that move the lanes of a 4-bit mask to the front. */
  compaction: usize;
  /** `[part]` f32 image. */
  scratch: usize;
  scratchStride: i32;
  /** `[timestep]` f32: what dL/dspike starts from. */
  rateGradient: usize;

  @inline edge(index: i32): Edge {
    return changetype<Edge>(<usize>load<u32>(this.edges + <usize>index * 4));
  }
  @inline membraneOf(image: i32): usize {
    return this.membrane + <usize>(image * this.view.size) * 4;
  }
}

@unmanaged
export class Pool {
  timesteps: i32;
  batch: i32;
  source: View;
  target: View;
  windowY: i32;
  windowX: i32;
  /** Or-pool; else the window's top left pixel. */
  anySpike: i32;
}

/** A population as the head sees it. */
@unmanaged
export class HeadSource {
  view: View;
  channelOffset: i32;
  channels: i32;
}

@unmanaged
export class Head {
  timesteps: i32;
  batch: i32;
  classes: i32;
  features: i32;
  sourceCount: i32;
  sources: usize;
  /** `[image][features]` f32: mean spikes over positions, and its gradient. */
  means: usize;
  meanGradients: usize;
  /** `[image][classes]`. */
  logits: usize;
  logitGradients: usize;
  /** Effective `[classes][features]`, bias `[classes]`. */
  weights: usize;
  bias: usize;
  /** One for each part. */
  weightGradients: usize;
  biasGradients: usize;
  biasGradient: usize;
  parts: i32;

  @inline source(index: i32): HeadSource {
    return changetype<HeadSource>(this.sources + <usize>index * offsetof<HeadSource>());
  }
}

/** A CompConv weight tensor. */
@unmanaged
export class Weights {
  /** Layout of the gradients and effective weights: of `edge`, or the parameter's own where it is 0 (head). */
  edge: usize;
  count: i32;
  values: usize;
  /** 0: everything is kept. */
  score: usize;
  gradient: usize;
  scoreGradient: usize;
  /** In the parameter's own layout: effective weights forward, their gradient backward. */
  effective: usize;
  gradientParts: usize;
  gradientPartStride: i32;
  parts: i32;
  bitChoices: i32;
  /** i32, f32, f32 `[bitChoices]`: widths, their mix, and the steps d found by the last forward pass. */
  bits: usize;
  bitMix: usize;
  steps: usize;
  /** f64 `[bitChoices]`. */
  bitGradients: usize;
  keepChoices: i32;
  /** i32 `[keepChoices]`: kept weights in rising order, and the index in the mix of each. */
  keepCounts: usize;
  keepOrder: usize;
  keepMix: usize;
  /** f64 `[keepChoices]`, in the order of the mix. */
  keepGradients: usize;
  /** u8 `[count]`: the first of `keepCounts` that keeps the weight. */
  levels: usize;
  /** u32 `[2048]`, f32 `[keepChoices + 1]`, f64 `[keepChoices + 1]`, u32 `[2 * keepChoices]`, of this tensor alone. */
  histogram: usize;
  levelMasks: usize;
  levelGradients: usize;
  thresholds: usize;
  /** Output channels with a scale of their own (8 bits, nothing pruned); 0: one scale for the tensor. */
  rows: i32;
}
