import type { ConvEdge, IdentityEdge, IntegerModel } from '../../src/model/types.js';

const conv: ConvEdge = {
  kind: 'conv',
  source: { layers: [-1] },
  kernel: { height: 3, width: 3 },
  stride: { height: 1, width: 1 },
  padding: { top: 1, bottom: 1, left: 1, right: 1 },
  depthwise: false,
  bits: 8,
  codes: Int8Array.from({ length: 2 * 9 * 2 }, (_, i) => (i * 37) % 101),
  multiplier: Int32Array.of(1, 1),
};

const pooled: ConvEdge = {
  ...conv,
  source: { layers: [0], pooling: { kind: 'or', height: 2, width: 2 } },
  depthwise: true,
  bits: 2,
  codes: Int8Array.from({ length: 2 * 9 }, (_, i) => [3, -1, 0, 1][i % 4]),
  multiplier: Int32Array.of(4, 4),
};

const identity: IdentityEdge = {
  kind: 'identity',
  source: { layers: [0], pooling: { kind: 'nearest', height: 2, width: 2 } },
  multiplier: Int32Array.of(-5, 7),
};

/** 4x4x2 input, a stem, a layer with a depthwise and an identity edge, both pooled; parts can be replaced. */
export function tinyModel(changes: Partial<IntegerModel> = {}): IntegerModel {
  return {
    name: 'tiny',
    input: { height: 4, width: 4, channels: 2 },
    frontEnd: { kind: 'none' },
    timesteps: 3,
    classes: ['left', 'right'],
    layers: [
      {
        name: 'stem',
        shape: { height: 4, width: 4, channels: 2 },
        edges: [conv],
        leak: 51,
        bias: Int32Array.of(10, -10),
        threshold: Int32Array.of(900, 800),
      },
      {
        name: 'body',
        shape: { height: 2, width: 2, channels: 2 },
        edges: [pooled, identity],
        leak: 51,
        bias: Int32Array.of(1, 2),
        threshold: Int32Array.of(5, 6),
      },
    ],
    head: { layers: [1], bits: 4, codes: Int8Array.of(15, -3, 0, 7), bias: Int32Array.of(5, -5) },
    provenance: {
      tool: 'litesnn test',
      command: 'none',
      datasetName: 'none',
      datasetHash: '',
      seed: 1,
      created: '2025-01-01T00:00:00.000Z',
    },
    ...changes,
  };
}
