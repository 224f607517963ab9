import { elementsOf } from '../../core/geometry.js';
import { sha256 } from '../../core/files.js';
import type { IntegerModel } from '../../model/types.js';
import type { GeneratedFile } from '../generated-file.js';
import { provenanceLines } from '../provenance.js';
import { cString } from './c-text.js';
import { hashLines } from './model-view.js';
import { DEFAULT_PREFIX, namesOf } from './names.js';
import { printTemplate, readRuntime } from './templates.js';

/** Stands for the model of a firmware that has none, in its hello and its records. */
export const BASELINE_HASH = sha256('litesnn baseline: no network');

/**
 * The library of no network, with the same functions, inputs and classes as that of `model`: an application is built with it to know what
 * the application takes without one. Its inference answers zeros at once.
 */
export function renderBaselineLibrary(
  model: Pick<IntegerModel, 'input' | 'classes' | 'timesteps'>,
  { command }: { readonly command: string },
): readonly GeneratedFile[] {
  const names = namesOf(DEFAULT_PREFIX);
  const about = { command, modelHash: BASELINE_HASH };
  const { height, width, channels } = model.input;
  const view = {
    ...names,
    provenance: provenanceLines(about),
    early: null,
    input: { height, width, channels, bytes: elementsOf(model.input) },
    classes: model.classes.length,
    timesteps: model.timesteps,
    layerCount: 0,
    // C has no arrays of nothing.
    arenaBytes: 4,
    arenaWords: 1,
    classNames: model.classes.map(cString),
    hashLines: hashLines(BASELINE_HASH),
  };
  const comment = `/*\n${view.provenance.map((line) => ` * ${line}\n`).join('')} */\n`;
  return [
    { path: 'lib/litesnn_runtime.h', contents: comment + readRuntime('litesnn_runtime.h') },
    { path: `lib/${names.prefix}_model.h`, contents: printTemplate('model.h', view) },
    { path: `lib/${names.prefix}_model.c`, contents: printTemplate('baseline.c', view) },
  ];
}
