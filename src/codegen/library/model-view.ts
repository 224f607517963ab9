import { elementsOf } from '../../core/geometry.js';
import type { IntegerModel } from '../../model/types.js';
import { earlyPart } from '../../model/early-exit.js';
import type { EarlyExitPlan, NetworkPlan } from '../plan/types.js';
import { call, suffix, type CallView } from './calls.js';
import { cLines, cString } from './c-text.js';
import { dataView, type TableView } from './data-view.js';
import { layerView, type LayerView } from './layer-view.js';
import { layerName, type Names } from './names.js';
import type { UnpackedView } from './weight-view.js';

/** Everything the templates print; finished before Handlebars sees it. */
export interface LibraryView {
  readonly prefix: string;
  readonly upper: string;
  readonly input: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly bytes: number;
  };
  readonly classes: number;
  readonly timesteps: number;
  readonly layerCount: number;
  readonly arenaBytes: number;
  readonly arenaWords: number;
  readonly classNames: readonly string[];
  readonly hashLines: readonly string[];
  readonly tables: readonly TableView[];
  /** Tables of weights that are made in RAM when the network starts. */
  readonly unpacked: readonly UnpackedView[];
  readonly layers: readonly LayerView[];
  /** The C function that runs the layers and the head. */
  readonly pass: { readonly storage: string; readonly name: string };
  readonly early: { readonly timesteps: number; readonly margin: number } | null;
  readonly head: {
    readonly countsOffset: number;
    readonly channels: number;
    readonly calls: readonly CallView[];
    readonly sourceCounts: readonly string[];
  };
}

export function libraryView(
  model: IntegerModel,
  plan: NetworkPlan,
  names: Names,
  modelHash: string,
): LibraryView {
  const { height, width, channels } = model.input;
  const { earlyExit } = plan;
  const { prefix } = names;
  return {
    ...names,
    pass:
      earlyExit === undefined
        ? { storage: '', name: `${prefix}_infer` }
        : { storage: 'static ', name: `${prefix}_infer_all` },
    early: earlyExit ?? null,
    input: { height, width, channels, bytes: elementsOf(model.input) },
    classes: model.classes.length,
    timesteps: model.timesteps,
    layerCount: model.layers.length,
    arenaBytes: plan.arenaBytes,
    arenaWords: plan.arenaBytes / 4,
    classNames: model.classes.map(cString),
    hashLines: hashLines(modelHash),
    ...dataView(model, plan, names),
    layers: plan.layers.map((layer) => layerView(model, layer, names)),
    head: headView(model, plan, names, `${prefix}_head_bias`),
  };
}

/** A SHA-256 in hexadecimal as C bytes. */
export function hashLines(hash: string): readonly string[] {
  return cLines(
    Array.from(Buffer.from(hash, 'hex'), (byte) => `0x${byte.toString(16).padStart(2, '0')}`),
    8,
  );
}

/** The first pass of an inference with early exit: the same layers, kernels and tables with fewer timesteps. */
export function earlyView(
  model: IntegerModel,
  plan: NetworkPlan,
  names: Names,
  exit: EarlyExitPlan,
): Pick<LibraryView, 'pass' | 'timesteps' | 'layers' | 'head'> {
  const early = earlyPart(model, exit);
  const head = { ...plan, head: { ...plan.head, biasType: exit.biasType } };
  return {
    pass: { storage: '', name: `${names.prefix}_infer_early` },
    timesteps: exit.timesteps,
    layers: plan.layers.map((layer) => layerView(early, layer, names)),
    head: headView(early, head, names, `${names.prefix}_early_head_bias`),
  };
}

function headView(model: IntegerModel, plan: NetworkPlan, names: Names, bias: string): LibraryView['head'] {
  const { layers } = model.head;
  const classes = model.classes.length;
  const calls: CallView[] = [];
  const spikesOf = (layer: number): string => `&${layerName(names, layer)}_spikes`;
  let channels = 0;
  for (const layer of layers) {
    const to = channels === 0 ? 'counts' : `counts + ${channels}`;
    calls.push(call('litesnn_count_channels', spikesOf(layer), model.timesteps, 'arena', to));
    channels += model.layers[layer].shape.channels;
  }
  calls.unshift(call('litesnn_clear', 'counts', channels));
  const head = `${names.prefix}_head`;
  calls.push(
    call(`litesnn_start_${suffix(plan.head.biasType)}`, 'result->logits', bias, classes),
    call('litesnn_add_head', `${head}_weights`, classes, channels, 'counts', 'result->logits'),
  );
  return {
    countsOffset: plan.head.counts,
    channels,
    calls,
    sourceCounts: layers.map(
      (layer) => `litesnn_count_spikes(${spikesOf(layer)}, ${model.timesteps}, arena)`,
    ),
  };
}
