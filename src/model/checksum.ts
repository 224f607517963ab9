import { ExitCode, LitesnnError } from '../core/errors.js';
import { sha256 } from '../core/files.js';

/*
 * model.json starts with its own checksum at a fixed place: the SHA-256 of all its bytes, with 64 zeros where the checksum
 * itself stands. So it can be checked before anything is parsed, and covers white space and number formats too.
 */

const PREFIX = '{\n  "checksum": "';
const DIGITS = 64;
const BLANK = '0'.repeat(DIGITS);

/** Text of a JSON object (indented by 2, as JSON.stringify does) with its checksum put in as the first key. */
export function sealJson(text: string): string {
  const blank = `${PREFIX}${BLANK}",${text.slice(1)}`;
  return `${PREFIX}${sha256(blank)}${blank.slice(PREFIX.length + DIGITS)}`;
}

/** @throws LitesnnError `MODEL_NO_CHECKSUM` where it has none at its place, `MODEL_CHECKSUM` where it is wrong. */
export function checkSeal(bytes: Uint8Array, path: string): void {
  const start = Buffer.from(bytes.subarray(0, PREFIX.length + DIGITS)).toString('latin1');
  if (!start.startsWith(PREFIX) || !/^[0-9a-f]{64}$/.test(start.slice(PREFIX.length))) {
    throw new LitesnnError(
      'MODEL_NO_CHECKSUM',
      ExitCode.usage,
      `${path} does not start as a model file does`,
      {
        hint: 'give the folder that holds model.json and model.bin, unchanged',
      },
    );
  }
  const actual = sha256(PREFIX, BLANK, bytes.subarray(PREFIX.length + DIGITS));
  if (actual !== start.slice(PREFIX.length)) {
    throw new LitesnnError('MODEL_CHECKSUM', ExitCode.usage, `${path} was changed after it was written`, {
      hint: 'restore the file; models are not edited by hand',
    });
  }
}
