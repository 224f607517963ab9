import type { EarlyExit } from '../../model/early-exit.js';
import type { Pooling } from '../../core/geometry.js';
import type { IntegerType } from '../../model/interval.js';
import type { SpaceLimits } from './select.js';
import type { PackedFormat } from '../storage/symbol-model.js';

/** How an edge is computed; each value is a function of templates/runtime. */
export type EdgeKernel =
  /** Lists the spikes under the window, adds rows of byte lanes (four output channels a word). */
  | 'lanes'
  /** The same with rows of signed bytes. */
  | 'rows'
  /** Walks the spikes under the window channel by channel. */
  | 'depthwise'
  | 'identity'
  /** On the int8 input, once for all timesteps. */
  | 'input-dense'
  | 'input-depthwise'
  /** The only edge of a layer that runs as a whole (litesnn_stem.c): pairs of 16-bit taps. */
  | 'input-pairs'
  /** The plain reference of each. */
  | 'reference'
  | RowKernel
  /** Depthwise convolution, the only edge of a layer that runs row by row. */
  | 'row-depthwise'
  /** Identity in a layer that runs row by row. */
  | 'row-identity';

/**
 * Convolutions of layers that run row by row (litesnn_rows.c), by form of their weights: one bit a weight and counting in planes,
 * nibble lanes, byte lanes.
 */
export type RowKernel = 'row-planes' | 'row-nibbles' | 'row-bytes';

/** One value for all channels, or a table of the narrowest type that holds it. */
export type MultiplierPlan =
  | { readonly kind: 'uniform'; readonly value: number }
  | { readonly kind: 'table'; readonly type: IntegerType };

/** Byte lanes: `code = lane * step - bias`, and `burst` rows can be added before a lane could carry. */
export interface LaneCode {
  readonly step: 1 | 2;
  readonly bias: number;
  readonly burst: number;
}

/**
 * Lanes of a row kernel: `code = lane * step - bias`; `burst` rows can be added in bytes or nibbles before one could carry, `fill`
 * rows once nibbles have become bytes.
 */
export interface RowCode {
  readonly step: 1 | 2;
  readonly bias: number;
  readonly burst: number;
  readonly fill: number;
}

/** The lists of a row kernel. */
export interface RowPlan extends RowCode {
  /** Spikes that the list of one timestep holds. */
  readonly capacity: number;
  /** Columns of the padded source that windows reach, and one more. */
  readonly columns: number;
}

export interface EdgePlan {
  readonly kernel: EdgeKernel;
  readonly multiplier: MultiplierPlan;
  /** For `lanes` only. */
  readonly lanes?: LaneCode | undefined;
  /** For row kernels only. */
  readonly rows?: RowPlan | undefined;
  /** Indexes into `LayerPlan.pools`, one a source layer, where the edge reads pooled copies. */
  readonly pools?: readonly number[] | undefined;
  /** Narrowest type of the edge's sums, by the range analysis. */
  readonly accumulatorType: IntegerType;
  /** Of the table that the kernel reads, in flash or, where it is unpacked, in RAM. */
  readonly weightBytes: number;
  /** Absent where the table itself is in flash. */
  readonly storage?: StoragePlan | undefined;
}

/** A table of weights that is packed in flash and unpacked into RAM when the firmware starts. */
export interface StoragePlan {
  readonly format: PackedFormat;
  /** With what describes it to litesnn_unpack.c. */
  readonly flashBytes: number;
  readonly ramBytes: number;
  /** Predicted instructions of unpacking it. */
  readonly bootInstructions: number;
}

/** A copy of a source after pooling, made before the layer runs. */
export interface PoolPlan {
  readonly layer: number;
  readonly pooling: Pooling;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly offset: number;
}

/** Bytes from the start of the arena; a part that a layer does not need has no offset. */
export interface ScratchPlan {
  /** Absent where the layer runs row by row: its membranes are on the stack. */
  readonly membrane?: number | undefined;
  /** Current of one timestep, `int32[channels]`; absent where every edge reads the input (then `base` is the current). */
  readonly current?: number | undefined;
  /** Bias and the edges that read the input, the same at all timesteps, `int32[channels]`. */
  readonly base?: number | undefined;
  /** Sums of one edge before its multiplier, `int32[channels]`. */
  readonly sums?: number | undefined;
  /** `uint16[longest list of spikes]`. */
  readonly events?: number | undefined;
  /** Starts and lists of each edge, where the layer runs row by row; 0 for an identity. */
  readonly lists?: readonly number[] | undefined;
  /** Sums and membranes of a pixel, where the layer is a depthwise convolution that runs row by row. */
  readonly states?: number | undefined;
  /** Currents of a group of channels at all timesteps, where the layer is wide. */
  readonly currents?: number | undefined;
  /** Taps under a window of the input, where the layer runs as a stem. */
  readonly patch?: number | undefined;
}

export interface LayerPlan {
  readonly index: number;
  readonly name: string;
  /** Packed spikes `[timestep][y][x][pixelBytes]` in the arena. */
  readonly spikes: { readonly offset: number; readonly pixelBytes: number };
  readonly scratch: ScratchPlan;
  readonly pools: readonly PoolPlan[];
  readonly edges: readonly EdgePlan[];
  /** `rows`, `wide`, `stem`: the whole layer in one function of litesnn_rows.c, litesnn_wide.c or litesnn_stem.c. */
  readonly lif: 'fast' | 'reference' | 'rows' | 'wide' | 'stem';
  readonly biasType: IntegerType;
  readonly thresholdType: IntegerType;
  readonly membraneType: IntegerType;
  readonly flash: FlashBytes;
  /** Predicted instructions of one inference at the assumed firing rates (see cost.ts). */
  readonly instructions: number;
}

export interface HeadPlan {
  /** `int32[channels of all its layers]` in the arena. */
  readonly counts: number;
  readonly biasType: IntegerType;
  /** Of its weights; absent where they are in flash as they are read. */
  readonly storage?: StoragePlan | undefined;
  readonly flash: FlashBytes;
  readonly instructions: number;
}

export interface FlashBytes {
  /** As they are stored. */
  readonly weights: number;
  /** Biases, thresholds, multipliers. */
  readonly tables: number;
}

/** A piece of the arena and when it is in use; step i is layer i, the step after the last layer is the head. */
export interface PlacedBuffer {
  readonly name: string;
  readonly role: 'spikes' | 'pooled' | 'scratch';
  readonly bytes: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly offset: number;
}

/** First pass of an inference that may end early, see src/model/early-exit.ts. */
export interface EarlyExitPlan extends EarlyExit {
  /** Part of the validation samples that end with it, 0..1; what `instructions` expect. */
  readonly share: number;
  /** Of the table that its logits start from. */
  readonly biasType: IntegerType;
}

/** Everything that code generation decides about a network. Plain data: it can be written to a file and shown. */
export interface NetworkPlan {
  readonly schedule: 'layer-major';
  readonly target: string | null;
  /** Spikes a neuron and timestep that the predictions assume, one a layer. */
  readonly firingRates: readonly number[];
  /** Share of the input that is not zero, likewise assumed. */
  readonly inputRate: number;
  readonly arenaBytes: number;
  /** No plan of these lifetimes could use less. */
  readonly arenaLowerBound: number;
  readonly buffers: readonly PlacedBuffer[];
  readonly earlyExit?: EarlyExitPlan | undefined;
  readonly layers: readonly LayerPlan[];
  readonly head: HeadPlan;
  /** Tables only; code is the compiler's. */
  readonly flashBytes: number;
  /** Weights that are unpacked when the firmware starts; absent where all are read from flash. */
  readonly unpacked?: UnpackedPlan | undefined;
  readonly instructions: number;
}

export interface UnpackedPlan {
  /** Beside the arena, the same for all contexts. */
  readonly ramBytes: number;
  /** Of the code that unpacks; not among the plan's `flashBytes`. */
  readonly codeBytes: number;
  /** Predicted, once after reset. */
  readonly bootInstructions: number;
}

/**
 * How weights may be stored: `dense` as kernels read them, `packed` as tight as can be, `auto` dense where that fits and packed
 * where it does not.
 */
export type StorageChoice = 'auto' | 'dense' | 'packed';

export interface PlanOptions {
  /** `reference` computes everything with the plain kernels: slow, for comparison. */
  readonly kernels?: 'fast' | 'reference' | undefined;
  /** `auto` by default. */
  readonly storage?: StorageChoice | undefined;
  /** Flash for tables, RAM for arena and unpacked weights; without limits nothing has to be packed. */
  readonly limits?: SpaceLimits | undefined;
  /** Spikes a neuron and timestep, of all layers or one a layer; 0.1 where nothing is known. */
  readonly firingRate?: number | readonly number[] | undefined;
  /** Share of the int8 input that is not zero; 1 where nothing is known. */
  readonly inputRate?: number | undefined;
  /** What a part costs, instead of its instructions: the plan's `instructions` then are in this unit. Linear in the work. */
  readonly costOf?: CostOfWork | undefined;
}

/** A cost of a layer's or the head's work in a network of so many timesteps. */
export type CostOfWork = (work: Readonly<Record<string, number>>, timesteps: number) => number;
