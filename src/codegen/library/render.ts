import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { IntegerModel } from '../../model/types.js';
import type { GeneratedFile } from '../generated-file.js';
import type { NetworkPlan } from '../plan/types.js';
import { provenanceLines } from '../provenance.js';
import { earlyView, libraryView } from './model-view.js';
import { DEFAULT_PREFIX, namesOf } from './names.js';
import { LIBRARY_TEMPLATES, printTemplate, readRuntime, RUNTIME_FILES } from './templates.js';

export interface LibraryFacts {
  /** Start of every C name and file name of this network; `litesnn` by default. */
  readonly prefix?: string | undefined;
  /** SHA-256 of model.json, 64 lower-case hexadecimal digits. */
  readonly modelHash: string;
  /** Command line that asked for it. */
  readonly command: string;
}

/**
 * The portable C99 inference library of a network: the runtime's sources and the network's own, all in `lib/`.
 *
 * @throws LitesnnError `CODEGEN_PREFIX` or `CODEGEN_MODEL_HASH` for facts that cannot be printed.
 */
export function renderLibrary(
  model: IntegerModel,
  plan: NetworkPlan,
  about: LibraryFacts,
): readonly GeneratedFile[] {
  const names = namesOf(about.prefix ?? DEFAULT_PREFIX);
  if (!/^[0-9a-f]{64}$/.test(about.modelHash)) {
    throw new LitesnnError(
      'CODEGEN_MODEL_HASH',
      ExitCode.internal,
      'the hash of the model is no SHA-256 in hexadecimal',
    );
  }
  const provenance = provenanceLines(about);
  const view = { ...libraryView(model, plan, names, about.modelHash), provenance };
  const own = LIBRARY_TEMPLATES.map((name) => ({
    path: `lib/${names.prefix}_${name}`,
    contents: printTemplate(name, view),
  }));
  if (plan.earlyExit !== undefined) {
    const early = { ...view, ...earlyView(model, plan, names, plan.earlyExit) };
    own.push({ path: `lib/${names.prefix}_early.c`, contents: printTemplate('early.c', early) });
  }
  return [...renderRuntime(about), ...own];
}

/** The part that all networks of a program share. */
export function renderRuntime(about: Pick<LibraryFacts, 'modelHash' | 'command'>): readonly GeneratedFile[] {
  const comment = `/*\n${provenanceLines(about)
    .map((line) => ` * ${line}\n`)
    .join('')} */\n`;
  return RUNTIME_FILES.map((file) => ({ path: `lib/${file}`, contents: comment + readRuntime(file) }));
}
