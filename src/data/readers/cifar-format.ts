import { problem, type ParseProblem } from '../data-error.js';

/** Where a record keeps the label, and how many classes it tells. */
export const CIFAR_VARIANTS = {
  'cifar-10': { labelBytes: 1, labelAt: 0, classes: 10, namesFile: 'batches.meta.txt' },
  'cifar-100-coarse': { labelBytes: 2, labelAt: 0, classes: 20, namesFile: 'coarse_label_names.txt' },
  'cifar-100-fine': { labelBytes: 2, labelAt: 1, classes: 100, namesFile: 'fine_label_names.txt' },
} as const;

export type CifarVariant = keyof typeof CIFAR_VARIANTS;

export const CIFAR_SHAPE = { height: 32, width: 32, channels: 3 } as const;

const PLANE = CIFAR_SHAPE.height * CIFAR_SHAPE.width;
const PIXEL_BYTES = PLANE * CIFAR_SHAPE.channels;

export interface CifarBatch {
  readonly ok: true;
  readonly labels: Uint8Array;
  /** `[height][width][channels]`; the file has the red, then the green, then the blue plane. */
  readonly image: (index: number) => Uint8Array;
}

/** Records of label byte(s), 1024 red, 1024 green, 1024 blue bytes, row by row (https://www.cs.toronto.edu/~kriz/cifar.html). */
export function parseCifar(bytes: Uint8Array, variant: CifarVariant): CifarBatch | ParseProblem {
  const { labelBytes, labelAt, classes } = CIFAR_VARIANTS[variant];
  const recordBytes = labelBytes + PIXEL_BYTES;
  if (bytes.length === 0) return problem('DATA_CIFAR_EMPTY', 'is an empty file');
  if (bytes.length % recordBytes !== 0) {
    const text = `is no whole number of ${variant} records: ${bytes.length} bytes are ${bytes.length % recordBytes} more than a multiple of ${recordBytes}`;
    return problem('DATA_CIFAR_LENGTH', text, 'fetch the file again, or correct variant in the definition');
  }
  const labels = new Uint8Array(bytes.length / recordBytes);
  for (let i = 0; i < labels.length; i++) {
    labels[i] = bytes[i * recordBytes + labelAt];
    if (labels[i] >= classes) {
      const text = `has label ${labels[i]} in record ${i}; ${variant} has ${classes} classes`;
      return problem('DATA_CIFAR_LABEL', text, 'the file is damaged, or variant in the definition is wrong');
    }
  }
  const image = (index: number): Uint8Array => {
    const start = index * recordBytes + labelBytes;
    return interleave(bytes.subarray(start, start + PIXEL_BYTES));
  };
  return { ok: true, labels, image };
}

function interleave(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(PIXEL_BYTES);
  for (let channel = 0; channel < CIFAR_SHAPE.channels; channel++) {
    for (let i = 0; i < PLANE; i++) pixels[i * CIFAR_SHAPE.channels + channel] = planes[channel * PLANE + i];
  }
  return pixels;
}
