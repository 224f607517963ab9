import type { EdgePlan, FlashBytes, NetworkPlan } from '../codegen/plan/types.js';
import type { Shape } from '../core/geometry.js';
import type { IntegerModel } from '../model/types.js';

/** A layer, or the head at the end. */
export interface PlanPart {
  readonly name: string;
  readonly kernels: readonly string[];
  /** How the weights of each convolution are stored. */
  readonly formats: readonly string[];
  /** Absent for the head. */
  readonly shape?: Shape | undefined;
  /** Spikes a neuron and timestep that the prediction assumes. */
  readonly firingRate?: number | undefined;
  readonly flashBytes: number;
  /** Its own spikes, scratch and pooled copies, which what is in use at other times shares, and its unpacked weights. */
  readonly ramBytes: number;
  /** Instructions of an inference. */
  readonly predicted: number;
  /** Mean of an inference, in what the board counts: instructions in an emulator, else cycles. */
  readonly measured?: number | undefined;
}

export interface PlanFigures {
  readonly parts: readonly PlanPart[];
  readonly total: { readonly predicted: number; readonly measured?: number | undefined };
}

/** What `litesnn plan` and the report show; `measured`: layers, then the head. */
export function planFigures(
  model: IntegerModel,
  plan: NetworkPlan,
  measured: readonly number[] | undefined,
): PlanFigures {
  const layers = plan.layers.map((layer, i): PlanPart => ({
    name: layer.name,
    kernels: layer.edges.map((edge) => edge.kernel),
    formats: layer.edges.map(formatOf).filter((format) => format !== undefined),
    shape: model.layers[i].shape,
    firingRate: plan.firingRates[i],
    flashBytes: bytesOf(layer.flash),
    ramBytes: ramOf(plan, i) + unpackedBytes(layer.edges),
    predicted: layer.instructions,
    measured: measured?.[i],
  }));
  const { head } = plan;
  const step = model.layers.length;
  const last: PlanPart = {
    name: 'head',
    kernels: ['counts'],
    formats: [head.storage?.format ?? 'bytes'],
    flashBytes: bytesOf(head.flash),
    ramBytes: ramOf(plan, step) + unpackedBytes([head]),
    predicted: head.instructions,
    measured: measured?.[step],
  };
  const total = { predicted: plan.instructions, measured: measured?.reduce((sum, units) => sum + units, 0) };
  return { parts: [...layers, last], total };
}

export function formatOf(edge: EdgePlan): string | undefined {
  if (edge.weightBytes === 0) return undefined;
  if (edge.storage !== undefined) return edge.storage.format;
  return edge.lanes === undefined ? 'bytes' : 'byte lanes';
}

function bytesOf({ weights, tables }: FlashBytes): number {
  return weights + tables;
}

/** Buffers that begin with this step: what it writes and works with. */
function ramOf(plan: NetworkPlan, step: number): number {
  return plan.buffers
    .filter((buffer) => buffer.firstStep === step)
    .reduce((sum, buffer) => sum + buffer.bytes, 0);
}

function unpackedBytes(parts: readonly Pick<EdgePlan, 'storage'>[]): number {
  return parts.reduce((sum, { storage }) => sum + (storage?.ramBytes ?? 0), 0);
}
