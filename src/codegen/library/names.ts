import { ExitCode, LitesnnError } from '../../core/errors.js';

/** Names of one generated network; several networks with different prefixes link into one program. */
export interface Names {
  readonly prefix: string;
  /** For macros. */
  readonly upper: string;
}

export const DEFAULT_PREFIX = 'litesnn';

/**
 * @throws LitesnnError `CODEGEN_PREFIX` where the prefix cannot begin C identifiers and file names, or would meet those
 * of the runtime.
 */
export function namesOf(prefix: string): Names {
  if (!/^[a-z][a-z0-9_]{0,30}$/.test(prefix) || prefix.startsWith('litesnn_')) {
    throw new LitesnnError(
      'CODEGEN_PREFIX',
      ExitCode.usage,
      `${JSON.stringify(prefix)} cannot be a prefix of C names`,
      {
        hint: 'use up to 31 lower-case letters, digits and underscores, a letter first, and not litesnn_',
      },
    );
  }
  return { prefix, upper: prefix.toUpperCase() };
}

export function layerName(names: Names, layer: number): string {
  return `${names.prefix}_layer${layer}`;
}

export function edgeName(names: Names, layer: number, edge: number): string {
  return `${layerName(names, layer)}_edge${edge}`;
}

export function poolName(names: Names, layer: number, pool: number): string {
  return `${layerName(names, layer)}_pool${pool}`;
}
