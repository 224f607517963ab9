import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readImage } from '../../build/image.js';
import { readJson, writeJson } from '../../core/files.js';
import type { FlashReport } from '../../flash/flasher.js';
import { openFlasher } from '../../flash/open-flasher.js';
import { loadTarget } from '../../targets/load.js';
import { leaveApplication } from './leave-application.js';
import type { RunFolder } from './run-folder.js';
import type { Stage, StageContext } from './stage.js';

const flashRecord = z.object({
  bytes: z.number(),
  seconds: z.number(),
  verified: z.string(),
  loader: z.string(),
  ranOn: z.string(),
});

/** What was flashed, for the report. */
export type FlashRecord = z.infer<typeof flashRecord>;

export function flashRecordPath(folder: RunFolder): string {
  return join(folder.flash, 'flash.json');
}

export function readFlashRecord(folder: RunFolder): FlashRecord {
  return flashRecord.parse(readJson(flashRecordPath(folder)));
}

/** Writes, verifies and starts the run's image on its board. */
export async function flashImage(context: StageContext): Promise<FlashReport> {
  const { folder, settings, board, progress, signal } = context;
  const target = loadTarget(settings.target);
  const image = readFileSync(readImage(folder.firmware).bin);
  const { port, description, fresh } = await board.connect();
  const flasher = await openFlasher(target, port, fresh ? {} : { enterLoader: leaveApplication });
  try {
    const report = await flasher.flash(image, { verify: true, go: true, progress, signal });
    const { identity, bytes, verifiedBy, seconds } = report;
    const record: FlashRecord = {
      bytes,
      seconds: Object.values(seconds).reduce((sum, value) => sum + value, 0),
      verified: verifiedBy,
      loader: `${identity.protocol}, loader ${identity.loaderVersion}`,
      ranOn: description,
    };
    writeJson(flashRecordPath(folder), record);
    board.flashed = true;
    return report;
  } finally {
    await flasher.close();
  }
}

export const flashStage: Stage = {
  name: 'flash',
  dependsOn: ({ port }) => ({ port }),
  outputs: (folder) => [flashRecordPath(folder)],
  async work(context) {
    await flashImage(context);
  },
};
