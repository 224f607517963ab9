import { ExitCode, LitesnnError } from '../core/errors.js';

/**
 * UF2, the file that boot loaders take on a drive (microsoft/uf2, "UF2 format"): blocks of 512 bytes, each with its own address.
 * RP2040 data sheet 2.8.4.2 says what its boot ROM accepts.
 */

const BLOCK_BYTES = 512;
/** The only payload that RP2040's boot ROM takes, and right everywhere. */
const PAYLOAD_BYTES = 256;
const LONGEST_PAYLOAD = 476;
const HEADER_BYTES = 32;
const END_OFFSET = BLOCK_BYTES - 4;

const START_MAGIC = 0x0a324655;
const SECOND_MAGIC = 0x9e5d5157;
const END_MAGIC = 0x0ab16f30;

const NOT_MAIN_FLASH = 0x0001;
const FILE_CONTAINER = 0x1000;
const HAS_FAMILY = 0x2000;

/** RP2040's boot ROM erases sectors by the number of the block: a file has to begin where a sector does. */
const SECTOR_BYTES = 4096;

/** One run of bytes for a part's memory. */
export interface Uf2Image {
  /** Of the first byte. */
  readonly address: number;
  readonly familyId: number;
  readonly bytes: Uint8Array;
}

/** @throws LitesnnError UF2_ADDRESS when the image does not begin on a sector */
export function encodeUf2({ address, familyId, bytes }: Uf2Image): Buffer {
  if (address % SECTOR_BYTES !== 0 || bytes.length === 0) {
    throw new LitesnnError(
      'UF2_ADDRESS',
      ExitCode.build,
      `a UF2 file cannot hold ${bytes.length} bytes at ${hexOf(address)}: it begins where a sector of ${SECTOR_BYTES} bytes does`,
      { hint: "correct the target's flasher.base" },
    );
  }
  const count = Math.ceil(bytes.length / PAYLOAD_BYTES);
  const file = Buffer.alloc(count * BLOCK_BYTES);
  for (let number = 0; number < count; number++) {
    const block = file.subarray(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES);
    const offset = number * PAYLOAD_BYTES;
    [START_MAGIC, SECOND_MAGIC, HAS_FAMILY, address + offset, PAYLOAD_BYTES, number, count, familyId].forEach(
      (word, index) => {
        block.writeUInt32LE(word, 4 * index);
      },
    );
    // What the last block has beyond the image stays erased.
    block.fill(0xff, HEADER_BYTES, HEADER_BYTES + PAYLOAD_BYTES);
    block.set(bytes.subarray(offset, offset + PAYLOAD_BYTES), HEADER_BYTES);
    block.writeUInt32LE(END_MAGIC, END_OFFSET);
  }
  return file;
}

/**
 * The image of a file for one family: blocks of other families, and those for something else than the main flash, are left out, as boot
 * loaders do. Blocks may come in any order.
 * @throws LitesnnError UF2_INVALID with what is wrong first
 */
export function decodeUf2(file: Uint8Array, familyId: number): Uf2Image {
  if (file.length === 0 || file.length % BLOCK_BYTES !== 0)
    throw invalid(`its ${file.length} bytes are not blocks of ${BLOCK_BYTES}`);
  const blocks = Array.from({ length: file.length / BLOCK_BYTES }, (_, index) => readBlock(file, index))
    .filter(({ flags, family }) => (flags & (NOT_MAIN_FLASH | FILE_CONTAINER)) === 0 && family === familyId)
    .sort((a, b) => a.number - b.number);
  if (blocks.length === 0) throw invalid(`it has no block of family ${hexOf(familyId)}`);
  const [{ address, count }] = blocks;
  if (blocks.length !== count) throw invalid(`it has ${blocks.length} of ${count} blocks`);
  let next = address;
  for (const block of blocks) {
    if (block.count !== count) throw invalid('its blocks disagree about their number');
    if (block.address !== next) throw invalid(`there is a gap or an overlap at ${hexOf(next)}`);
    next += block.payload.length;
  }
  return { address, familyId, bytes: Buffer.concat(blocks.map(({ payload }) => payload)) };
}

function readBlock(file: Uint8Array, index: number) {
  const block = Buffer.from(file.buffer, file.byteOffset + index * BLOCK_BYTES, BLOCK_BYTES);
  const word = (offset: number): number => block.readUInt32LE(offset);
  if (word(0) !== START_MAGIC || word(4) !== SECOND_MAGIC || word(END_OFFSET) !== END_MAGIC)
    throw invalid(`block ${index} is none: its marks are wrong`);
  const flags = word(8);
  const bytes = word(16);
  if (bytes === 0 || bytes > LONGEST_PAYLOAD) throw invalid(`block ${index} says it holds ${bytes} bytes`);
  return {
    flags,
    address: word(12),
    number: word(20),
    count: word(24),
    family: (flags & HAS_FAMILY) === 0 ? undefined : word(28),
    payload: block.subarray(HEADER_BYTES, HEADER_BYTES + bytes),
  };
}

function hexOf(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function invalid(why: string): LitesnnError {
  return new LitesnnError('UF2_INVALID', ExitCode.usage, `this is not a whole UF2 file: ${why}`, {
    hint: 'build it again',
  });
}
