import { analyzeRanges } from '../../model/ranges.js';
import type { IntegerModel } from '../../model/types.js';
import type { Target } from '../../targets/target.js';
import { UNPACK_CODE_BYTES } from '../storage/unpack-cost.js';
import { alignUp, placeBuffers, type BufferRequest } from './buffers.js';
import { choosePlan } from './choose.js';
import { costTable, instructionsOf } from './cost.js';
import type { PlanningRates } from './edge-work.js';
import { bytesOf, typeOf } from './integers.js';
import { draftLayer, moveScratch, poolRequest, type LayerDraft } from './layer.js';
import { pixelBytes, spikesRequest } from './lifetimes.js';
import type {
  CostOfWork,
  HeadPlan,
  LayerPlan,
  NetworkPlan,
  PlacedBuffer,
  PlanOptions,
  StoragePlan,
  UnpackedPlan,
} from './types.js';
import { headWork, layerWork } from './work.js';

const ASSUMED_FIRING_RATE = 0.1;

/**
 * Decides how a network runs on a device: a kernel for each edge, types of tables, and a place in one arena for
 * everything that changes.
 *
 * @throws LitesnnError `MODEL_RANGE_TOO_WIDE` for a model that needs more than 32 bits.
 */
export function planNetwork(model: IntegerModel, target?: Target, options: PlanOptions = {}): NetworkPlan {
  const reference = options.kernels === 'reference';
  const rates = planningRates(model, options);
  const table = costTable(target?.core);
  const costOf: CostOfWork = options.costOf ?? ((work) => instructionsOf(work, table));
  const ranges = analyzeRanges(model);
  const candidates = model.layers.map((_, index) => [
    draftLayer(model, index, ranges.layers[index], reference),
  ]);
  const arenaOf = (drafts: readonly LayerDraft[]): number => placeAll(model, drafts).totalBytes;
  const chosen = choosePlan(candidates, { model, rates, costOf, arenaOf }, options);
  const { layers: drafts } = chosen;
  const arena = placeAll(model, drafts);
  const layers = drafts.map((draft, index) => finishLayer(model, index, draft, arena, rates, costOf));
  const head = planHead(model, arena, rates, costOf, chosen.head);
  const parts = [...layers, head];
  return {
    schedule: 'layer-major',
    target: target?.name ?? null,
    firingRates: rates.layers,
    inputRate: rates.input,
    arenaBytes: arena.totalBytes,
    arenaLowerBound: arena.lowerBound,
    buffers: arena.buffers,
    layers,
    head,
    flashBytes: parts.reduce((sum, part) => sum + part.flash.weights + part.flash.tables, 0),
    unpacked: unpackedPlan([...layers.flatMap((layer) => layer.edges), head]),
    instructions: parts.reduce((sum, part) => sum + part.instructions, 0),
  };
}

function planningRates(model: IntegerModel, { firingRate: given, inputRate }: PlanOptions): PlanningRates {
  const layers = model.layers.map(
    (_, i) => (typeof given === 'object' ? given[i] : given) ?? ASSUMED_FIRING_RATE,
  );
  return { layers, input: inputRate ?? 1 };
}

interface Arena {
  readonly buffers: readonly PlacedBuffer[];
  readonly totalBytes: number;
  readonly lowerBound: number;
  /** Offsets, by layer. */
  readonly spikes: readonly number[];
  readonly scratch: readonly number[];
  readonly pools: readonly (readonly number[])[];
  readonly headCounts: number;
}

function placeAll(model: IntegerModel, drafts: readonly LayerDraft[]): Arena {
  const requests: BufferRequest[] = [];
  const request = (wanted: BufferRequest): number => requests.push(wanted) - 1;
  const spikes = model.layers.map((_, i) => request(spikesRequest(model, i)));
  const scratch = drafts.map((draft, i) =>
    request(scratchRequest(`layer ${i} scratch`, draft.scratchBytes, i)),
  );
  const pools = drafts.map((draft, i) =>
    draft.pools.map((pool) => request(poolRequest(pool, i, model.timesteps))),
  );
  const head = request(scratchRequest('head counts', headChannels(model) * 4, model.layers.length));
  const { buffers, totalBytes, lowerBound } = placeBuffers(requests);
  const offset = (index: number): number => buffers[index].offset;
  return {
    buffers,
    totalBytes,
    lowerBound,
    spikes: spikes.map(offset),
    scratch: scratch.map(offset),
    pools: pools.map((of) => of.map(offset)),
    headCounts: offset(head),
  };
}

function scratchRequest(name: string, bytes: number, step: number): BufferRequest {
  return { name, role: 'scratch', bytes, firstStep: step, lastStep: step };
}

function headChannels(model: IntegerModel): number {
  return model.head.layers.reduce((sum, index) => sum + model.layers[index].shape.channels, 0);
}

function finishLayer(
  model: IntegerModel,
  index: number,
  draft: LayerDraft,
  arena: Arena,
  rates: PlanningRates,
  costOf: CostOfWork,
): LayerPlan {
  const layer = model.layers[index];
  const pools = draft.pools.map((pool, i) => ({ ...pool, offset: arena.pools[index][i] }));
  return {
    index,
    name: layer.name,
    spikes: { offset: arena.spikes[index], pixelBytes: pixelBytes(layer.shape.channels) },
    scratch: moveScratch(draft.scratch, arena.scratch[index]),
    pools,
    edges: draft.edges,
    lif: draft.lif,
    biasType: draft.biasType,
    thresholdType: draft.thresholdType,
    membraneType: draft.membraneType,
    flash: draft.flash,
    instructions: Math.round(costOf(layerWork(model, index, draft, rates), model.timesteps)),
  };
}

function unpackedPlan(
  parts: readonly { readonly storage?: StoragePlan | undefined }[],
): UnpackedPlan | undefined {
  const packed = parts.map(({ storage }) => storage).filter((storage) => storage !== undefined);
  if (packed.length === 0) return undefined;
  return {
    ramBytes: packed.reduce((sum, { ramBytes }) => sum + alignUp(ramBytes), 0),
    codeBytes: UNPACK_CODE_BYTES,
    bootInstructions: packed.reduce((sum, { bootInstructions }) => sum + bootInstructions, 0),
  };
}

function planHead(
  model: IntegerModel,
  arena: Arena,
  rates: PlanningRates,
  costOf: CostOfWork,
  storage: StoragePlan | undefined,
): HeadPlan {
  const { bias, codes } = model.head;
  const biasType = typeOf(headStart(model));
  return {
    counts: arena.headCounts,
    biasType,
    storage,
    flash: { weights: storage?.flashBytes ?? codes.length, tables: bias.length * bytesOf(biasType) },
    instructions: Math.round(costOf(headWork(model, rates), model.timesteps)),
  };
}

/** What the logits start from: the bias of all timesteps at once. */
export function headStart(model: IntegerModel): Int32Array {
  return model.head.bias.map((bias) => bias * model.timesteps);
}
