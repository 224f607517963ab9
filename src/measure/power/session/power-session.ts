import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, LitesnnError, messageOf } from '../../../core/errors.js';
import { makeFolder, readJson, writeJson } from '../../../core/files.js';
import { parsePowerEvent, type PowerEvent } from './events.js';

const metadata = z.object({
  schemaVersion: z.literal(1),
  target: z.string(),
  modelHash: z.string(),
  buildId: z.string(),
  datasetHash: z.string(),
  split: z.string(),
  /** Of the board: an emulated one makes everything simulated. */
  boardProvenance: z.enum(['simulated', 'measured']),
  layers: z.array(z.string()),
  /** Layers one after the other, each once: then they can be told apart in time. */
  layersInOrder: z.boolean(),
  /** Most samples that may be lost, as a fraction. */
  lossBudget: z.number().nonnegative(),
  tool: z.string(),
  created: z.string(),
});
export type PowerSessionMetadata = z.infer<typeof metadata>;

export interface PowerSessionFiles {
  readonly folder: string;
  readonly metadata: string;
  readonly events: string;
  readonly samples: string;
}

export function powerSessionFiles(folder: string): PowerSessionFiles {
  return {
    folder,
    metadata: join(folder, 'session.json'),
    events: join(folder, 'events.jsonl'),
    samples: join(folder, 'samples.lpr'),
  };
}

/** A session being recorded. Events are on disk when `append` returns. */
export class PowerSession {
  readonly files: PowerSessionFiles;
  private readonly descriptor: number;
  private readonly began = performance.now();

  /** In a new folder of that name. */
  constructor(folder: string, about: PowerSessionMetadata) {
    this.files = powerSessionFiles(folder);
    makeFolder(folder);
    writeJson(this.files.metadata, about);
    this.descriptor = openSync(this.files.events, 'wx');
  }

  /** Seconds since it began. */
  get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  /** Throws `MEASURE_SESSION_WRITE` (exit code 8) where the disk takes no more; what was written stays. */
  append(event: PowerEvent): void {
    try {
      writeSync(this.descriptor, `${JSON.stringify(event)}\n`);
    } catch (cause) {
      const message = `cannot write ${this.files.events}: ${messageOf(cause)}`;
      throw new LitesnnError('MEASURE_SESSION_WRITE', ExitCode.measurementInvalid, message, {
        hint: `make room and measure again; what was measured is in ${this.files.folder}`,
        cause,
      });
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

export interface ReadPowerSession {
  readonly files: PowerSessionFiles;
  readonly about: PowerSessionMetadata;
  readonly events: readonly PowerEvent[];
}

/** @throws LitesnnError POWER_SESSION (exit 2) */
export function readPowerSession(folder: string): ReadPowerSession {
  const files = powerSessionFiles(folder);
  const parsed = existsSync(files.metadata) ? metadata.safeParse(readJson(files.metadata)) : undefined;
  if (parsed?.success !== true || !existsSync(files.samples)) {
    throw new LitesnnError(
      'POWER_SESSION',
      ExitCode.usage,
      `${folder} holds no session of a power analyzer`,
      {
        hint: 'they are in <run>/measure/power/',
      },
    );
  }
  const lines = existsSync(files.events) ? readFileSync(files.events, 'utf8').split('\n') : [];
  const events = lines.map(parsePowerEvent).filter((event) => event !== undefined);
  return { files, about: parsed.data, events };
}
