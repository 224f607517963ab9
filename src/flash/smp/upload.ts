import { createHash } from 'node:crypto';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { ImageCommand, encodePacket, type SmpBody, SmpGroup, SmpOp } from './packet.js';
import { badAnswer } from './smp-errors.js';
import type { SmpClient } from './smp-client.js';

/** Write units of all flash memories divide it. */
const CHUNK_UNIT = 32;

/** MCUboot's receive buffer where a device does not tell another. */
export const DEFAULT_BUFFER_BYTES = 512;

/** The CRC and length that a server may keep in its buffer beside the packet. */
const BUFFER_MARGIN = 4;

/** Answers that go back or stand still, without one that goes beyond all before. */
const MOST_STANDSTILLS = 5;

export interface UploadOptions {
  readonly bufferBytes?: number | undefined;
  readonly onBytes?: (done: number) => void;
}

/**
 * Sends a signed image, from wherever the device says that it is: an upload that was cut off goes on there, a device that lost its
 * state starts again. Returns the bytes that had to be sent. Rejects with SMP_NO_REPLY, SMP_REFUSED, SMP_BAD_REPLY, SMP_UPLOAD_STUCK.
 */
export async function uploadImage(
  client: SmpClient,
  file: Uint8Array,
  { bufferBytes = DEFAULT_BUFFER_BYTES, onBytes }: UploadOptions = {},
): Promise<number> {
  const sha = createHash('sha256').update(file).digest();
  let sent = 0;
  let offset = 0;
  let farthest = 0;
  let standstills = 0;
  while (offset < file.length) {
    const body = (data: Uint8Array): SmpBody =>
      offset === 0 ? { len: file.length, off: 0, sha, data } : { off: offset, data };
    const count = chunkBytes(bufferBytes, body, file.length - offset);
    const data = file.subarray(offset, offset + count);
    const limit = offset === 0 ? client.limits.firstUploadMs : client.limits.uploadMs;
    const answer = await client.request(
      {
        op: SmpOp.write,
        group: SmpGroup.image,
        command: ImageCommand.upload,
        body: body(data),
        step: `upload at ${offset}`,
      },
      limit,
    );
    const next = nextOffset(answer, offset, file.length);
    sent += data.length;
    if (next <= offset) standstills += 1;
    if (next > farthest) standstills = 0;
    farthest = Math.max(farthest, next);
    if (standstills >= MOST_STANDSTILLS) throw stuck(offset, file.length);
    offset = next;
    onBytes?.(offset);
  }
  return sent;
}

function nextOffset({ off }: SmpBody, sentAt: number, length: number): number {
  if (typeof off === 'number' && Number.isInteger(off) && off >= 0 && off <= length) return off;
  throw badAnswer(`upload at ${sentAt}`, 'the answer names no offset within the image');
}

/** As much as fits into one packet; a multiple of what a flash writes at once, but for the end. */
function chunkBytes(bufferBytes: number, body: (data: Uint8Array) => SmpBody, left: number): number {
  const overhead = encodePacket({
    ...{ op: SmpOp.write, group: SmpGroup.image, command: ImageCommand.upload, sequence: 0 },
    // A length of two bytes, whatever it will be.
    body: body(new Uint8Array(256)),
  }).length;
  const room = bufferBytes - BUFFER_MARGIN - (overhead - 256);
  return Math.min(left, Math.max(CHUNK_UNIT, Math.floor(room / CHUNK_UNIT) * CHUNK_UNIT));
}

function stuck(offset: number, length: number): LitesnnError {
  const message = `the upload stands still at ${offset} of ${length} bytes`;
  return new LitesnnError('SMP_UPLOAD_STUCK', ExitCode.flash, message, {
    hint: 'reset the board into its boot loader and try again: it goes on where it was',
  });
}
