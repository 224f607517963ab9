import type { IntegerModel } from '../../model/types.js';
import { edgeStorage, headStorage } from '../storage/options.js';
import { UNPACK_CODE_BYTES } from '../storage/unpack-cost.js';
import type { PlanningRates } from './edge-work.js';
import type { LayerDraft } from './layer.js';
import { selectOptions, type Option, type SpaceLimits } from './select.js';
import type { CostOfWork, EdgePlan, PlanOptions, StoragePlan } from './types.js';
import { layerWork } from './work.js';

/** Kernels and storage that were chosen: a draft of each layer, and how the head's weights are stored. */
export interface Chosen {
  readonly layers: readonly LayerDraft[];
  readonly head: StoragePlan | undefined;
}

export interface ChoiceContext {
  readonly model: IntegerModel;
  readonly rates: PlanningRates;
  readonly costOf: CostOfWork;
  /** Bytes of the arena with such drafts. */
  readonly arenaOf: (layers: readonly LayerDraft[]) => number;
}

/** Of layers with more edges only the tightest packed form of each is tried. */
const MANY_EDGES = 2;

/** A way of doing a part; the head has no draft. */
interface Choice extends Option {
  readonly draft?: LayerDraft | undefined;
  readonly head?: StoragePlan | undefined;
}

const UNLIMITED: SpaceLimits = { flashBytes: Infinity, ramBytes: Infinity };

/** Boot comes once: it decides only between plans with the same inference. */
const BOOT_WEIGHT = 1e-6;

/** The arena depends on what is chosen, and what is chosen on the room beside it: so often it is tried again. */
const ROUNDS = 4;

/**
 * Of the candidates of each layer and the ways to store their weights those with the fewest instructions within flash and RAM; of equal
 * ones those that start fastest, so that nothing is packed that need not be.
 * @param candidates `[layer]`, at least one each
 */
export function choosePlan(
  candidates: readonly (readonly LayerDraft[])[],
  context: ChoiceContext,
  { storage = 'auto', limits = UNLIMITED }: Pick<PlanOptions, 'storage' | 'limits'>,
): Chosen {
  const { model } = context;
  const dense: (readonly Choice[])[] = candidates.map((drafts, index) =>
    drafts.map((draft) => denseChoice(context, index, draft)),
  );
  dense.push([{ flashBytes: model.head.codes.length, ramBytes: 0, cost: 0 }]);
  if (storage !== 'packed') {
    const chosen = chooseWithin(dense, limits, context);
    if (storage === 'dense' || fits(chosen, limits, context)) return chosenOf(chosen);
  }
  const packed: (readonly Choice[])[] = dense
    .slice(0, -1)
    .map((choices, i) => choices.flatMap((choice) => packedChoices(context, i, choice)));
  packed.push(headChoices(context));
  // What has to be packed at all: as much as there is, where that is asked for.
  const flashBytes = storage === 'packed' ? 0 : limits.flashBytes - UNPACK_CODE_BYTES;
  return chosenOf(chooseWithin(packed, { ...limits, flashBytes }, context));
}

function chosenOf(choices: readonly Choice[]): Chosen {
  return { layers: choices.slice(0, -1).map(({ draft }) => draft!), head: choices.at(-1)!.head };
}

function ramOf(choices: readonly Choice[], { arenaOf }: ChoiceContext): number {
  const arena = arenaOf(choices.slice(0, -1).map(({ draft }) => draft!));
  return choices.reduce((sum, { ramBytes }) => sum + ramBytes, arena);
}

function fits(choices: readonly Choice[], limits: SpaceLimits, context: ChoiceContext): boolean {
  const flash = choices.reduce((sum, { flashBytes }) => sum + flashBytes, 0);
  return flash <= limits.flashBytes && ramOf(choices, context) <= limits.ramBytes;
}

function chooseWithin(
  parts: readonly (readonly Choice[])[],
  limits: SpaceLimits,
  context: ChoiceContext,
): readonly Choice[] {
  const choose = (ramBytes: number): readonly Choice[] =>
    selectOptions(parts, { ...limits, ramBytes }).map((picked, i) => parts[i][picked]);
  const unlimited = limits.flashBytes === Infinity && limits.ramBytes === Infinity;
  if (unlimited || parts.every((choices) => choices.length === 1)) return choose(Infinity);
  const free = choose(Infinity);
  let room = limits.ramBytes - ramOf(free, context) + unpackedOf(free);
  let chosen = choose(room);
  for (let round = 1; round < ROUNDS && ramOf(chosen, context) > limits.ramBytes; round++) {
    room -= ramOf(chosen, context) - limits.ramBytes;
    chosen = choose(room);
  }
  return chosen;
}

function unpackedOf(choices: readonly Choice[]): number {
  return choices.reduce((sum, { ramBytes }) => sum + ramBytes, 0);
}

function denseChoice({ model, rates, costOf }: ChoiceContext, index: number, draft: LayerDraft): Choice {
  const cost = costOf(layerWork(model, index, draft, rates), model.timesteps);
  return { draft, flashBytes: draft.flash.weights + draft.flash.tables, ramBytes: 0, cost };
}

/** The same layer with each of its tables dense or packed, in all combinations. */
function packedChoices({ model }: ChoiceContext, index: number, choice: Choice): readonly Choice[] {
  const draft = choice.draft!;
  const layer = model.layers[index];
  return draft.edges.reduce<readonly Choice[]>(
    (choices, edge, e) => {
      const all = edgeStorage(model, layer, layer.edges[e], edge);
      const forms = draft.edges.length > MANY_EDGES ? all.slice(0, 1) : all;
      return choices.flatMap((so) => [so, ...forms.map((form) => withStorage(so, e, edge, form))]);
    },
    [choice],
  );
}

function withStorage(choice: Choice, e: number, { weightBytes }: EdgePlan, storage: StoragePlan): Choice {
  const draft = choice.draft!;
  const saved = weightBytes - storage.flashBytes;
  const { weights, tables } = draft.flash;
  return {
    draft: {
      ...draft,
      edges: draft.edges.map((plan, i) => (i === e ? { ...plan, storage } : plan)),
      flash: { weights: weights - saved, tables },
    },
    flashBytes: choice.flashBytes - saved,
    ramBytes: choice.ramBytes + storage.ramBytes,
    cost: choice.cost + BOOT_WEIGHT * storage.bootInstructions,
  };
}

function headChoices({ model }: ChoiceContext): readonly Choice[] {
  const dense = { flashBytes: model.head.codes.length, ramBytes: 0, cost: 0 };
  const packed = headStorage(model).map((head): Choice => ({
    head,
    flashBytes: head.flashBytes,
    ramBytes: head.ramBytes,
    cost: BOOT_WEIGHT * head.bootInstructions,
  }));
  return [dense, ...packed];
}
