import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readImage } from '../../build/image.js';
import { readJson, writeJson } from '../../core/files.js';
import type { FlashReport } from '../../flash/flasher.js';
import { parseImageVersion } from '../../flash/mcuboot/image-version.js';
import { readPrivateKey } from '../../flash/mcuboot/keys.js';
import type { SigningOptions } from '../../flash/mcuboot/prepare-image.js';
import {
  type FlashMethod,
  needsPort,
  openFlasher,
  type OpenFlasherOptions,
} from '../../flash/open-flasher.js';
import { loadTarget } from '../../targets/load.js';
import type { Target } from '../../targets/target.js';
import type { ConnectedBoard } from './board-holder.js';
import { leaveApplication } from './leave-application.js';
import type { RunFolder } from './run-folder.js';
import type { RunSettings } from './settings.js';
import type { Stage, StageContext } from './stage.js';

const flashRecord = z.object({
  bytes: z.number(),
  seconds: z.number(),
  verified: z.string(),
  loader: z.string(),
  ranOn: z.string(),
  /** Of the adapter or board that was flashed, where USB tells. */
  serialNumber: z.string().optional(),
});

/** What was flashed, for the report. */
export type FlashRecord = z.infer<typeof flashRecord>;

export function flashRecordPath(folder: RunFolder): string {
  return join(folder.flash, 'flash.json');
}

export function readFlashRecord(folder: RunFolder): FlashRecord {
  return flashRecord.parse(readJson(flashRecordPath(folder)));
}

/** Everything that the settings say about the way in; keys are read here. */
function flasherOptions({ flashing = {} }: RunSettings): OpenFlasherOptions {
  const { method, pins, key, imageVersion, securityCounter, probeSerial } = flashing;
  const signing: SigningOptions = {
    key: key === undefined ? undefined : readPrivateKey(key),
    version: imageVersion === undefined ? undefined : parseImageVersion(imageVersion),
    securityCounter,
  };
  return { method, pins, probeSerial, signing };
}

/** Writes, verifies and starts the run's image on its board; with `dryRun` only everything before the first change. */
export async function flashImage(context: StageContext, dryRun = false): Promise<FlashReport> {
  const { folder, settings, board, progress, signal } = context;
  const target = loadTarget(settings.target);
  const image = readFileSync(readImage(folder.firmware).bin);
  const options = flasherOptions(settings);
  const connected = await boardFor(context, target, options.method ?? target.flasher.protocol);
  const flasher = await openFlasher(target, connected?.port, {
    ...options,
    ...(connected?.fresh === true ? {} : { enterLoader: leaveApplication }),
  });
  try {
    const report = await flasher.flash(image, { verify: true, go: true, dryRun, progress, signal });
    if (dryRun) return report;
    const { identity, bytes, verifiedBy, seconds } = report;
    const record: FlashRecord = {
      bytes,
      seconds: Object.values(seconds).reduce((sum, value) => sum + value, 0),
      verified: verifiedBy,
      loader: `${identity.protocol}, loader ${identity.loaderVersion}`,
      ranOn: connected?.description ?? `${target.title} by ${identity.protocol}`,
      serialNumber: connected?.serialNumber,
    };
    writeJson(flashRecordPath(folder), record);
    board.flashed = true;
    return report;
  } finally {
    await flasher.close();
  }
}

/** Drives and debug probes are found without a port, unless one was named. */
async function boardFor(
  { board, settings }: StageContext,
  target: Target,
  method: FlashMethod,
): Promise<ConnectedBoard | undefined> {
  const connect = needsPort(method) || settings.port !== undefined || target.emulator !== undefined;
  return connect ? board.connect() : undefined;
}

export const flashStage: Stage = {
  name: 'flash',
  dependsOn: ({ port, flashing }) => ({ port, ...(flashing === undefined ? {} : { flashing }) }),
  outputs: (folder) => [flashRecordPath(folder)],
  async work(context) {
    await flashImage(context);
  },
};
