import type { PlacedBuffer } from './types.js';

export type BufferRequest = Omit<PlacedBuffer, 'offset'>;

export interface Placement {
  readonly buffers: readonly PlacedBuffer[];
  readonly totalBytes: number;
  /** Largest sum of bytes that are in use at one step: no placement can be smaller. */
  readonly lowerBound: number;
}

/** Everything in the arena may be read as words. */
const ALIGNMENT = 4;

/**
 * Places buffers in one arena so that two that are in use at the same step never overlap: the largest first, each at
 * the lowest offset where it fits. The result is in the order of the requests.
 */
export function placeBuffers(requests: readonly BufferRequest[]): Placement {
  const sized = requests.map((request) => ({ ...request, bytes: alignUp(request.bytes) }));
  const placed = new Map<BufferRequest, PlacedBuffer>();
  for (const request of [...sized].sort((a, b) => b.bytes - a.bytes || a.firstStep - b.firstStep)) {
    const neighbours = [...placed.values()].filter((other) => liveTogether(request, other));
    placed.set(request, { ...request, offset: lowestFit(request.bytes, neighbours) });
  }
  const buffers = sized.map((request) => placed.get(request)!);
  return {
    buffers,
    totalBytes: buffers.reduce((end, buffer) => Math.max(end, buffer.offset + buffer.bytes), 0),
    lowerBound: peakBytes(sized),
  };
}

export function alignUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

export function liveTogether(a: BufferRequest, b: BufferRequest): boolean {
  return a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;
}

function lowestFit(bytes: number, neighbours: readonly PlacedBuffer[]): number {
  let offset = 0;
  for (const other of [...neighbours].sort((a, b) => a.offset - b.offset)) {
    if (other.offset >= offset + bytes) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}

function peakBytes(requests: readonly BufferRequest[]): number {
  const steps = requests.map((request) => request.firstStep);
  return steps.reduce((peak, step) => {
    const live = requests.filter((request) => request.firstStep <= step && step <= request.lastStep);
    return Math.max(
      peak,
      live.reduce((sum, request) => sum + request.bytes, 0),
    );
  }, 0);
}
