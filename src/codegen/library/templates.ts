import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../../core/paths.js';

export const LIBRARY_TEMPLATES = ['model.h', 'model.c', 'data.h', 'data.c'] as const;
export type LibraryTemplate = (typeof LIBRARY_TEMPLATES)[number] | 'early.c' | 'baseline.c';

/** Hand-written C that is copied beside the generated network, in the order of reading. */
export const RUNTIME_FILES = [
  'litesnn_runtime.h',
  'litesnn_kernels.h',
  'litesnn_simd.h',
  'litesnn_sums.h',
  'litesnn_neurons.h',
  'litesnn_lane_neurons.h',
  'litesnn_rows.h',
  'litesnn_row_sums.h',
  'litesnn_stem.h',
  'litesnn_unpack.h',
  'litesnn_pixel.c',
  'litesnn_gather.c',
  'litesnn_lists.c',
  'litesnn_sums.c',
  'litesnn_rows.c',
  'litesnn_depthwise.c',
  'litesnn_wide.c',
  'litesnn_lane_neurons.c',
  'litesnn_neurons.c',
  'litesnn_stem.c',
  'litesnn_input.c',
  'litesnn_spikes.c',
  'litesnn_lif.c',
  'litesnn_head.c',
  'litesnn_trace.c',
  'litesnn_unpack.c',
  'litesnn_reference.c',
] as const;

const folder = join(packageRoot, 'templates');

let handlebars: typeof Handlebars | undefined;

/** Prints a view with a template of templates/library. C is not HTML: nothing is escaped, the view model already is. */
export function printTemplate(name: LibraryTemplate, view: object): string {
  handlebars ??= loadPartials();
  const compiled = handlebars.compile(readText('library', `${name}.hbs`), { noEscape: true, strict: true });
  return compiled(view);
}

function loadPartials(): typeof Handlebars {
  const own = Handlebars.create();
  for (const partial of ['provenance', 'call', 'pass']) {
    own.registerPartial(partial, readText('library', `${partial}.hbs`).trimEnd());
  }
  return own;
}

export function readRuntime(file: (typeof RUNTIME_FILES)[number]): string {
  return readText('runtime', file);
}

function readText(...path: string[]): string {
  return readFileSync(join(folder, ...path), 'utf8');
}
