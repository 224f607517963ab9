import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readBytes, readJson, sha256, writeAtomic, writeJson } from '../core/files.js';
import type { TensorMap } from '../training/engine.js';
import { decodeTensors, encodeTensors, tensorIndexSchema } from './tensors.js';

const CHECKPOINT_VERSION = 1;
const JSON_FILE = 'checkpoint.json';
const BINARY_FILE = /^checkpoint-[0-9a-f]{16}\.bin$/;

const schema = z.strictObject({
  formatVersion: z.literal(CHECKPOINT_VERSION),
  fingerprint: z.string(),
  state: z.unknown(),
  binary: z.string().regex(BINARY_FILE),
  sha256: z.string(),
  tensors: tensorIndexSchema,
});

export interface Checkpoint {
  /** JSON value; the stage that wrote it checks it. */
  readonly state: unknown;
  readonly tensors: TensorMap;
}

/**
 * Saves state and tensors so that a kill at any moment leaves either the old or the new checkpoint whole: the binary file
 * gets a name of its own, then checkpoint.json, which names it, is replaced in one step, then older binaries go.
 * @param fingerprint of everything that must be the same to go on from here
 */
export function saveCheckpoint(
  folder: string,
  fingerprint: string,
  state: unknown,
  tensors: ReadonlyMap<string, Float32Array>,
): void {
  const { index, bytes } = encodeTensors(tensors);
  const hash = sha256(bytes);
  const binary = `checkpoint-${hash.slice(0, 16)}.bin`;
  writeAtomic(join(folder, binary), bytes);
  writeJson(join(folder, JSON_FILE), {
    formatVersion: CHECKPOINT_VERSION,
    fingerprint,
    state,
    binary,
    sha256: hash,
    tensors: index,
  });
  removeBinaries(folder, binary);
}

function removeBinaries(folder: string, except?: string): void {
  for (const name of readdirSync(folder)) {
    if (BINARY_FILE.test(name) && name !== except) rmSync(join(folder, name), { force: true });
  }
}

function damaged(folder: string, what: string): LitesnnError {
  return new LitesnnError('CHECKPOINT_DAMAGED', ExitCode.usage, `the checkpoint in ${folder} ${what}`, {
    hint: `delete ${folder} to start this stage again`,
  });
}

/**
 * The last checkpoint, or undefined where there is none.
 * @throws LitesnnError CHECKPOINT_DAMAGED; CHECKPOINT_OTHER_RUN where it was made with other data or options
 */
export function loadCheckpoint(folder: string, fingerprint: string): Checkpoint | undefined {
  const path = join(folder, JSON_FILE);
  if (!existsSync(path)) return undefined;
  const parsed = schema.safeParse(readJson(path));
  if (!parsed.success) throw damaged(folder, 'is not in the format of this version');
  const saved = parsed.data;
  if (saved.fingerprint !== fingerprint) {
    throw new LitesnnError(
      'CHECKPOINT_OTHER_RUN',
      ExitCode.usage,
      `${folder} holds a run with other data or options`,
      { hint: 'use another output folder, or delete this one to start again' },
    );
  }
  const binaryPath = join(folder, saved.binary);
  if (!existsSync(binaryPath)) throw damaged(folder, `lacks ${saved.binary}`);
  const bytes = readBytes(binaryPath);
  if (sha256(bytes) !== saved.sha256) throw damaged(folder, 'does not have its checksum');
  const tensors = decodeTensors(saved.tensors, bytes);
  if (tensors === undefined) throw damaged(folder, 'has a binary file of the wrong length');
  return { state: saved.state, tensors };
}
