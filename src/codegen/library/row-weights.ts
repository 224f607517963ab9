import { groupRowBytes, rowGroups } from '../plan/rows.js';
import type { RowCode, RowKernel } from '../plan/types.js';

/**
 * Where litesnn_sums.h has the channels of a group of 32 or 16: word j of 16-bit lanes has channels j and `group / 2 + j`, byte b
 * of word i of bytes becomes lane b >> 1 of word 2 i + (b & 1).
 */
function byteChannel(group: number, word: number, byte: number): number {
  return 2 * word + (byte & 1) + (byte >> 1) * (group / 2);
}

/** Values of a table with one lane a channel as words of two 16-bit lanes; channels that do not exist have `filler`. */
export function laneWords(values: Int32Array, filler: number): Uint32Array {
  const words: number[] = [];
  let first = 0;
  for (const group of rowGroups(values.length)) {
    const lane = (c: number): number => (first + c < values.length ? values[first + c] : filler) & 0xffff;
    for (let j = 0; j < group / 2; j++) words.push(lane(j) | (lane(group / 2 + j) << 16));
    first += group;
  }
  return Uint32Array.from(words);
}

/** Size of a dense kernel, as its codes lie: `[outChannel][kernelY][kernelX][inChannel]`. */
export interface KernelShape {
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly outChannels: number;
}

/** Words of the table of a row kernel, `[group][kx][ky][inChannel]` rows. */
export function packRows(
  codes: Int8Array,
  shape: KernelShape,
  kernel: RowKernel,
  code: RowCode,
): Uint32Array {
  const { height, width, inChannels, outChannels } = shape;
  const rows = height * width * inChannels;
  const words: number[] = [];
  let first = 0;
  for (const group of rowGroups(outChannels)) {
    for (const block of blocksOf(kernel, group)) {
      for (let kx = 0; kx < width; kx++) {
        for (let ky = 0; ky < height; ky++) {
          for (let c = 0; c < inChannels; c++) {
            const position = (ky * width + kx) * inChannels + c;
            const lane = (channel: number): number =>
              first + channel < outChannels
                ? (codes[(first + channel) * rows + position] + code.bias) / code.step
                : 0;
            words.push(...block(lane));
          }
        }
      }
    }
    first += group;
  }
  return Uint32Array.from(words);
}

/** The words of a row, given the lane of each channel of the group. */
type Block = (lane: (channel: number) => number) => number[];

function blocksOf(kernel: RowKernel, group: number): readonly Block[] {
  if (kernel === 'row-planes') return [planeBlock(group)];
  if (kernel === 'row-nibbles' && group === 32) return [nibbleBlock];
  const blocks = groupRowBytes('row-bytes', group) / 16;
  return Array.from({ length: blocks }, (_, block) => byteBlock(group, block));
}

/** Bit 8 b + i is byte b of word i. */
function planeBlock(group: number): Block {
  return (lane) => {
    let word = 0;
    for (let i = 0; i < group / 4; i++)
      for (let b = 0; b < 4; b++) word |= lane(byteChannel(group, i, b)) << (8 * b + i);
    return [word];
  };
}

/** The even nibbles of word q are word 2 q of bytes, the odd ones word 2 q + 1. */
const nibbleBlock: Block = (lane) =>
  [0, 1, 2, 3].map((q) => {
    let word = 0;
    for (let n = 0; n < 8; n++) word |= lane(byteChannel(32, 2 * q + (n & 1), n >> 1)) << (4 * n);
    return word;
  });

/** Four words of bytes, the first or second half of those of a group. */
function byteBlock(group: number, block: number): Block {
  return (lane) =>
    [0, 1, 2, 3].map((i) => {
      let word = 0;
      for (let b = 0; b < 4; b++) word |= lane(byteChannel(group, 4 * block + i, b)) << (8 * b);
      return word;
    });
}

/** Words of a depthwise row kernel, `[kx][ky][channel]`: the code above the place of its channel's sum in the states. */
export function packDepthwise(codes: Int8Array, kernel: { height: number; width: number }): Uint32Array {
  const { height, width } = kernel;
  const channels = codes.length / (height * width);
  const places = sumPlaces(channels);
  const words: number[] = [];
  for (let kx = 0; kx < width; kx++)
    for (let ky = 0; ky < height; ky++)
      for (let c = 0; c < channels; c++)
        words.push((codes[(c * height + ky) * width + kx] << 16) | places[c]);
  return Uint32Array.from(words);
}

/** Bytes of the sums and membranes of a group, 16 words each. */
const STATE_BYTES = 128;

/** Where each channel's lane is, in bytes. */
function sumPlaces(channels: number): readonly number[] {
  return rowGroups(channels).flatMap((group, g) =>
    Array.from({ length: Math.min(group, channels - 32 * g) }, (_, c) => {
      const half = group / 2;
      return g * STATE_BYTES + (c % half) * 4 + (c < half ? 0 : 2);
    }),
  );
}
