import {
  isNeuron,
  nirError,
  onlyNode,
  orderOf,
  sourcesOf,
  type NirConv,
  type NirGraph,
  type NirNode,
  type NirPool,
  type NirTensor,
} from './graph.js';

/** `[C][H][W]`, row-major; lists have H = W = 1. */
interface Tensor {
  readonly shape: readonly [number, number, number];
  readonly values: Float64Array;
}

/** Classes' values summed over the timesteps, and spikes of each population. */
export interface Simulated {
  readonly outputs: Float64Array;
  /** `[timestep]` of `[C][H][W]`, 0 or 1. */
  readonly spikes: ReadonlyMap<string, readonly Uint8Array[]>;
}

type Membranes = Map<string, { v: Float64Array; current: Float64Array }>;

function at(tensor: NirTensor, index: number, shape: Tensor['shape']): number {
  const { values } = tensor;
  if (values.length === 1) return values[0];
  return values.length === shape[0] ? values[Math.floor(index / (shape[1] * shape[2]))] : values[index];
}

function sidesOf(
  size: number,
  kernel: number,
  stride: number,
  padding: number | 'same' | 'valid',
): [number, number] {
  if (padding === 'valid') return [0, Math.floor((size - kernel) / stride) + 1];
  if (padding !== 'same') return [padding, Math.floor((size + 2 * padding - kernel) / stride) + 1];
  const length = Math.ceil(size / stride);
  return [Math.floor(Math.max(0, (length - 1) * stride + kernel - size) / 2), length];
}

function convolve(node: NirConv, x: Tensor): Tensor {
  const [channels, height, width] = x.shape;
  const [out, inside, rows, columns] = node.weight.shape;
  const [dy, dx] = node.dilation;
  const side = (axis: 0 | 1): number | 'same' | 'valid' =>
    typeof node.padding === 'string' ? node.padding : node.padding[axis];
  const [top, outRows] = sidesOf(height, (rows - 1) * dy + 1, node.stride[0], side(0));
  const [left, outColumns] = sidesOf(width, (columns - 1) * dx + 1, node.stride[1], side(1));
  const values = new Float64Array(out * outRows * outColumns);
  for (let k = 0; k < out; k++) {
    const first = Math.floor(k / (out / node.groups)) * (channels / node.groups);
    for (let y = 0; y < outRows; y++) {
      for (let px = 0; px < outColumns; px++) {
        let sum = node.bias === undefined ? 0 : node.bias.values[node.bias.values.length === 1 ? 0 : k];
        for (let i = 0; i < inside; i++) {
          for (let ky = 0; ky < rows; ky++) {
            const sy = y * node.stride[0] + ky * dy - top;
            if (sy < 0 || sy >= height) continue;
            for (let kx = 0; kx < columns; kx++) {
              const sx = px * node.stride[1] + kx * dx - left;
              if (sx < 0 || sx >= width) continue;
              sum +=
                node.weight.values[((k * inside + i) * rows + ky) * columns + kx] *
                x.values[((first + i) * height + sy) * width + sx];
            }
          }
        }
        values[(k * outRows + y) * outColumns + px] = sum;
      }
    }
  }
  return { shape: [out, outRows, outColumns], values };
}

function pool(node: NirPool, x: Tensor): Tensor {
  const [channels, height, width] = x.shape;
  const one = height === 1;
  const [kh, sh, ph] = one ? [1, 1, 0] : [node.kernel[0], node.stride[0], node.padding[0]];
  const [kw, sw, pw] = [node.kernel[1], node.stride[1], node.padding[1]];
  const outRows = Math.floor((height + 2 * ph - kh) / sh) + 1;
  const outColumns = Math.floor((width + 2 * pw - kw) / sw) + 1;
  const values = new Float64Array(channels * outRows * outColumns);
  values.forEach((_, index) => {
    const c = Math.floor(index / (outRows * outColumns));
    const y = Math.floor(index / outColumns) % outRows;
    let sum = 0;
    for (let ky = 0; ky < kh; ky++) {
      for (let kx = 0; kx < kw; kx++) {
        const [sy, sx] = [y * sh + ky - ph, (index % outColumns) * sw + kx - pw];
        if (sy >= 0 && sy < height && sx >= 0 && sx < width) sum += x.values[(c * height + sy) * width + sx];
      }
    }
    values[index] = node.average ? sum / (kh * kw) : sum;
  });
  return { shape: [channels, outRows, outColumns], values };
}

function neuronStep(
  node: Extract<NirNode, { vThreshold: NirTensor }>,
  x: Tensor,
  state: { v: Float64Array; current: Float64Array },
  step: number,
): Tensor {
  const { shape } = x;
  const of = (tensor: NirTensor | undefined, i: number, missing: number): number =>
    tensor === undefined ? missing : at(tensor, i, shape);
  const values = x.values.map((value, i) => {
    let current = value;
    if (node.type === 'CubaLIF') {
      const share = step / of(node.tauSyn, i, step);
      state.current[i] += Math.min(1, share) * (of(node.wIn, i, 1) * value - state.current[i]);
      current = state.current[i];
    }
    const drive = of(node.r, i, 1) * current;
    const v = state.v[i];
    const u =
      node.tau === undefined
        ? v + step * drive
        : v + Math.min(1, step / of(node.tau, i, step)) * (of(node.vLeak, i, 0) - v + drive);
    const spike = u > of(node.vThreshold, i, 1);
    state.v[i] = spike ? of(node.vReset, i, 0) : u;
    return spike ? 1 : 0;
  });
  return { shape, values };
}

function evaluate(node: NirNode, x: Tensor, name: string, membranes: Membranes, step: number): Tensor {
  if (isNeuron(node)) {
    const state = membranes.get(name) ?? {
      v: x.values.map((_, i) => at(node.vReset, i, x.shape)),
      current: new Float64Array(x.values.length),
    };
    membranes.set(name, state);
    return neuronStep(node, x, state, step);
  }
  switch (node.type) {
    case 'Conv':
      return convolve(node, x);
    case 'Pool':
      return pool(node, x);
    case 'Scale':
      return { shape: x.shape, values: x.values.map((value, i) => value * at(node.scale, i, x.shape)) };
    case 'Flatten':
      return { shape: [x.values.length, 1, 1], values: x.values };
    case 'Linear': {
      const [out, inputs] = node.weight.shape;
      if (inputs !== x.values.length) throw nirError('NIR_SHAPE', `node "${name}" takes ${inputs} inputs`);
      const values = Float64Array.from({ length: out }, (_, k) => {
        const bias = node.bias === undefined ? 0 : node.bias.values[node.bias.values.length === 1 ? 0 : k];
        return x.values.reduce((sum, value, i) => sum + node.weight.values[k * inputs + i] * value, bias);
      });
      return { shape: [out, 1, 1], values };
    }
    default:
      return x;
  }
}

/**
 * The network as its file states it, node by node in floating point: what the import is compared with. Forward Euler; potentials
 * start at the reset potential.
 * @param input `[C][H][W]`, the same at every timestep
 */
export function simulateNir(
  graph: NirGraph,
  input: Tensor,
  { timesteps, step }: { readonly timesteps: number; readonly step: number },
): Simulated {
  const order = orderOf(graph);
  const membranes: Membranes = new Map();
  const spikes = new Map<string, Uint8Array[]>();
  let outputs = new Float64Array(0);
  const [first, last] = [onlyNode(graph, 'Input'), onlyNode(graph, 'Output')];
  for (let t = 0; t < timesteps; t++) {
    const results = new Map<string, Tensor>([[first, input]]);
    for (const name of order) {
      if (name === first) continue;
      const [head, ...rest] = sourcesOf(graph, name).map((source) => results.get(source)!);
      const sum = rest.reduce<Tensor>(
        (total, more) => ({ ...total, values: total.values.map((value, i) => value + more.values[i]) }),
        head,
      );
      const node = graph.nodes.get(name)!;
      const result = evaluate(node, sum, name, membranes, step);
      results.set(name, result);
      if (isNeuron(node)) spikes.set(name, [...(spikes.get(name) ?? []), Uint8Array.from(result.values)]);
    }
    const { shape, values } = results.get(last)!;
    // A map of spikes counts over all positions.
    const perClass = Float64Array.from({ length: shape[0] }, (_, k) => {
      const size = shape[1] * shape[2];
      return values.subarray(k * size, (k + 1) * size).reduce((total, value) => total + value, 0);
    });
    outputs = t === 0 ? perClass : outputs.map((value, k) => value + perClass[k]);
  }
  return { outputs, spikes };
}
