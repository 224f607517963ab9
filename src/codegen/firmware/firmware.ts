import { sha256 } from '../../core/files.js';
import { toolVersion } from '../../core/version.js';
import type { Target } from '../../targets/target.js';
import type { GeneratedFile } from '../generated-file.js';
import type { ProvenanceFacts } from '../provenance.js';
import { boardFiles, interruptHandlers } from './board-files.js';
import { textDefine, unsignedDefine } from './define.js';
import { manifestPath, type FirmwareManifest } from './manifest.js';
import { copySources, renderTemplate } from './templates.js';

/** Applications that can be generated: folders of `templates/apps/`. */
export type Application = 'measure';

export interface FirmwareAbout extends ProvenanceFacts {
  readonly application: Application;
  /** The inference library's files (`lib/`): they are part of what the build id stands for. */
  readonly library: readonly GeneratedFile[];
}

const COUNTS_INSTRUCTIONS = 1;

/** Functions of each application that the library calls through a pointer. */
const indirectCalls: Readonly<Record<Application, string[]>> = { measure: ['measure_on_trace'] };

/**
 * Board support and application as a project of their own, beside the library's files: paths `board/`, `app/`, `tools/`,
 * `link.ld`, `Makefile`, `firmware.json`. The library's own files are not repeated in the result.
 * @throws LitesnnError TARGET_FAMILY_UNKNOWN, TARGET_INVALID, TARGET_BAUD
 */
export function renderFirmware(target: Target, about: FirmwareAbout): GeneratedFile[] {
  const from = `apps/${about.application}`;
  const sources = [
    ...boardFiles(target, 'application', { flash: target.memory.flash, ram: target.memory.ram }, about),
    ...copySources(from, 'app', about),
    renderTemplate(`${from}/about.h.hbs`, 'app/about.h', { defines: aboutDefines(target, about) }, about),
  ];
  const buildId = buildIdOf([...sources, ...about.library]);
  const manifest: FirmwareManifest = {
    schemaVersion: 1,
    kind: 'application',
    target: target.name,
    tool: toolVersion,
    command: about.command,
    modelHash: about.modelHash,
    buildId,
    entry: 'board_reset_handler',
    interruptHandlers: interruptHandlers(target),
    indirectCalls: indirectCalls[about.application],
  };
  return [
    ...sources,
    renderTemplate('firmware/build_id.h.hbs', 'app/build_id.h', {}, about),
    renderTemplate('firmware/build_id.c.hbs', 'app/build_id.c', { bytes: byteList(buildId) }, about),
    { path: manifestPath, contents: `${JSON.stringify(manifest, null, 2)}\n` },
  ];
}

/** First 16 bytes, in hexadecimal, of the SHA-256 over paths and contents in order of the paths. */
export function buildIdOf(files: readonly GeneratedFile[]): string {
  const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return sha256(...ordered.flatMap(({ path, contents }) => [path, '\0', contents, '\0'])).slice(0, 32);
}

function byteList(hexadecimal: string): string {
  return (hexadecimal.match(/../g) ?? []).map((byte) => `0x${byte}u`).join(', ');
}

function aboutDefines(target: Target, { application }: FirmwareAbout) {
  const flags = target.counter.counts === 'instructions' ? COUNTS_INSTRUCTIONS : 0;
  return [
    unsignedDefine('ABOUT_FLAGS', flags),
    textDefine('ABOUT_TARGET', target.name),
    textDefine('ABOUT_TOOL_VERSION', toolVersion),
    textDefine('ABOUT_APPLICATION', application),
  ];
}
