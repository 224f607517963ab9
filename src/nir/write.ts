import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import h5wasm, { type Group } from 'h5wasm/node';
import { writeAtomic } from '../core/files.js';
import type { NirGraph, NirNode, NirTensor } from './graph.js';

/** Of the Python package whose files these are like. */
const NIR_VERSION = '1.0.4';

function putText(group: Group, name: string, data: string | string[], shape?: number[]): void {
  group.create_dataset({ name, data, ...(shape === undefined ? {} : { shape }) });
}

/** float32, as frameworks write, or float64 where that would lose something. */
function putTensor(group: Group, name: string, { shape, values }: NirTensor): void {
  const narrow = values.every((value) => Math.fround(value) === value);
  const data = narrow ? Float32Array.from(values) : values;
  group.create_dataset({ name, data, shape: [...shape], dtype: narrow ? '<f4' : '<d' });
}

function putNumbers(group: Group, name: string, values: readonly number[]): void {
  group.create_dataset({ name, data: Int32Array.from(values), shape: [values.length], dtype: '<i4' });
}

/** The node's type in the file, and its parameters. */
function putNode(group: Group, node: NirNode): void {
  switch (node.type) {
    case 'Input':
      putText(group, 'type', 'Input');
      putNumbers(group, 'shape', node.shape);
      return;
    case 'Output':
      putText(group, 'type', 'Output');
      return;
    case 'Conv': {
      putText(group, 'type', 'Conv2d');
      putTensor(group, 'weight', node.weight);
      putTensor(
        group,
        'bias',
        node.bias ?? { shape: [node.weight.shape[0]], values: new Float64Array(node.weight.shape[0]) },
      );
      putNumbers(group, 'stride', node.stride);
      putNumbers(group, 'dilation', node.dilation);
      if (typeof node.padding === 'string') putText(group, 'padding', node.padding);
      else putNumbers(group, 'padding', node.padding);
      group.create_dataset({ name: 'groups', data: Int32Array.of(node.groups), shape: [], dtype: '<i4' });
      if (node.inputSize !== undefined) putNumbers(group, 'input_shape', node.inputSize);
      return;
    }
    case 'Linear':
      putText(group, 'type', node.bias === undefined ? 'Linear' : 'Affine');
      putTensor(group, 'weight', node.weight);
      if (node.bias !== undefined) putTensor(group, 'bias', node.bias);
      return;
    case 'Pool':
      putText(group, 'type', node.average ? 'AvgPool2d' : 'SumPool2d');
      putNumbers(group, 'kernel_size', node.kernel);
      putNumbers(group, 'stride', node.stride);
      putNumbers(group, 'padding', node.padding);
      return;
    case 'Flatten':
      putText(group, 'type', 'Flatten');
      group.create_dataset({ name: 'start_dim', data: Int32Array.of(0), shape: [], dtype: '<i4' });
      group.create_dataset({ name: 'end_dim', data: Int32Array.of(-1), shape: [], dtype: '<i4' });
      return;
    case 'Scale':
      putText(group, 'type', 'Scale');
      putTensor(group, 'scale', node.scale);
      return;
    default:
      putText(group, 'type', node.type);
      putTensor(group, 'r', node.r);
      putTensor(group, 'v_threshold', node.vThreshold);
      putTensor(group, 'v_reset', node.vReset);
      if (node.vLeak !== undefined) putTensor(group, 'v_leak', node.vLeak);
      if (node.tau !== undefined) putTensor(group, node.type === 'LIF' ? 'tau' : 'tau_mem', node.tau);
      if (node.tauSyn !== undefined) putTensor(group, 'tau_syn', node.tauSyn);
      if (node.wIn !== undefined) putTensor(group, 'w_in', node.wIn);
  }
}

/**
 * Writes a NIR file (HDF5, as the Python package reads it), whole or not at all.
 * @throws LitesnnError DISK_FULL, FILE_UNWRITABLE
 */
export async function writeNir(path: string, graph: NirGraph): Promise<void> {
  await h5wasm.ready;
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-nir-'));
  try {
    const temporary = join(folder, 'graph.nir');
    const file = new h5wasm.File(temporary, 'w');
    try {
      putText(file, 'version', NIR_VERSION);
      const root = file.create_group('node');
      putText(root, 'type', 'NIRGraph');
      const nodes = root.create_group('nodes');
      for (const [name, node] of graph.nodes) putNode(nodes.create_group(name), node);
      putText(root, 'edges', graph.edges.flat(), [graph.edges.length, 2]);
    } finally {
      file.close();
    }
    writeAtomic(path, readFileSync(temporary));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
