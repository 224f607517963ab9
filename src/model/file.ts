import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readBytes, sha256, writeAtomic } from '../core/files.js';
import { checkSeal, sealJson } from './checksum.js';
import { concatenateCodes, fromJson, toJson } from './file-json.js';
import { parseModelJson } from './file-schema.js';
import { MODEL_LIMITS } from './limits.js';
import { analyzeRanges } from './ranges.js';
import type { IntegerModel } from './types.js';
import { validateModel } from './validate.js';

export const MODEL_JSON = 'model.json';
export const MODEL_BIN = 'model.bin';

/** Bytes of the largest model.json that is read. */
const LARGEST_JSON = 1 << 26;

export interface StoredModel {
  readonly model: IntegerModel;
  /** SHA-256 of the exact bytes of model.json (which holds the one of model.bin): the identity of the model everywhere. */
  readonly hash: string;
}

/** SHA-256 of the exact bytes of model.json, lower-case hexadecimal. */
export function modelHash(json: string | Uint8Array): string {
  return sha256(json);
}

/**
 * Writes `model.json` and `model.bin` and returns the model's hash. The weights go first, so that a model that was cut off between
 * the two is recognized by the checksum.
 * @throws LitesnnError of {@link validateModel} or {@link analyzeRanges}; nothing is written then.
 */
export function writeModel(folder: string, model: IntegerModel): string {
  validateModel(model);
  analyzeRanges(model);
  const bin = concatenateCodes(model);
  const json = sealJson(toJson(model, { bytes: bin.length, sha256: sha256(bin) }));
  // What this writes, this must be able to read: a caller's front-end may hold anything.
  parseModelJson(JSON.parse(json), join(folder, MODEL_JSON));
  writeAtomic(join(folder, MODEL_BIN), bin);
  writeAtomic(join(folder, MODEL_JSON), json);
  return modelHash(json);
}

/**
 * Reads and checks everything: checksums, schema, rules, ranges. What it returns can be run and generated from as it is.
 * @throws LitesnnError with a code for each kind of defect, see docs/model-format.md.
 */
export function readModel(folder: string): StoredModel {
  const path = join(folder, MODEL_JSON);
  const bytes = readBounded(path, LARGEST_JSON);
  checkSeal(bytes, path);
  const json = parseModelJson(parseText(bytes, path), path);
  const bin = readWeights(join(folder, MODEL_BIN), json.weights);
  const model = fromJson(json, bin);
  validateModel(model);
  analyzeRanges(model);
  return { model, hash: modelHash(bytes) };
}

function parseText(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new LitesnnError('MODEL_NOT_JSON', ExitCode.usage, `${path} is not JSON in UTF-8`, { cause });
  }
}

function readWeights(path: string, expected: { readonly bytes: number; readonly sha256: string }): Int8Array {
  const bytes = readBounded(path, MODEL_LIMITS.codes);
  if (bytes.length !== expected.bytes) {
    const code = bytes.length < expected.bytes ? 'MODEL_BIN_SHORT' : 'MODEL_BIN_LONG';
    throw new LitesnnError(code, ExitCode.usage, `${path} has ${bytes.length} bytes, not ${expected.bytes}`, {
      hint: 'restore both files of the model together',
    });
  }
  if (sha256(bytes) !== expected.sha256) {
    throw new LitesnnError(
      'MODEL_BIN_CHECKSUM',
      ExitCode.usage,
      `${path} is damaged or belongs to another model`,
      {
        hint: 'restore both files of the model together',
      },
    );
  }
  return Int8Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
}

/** Looks at the size first: a file of any size would otherwise be read into memory. */
function readBounded(path: string, limit: number): Buffer {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > limit) {
    throw new LitesnnError(
      'MODEL_FILE_TOO_LARGE',
      ExitCode.usage,
      `${path} has ${size} bytes; at most ${limit} are accepted`,
    );
  }
  return readBytes(path);
}
