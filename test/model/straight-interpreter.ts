import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * A second interpreter, written from docs/model-format.md alone and sharing no code with src/model: it reads the two files itself
 * and follows the formulas of the text loop by loop, one neuron after the other, without any attempt to be fast.
 */

interface Json {
  input: { height: number; width: number; channels: number };
  timesteps: number;
  layers: LayerJson[];
  head: { layers: number[]; codeCount: number; bias: number[] };
}

interface LayerJson {
  shape: { height: number; width: number; channels: number };
  leak: number;
  bias: number[];
  threshold: number[];
  edges: EdgeJson[];
}

interface EdgeJson {
  kind: 'conv' | 'identity';
  source: { layers: number[]; pooling?: { kind: 'or' | 'nearest'; height: number; width: number } };
  multiplier: number[];
  kernel: { height: number; width: number };
  stride: { height: number; width: number };
  padding: { top: number; left: number };
  depthwise: boolean;
  codeCount: number;
}

/** A value of the evaluation of one neuron: what it is, whose, and how large. */
export type Observer = (
  what: 'accumulator' | 'current' | 'membrane' | 'leakProduct',
  layer: number,
  channel: number,
  value: number,
) => void;

type Grid = number[][][];

export function straightInference(
  folder: string,
  input: Int8Array,
  observe: Observer = () => undefined,
): { spikes: number[][]; logits: number[] } {
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Json;
  const bin = [...readFileSync(join(folder, 'model.bin'))].map((byte) => (byte > 127 ? byte - 256 : byte));
  let taken = 0;
  const take = (count: number): number[] => bin.slice(taken, (taken += count));
  const codes = json.layers.map((layer) =>
    layer.edges.map((edge) => take(edge.kind === 'conv' ? edge.codeCount : 0)),
  );
  const headCodes = take(json.head.codeCount);

  const inputGrid = grid(
    json.input,
    (y, x, c) => input[(y * json.input.width + x) * json.input.channels + c],
  );
  const membranes = json.layers.map((layer) => grid(layer.shape, () => 0));
  const spikes: number[][] = json.layers.map(() => []);
  const logits = json.head.bias.map(() => 0);

  for (let t = 0; t < json.timesteps; t++) {
    const now: Grid[] = [];
    json.layers.forEach((layer, l) => {
      const sources = layer.edges.map((edge) => readSource(edge, inputGrid, now));
      now.push(
        grid(layer.shape, (y, x, c) => {
          let current = layer.bias[c];
          layer.edges.forEach((edge, e) => {
            const acc =
              edge.kind === 'identity'
                ? sources[e][y][x][c]
                : convolve(edge, codes[l][e], sources[e], y, x, c);
            observe('accumulator', l, c, acc);
            current += edge.multiplier[c] * acc;
            observe('current', l, c, current);
          });
          const product = layer.leak * membranes[l][y][x][c];
          const u = Math.floor(product / 256) + current;
          const spike = u > layer.threshold[c] ? 1 : 0;
          membranes[l][y][x][c] = spike === 1 ? 0 : u;
          observe('leakProduct', l, c, product);
          observe('membrane', l, c, u);
          return spike;
        }),
      );
      spikes[l].push(...now[l].flat(2));
    });
    const counts = json.head.layers.flatMap((l) =>
      json.layers[l].bias.map((_, c) => now[l].flat().reduce((total, pixel) => total + pixel[c], 0)),
    );
    json.head.bias.forEach((bias, k) => {
      logits[k] += bias;
      counts.forEach((count, j) => (logits[k] += headCodes[k * counts.length + j] * count));
    });
  }
  return { spikes, logits };
}

function grid(shape: Json['input'], value: (y: number, x: number, c: number) => number): Grid {
  const indexes = (length: number): number[] => Array.from({ length }, (_, i) => i);
  return indexes(shape.height).map((y) =>
    indexes(shape.width).map((x) => indexes(shape.channels).map((c) => value(y, x, c))),
  );
}

function readSource(edge: EdgeJson, input: Grid, now: Grid[]): Grid {
  const { layers, pooling } = edge.source;
  if (layers[0] === -1) return input;
  const joined = now[layers[0]].map((row, y) => row.map((_, x) => layers.flatMap((l) => now[l][y][x])));
  if (pooling === undefined) return joined;
  const { kind, height, width } = pooling;
  const shape = {
    height: Math.floor(joined.length / height),
    width: Math.floor(joined[0].length / width),
    channels: joined[0][0].length,
  };
  return grid(shape, (y, x, c) => {
    if (kind === 'nearest') return joined[y * height][x * width][c];
    const window = joined
      .slice(y * height, y * height + height)
      .flatMap((row) => row.slice(x * width, x * width + width));
    return window.some((pixel) => pixel[c] === 1) ? 1 : 0;
  });
}

function convolve(edge: EdgeJson, codes: number[], source: Grid, y: number, x: number, c: number): number {
  let acc = 0;
  for (let ky = 0; ky < edge.kernel.height; ky++) {
    for (let kx = 0; kx < edge.kernel.width; kx++) {
      const row = y * edge.stride.height + ky - edge.padding.top;
      const column = x * edge.stride.width + kx - edge.padding.left;
      if (row < 0 || row >= source.length || column < 0 || column >= source[0].length) continue;
      const pixel = source[row][column];
      const tap = (c * edge.kernel.height + ky) * edge.kernel.width + kx;
      if (edge.depthwise) acc += codes[tap] * pixel[c];
      else for (let i = 0; i < pixel.length; i++) acc += codes[tap * pixel.length + i] * pixel[i];
    }
  }
  return acc;
}
