import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderBootloader } from '../../src/codegen/firmware/bootloader.js';
import { renderFirmware } from '../../src/codegen/firmware/firmware.js';
import type { GeneratedFile } from '../../src/codegen/generated-file.js';
import { renderLibrary } from '../../src/codegen/library/render.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { writeAtomic } from '../../src/core/files.js';
import type { IntegerModel } from '../../src/model/types.js';
import type { Target } from '../../src/targets/target.js';

/** Model hash of all projects made here; nothing checks it against a file. */
export const projectModelHash = '0123456789abcdef'.repeat(4);

export const projectCommand = 'litesnn generate --out "a b"';

/** A folder that is removed by `remove`; its name has spaces, because users' folders have. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'litesnn test with spaces '));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export function writeProject(folder: string, files: readonly GeneratedFile[]): void {
  for (const { path, contents } of files) writeAtomic(join(folder, path), contents);
}

/** The whole measuring project of a model. */
export function writeFirmware(folder: string, target: Target, model: IntegerModel): void {
  const about = { command: projectCommand, modelHash: projectModelHash };
  const library = renderLibrary(model, planNetwork(model, target), about);
  writeProject(folder, [
    ...library,
    ...renderFirmware(target, { ...about, application: 'measure', library }),
  ]);
}

export function writeBootloader(folder: string, target: Target): void {
  writeProject(folder, renderBootloader(target, { command: projectCommand }));
}
