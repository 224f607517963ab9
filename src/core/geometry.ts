/** Sizes of a tensor or population, `[height][width][channels]`, row-major. A one-dimensional signal has height 1. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface Size2d {
  readonly height: number;
  readonly width: number;
}

export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Down-sampling of spikes before an edge: OR over the window, or its top left pixel. */
export interface Pooling {
  readonly kind: 'or' | 'nearest';
  /** Window and step; 2x2, or 1x2 for signals. */
  readonly height: number;
  readonly width: number;
}

export interface ConvGeometry {
  readonly kernel: Size2d;
  readonly stride: Size2d;
  readonly padding: Padding;
}

export function elementsOf(shape: Shape): number {
  return shape.height * shape.width * shape.channels;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

export function shapeText(shape: Shape): string {
  return `${shape.height}x${shape.width}x${shape.channels}`;
}

/** Rows and columns that are left over at the end are dropped. */
export function pooledSize(size: Size2d, pooling: Pooling | undefined): Size2d {
  if (pooling === undefined) return { height: size.height, width: size.width };
  return { height: Math.floor(size.height / pooling.height), width: Math.floor(size.width / pooling.width) };
}

export function convolvedSize(size: Size2d, conv: ConvGeometry): Size2d {
  const { kernel, stride, padding } = conv;
  return {
    height: Math.floor((size.height + padding.top + padding.bottom - kernel.height) / stride.height) + 1,
    width: Math.floor((size.width + padding.left + padding.right - kernel.width) / stride.width) + 1,
  };
}

/** Padding that keeps the size at stride 1; at an even kernel the extra row or column is at the bottom or right. */
export function samePadding(kernel: Size2d): Padding {
  const top = Math.floor((kernel.height - 1) / 2);
  const left = Math.floor((kernel.width - 1) / 2);
  return { top, left, bottom: kernel.height - 1 - top, right: kernel.width - 1 - left };
}
