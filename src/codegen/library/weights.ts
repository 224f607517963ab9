import type { LaneCode } from '../plan/types.js';

/** `[outChannel][rest]` to `[rest][outChannel]`: the order in which the event-driven kernels read. */
export function outputChannelLast(codes: Int8Array, outChannels: number): Int8Array {
  const rest = codes.length / outChannels;
  const moved = new Int8Array(codes.length);
  for (let c = 0; c < outChannels; c++) {
    for (let i = 0; i < rest; i++) moved[i * outChannels + c] = codes[c * rest + i];
  }
  return moved;
}

/** `[outChannel][rest]` codes to `[rest][word]`, four output channels a word, the first in the lowest byte. Spare lanes are 0. */
export function packLanes(codes: Int8Array, outChannels: number, lanes: LaneCode): Uint32Array {
  const rest = codes.length / outChannels;
  const rowWords = Math.ceil(outChannels / 4);
  const words = new Uint32Array(rest * rowWords);
  for (let c = 0; c < outChannels; c++) {
    const shift = 8 * (c % 4);
    for (let i = 0; i < rest; i++) {
      const lane = (codes[c * rest + i] + lanes.bias) / lanes.step;
      words[i * rowWords + Math.floor(c / 4)] |= lane << shift;
    }
  }
  return words;
}
