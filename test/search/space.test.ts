import { expect } from 'chai';
import { convolvedSize, pooledSize } from '../../src/core/geometry.js';
import { LitesnnError } from '../../src/core/errors.js';
import { buildSupernet, type SpaceOptions } from '../../src/search/space.js';
import { INPUT_POPULATION, type TrainingGraph } from '../../src/training/graph.js';

/** Every edge gives its population's shape: the rule that engines and the integer model rely on. */
function expectShapesToAgree(graph: TrainingGraph): void {
  graph.populations.forEach((population, index) => {
    expect(population.edges.length, population.name).to.be.greaterThan(0);
    for (const edge of population.edges) {
      const shapes = edge.source.populations.map((source) => {
        expect(source).to.be.lessThan(index);
        return source === INPUT_POPULATION ? graph.input : graph.populations[source].shape;
      });
      expect(new Set(edge.source.populations).size).to.equal(shapes.length);
      const pooled = pooledSize(shapes[0], edge.source.pooling);
      const size = edge.kind === 'conv' ? convolvedSize(pooled, edge) : pooled;
      expect(size, population.name).to.deep.equal({
        height: population.shape.height,
        width: population.shape.width,
      });
      if (edge.kind === 'identity') {
        const channels = shapes.reduce((sum, shape) => sum + shape.channels, 0);
        expect(channels).to.equal(population.shape.channels);
      }
      if (edge.source.pooling !== undefined) {
        expect(edge.source.pooling.height * edge.source.pooling.width).to.be.oneOf([2, 4]);
      }
    }
  });
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof LitesnnError) return error.code;
    throw error;
  }
  return 'none';
}

const image = { height: 28, width: 28, channels: 1 };

describe('search: spaces', () => {
  const cases: readonly (readonly [
    string,
    { height: number; width: number; channels: number },
    SpaceOptions,
  ])[] = [
    ['micro', image, {}],
    ['micro', image, { levels: [0, 1, 2], nodes: 3 }],
    ['micro', { height: 49, width: 10, channels: 1 }, { levels: [0, 0, 1, 1, 2] }],
    ['micro', { height: 33, width: 31, channels: 3 }, { levels: [0, 1, 2, 3], stemStride: 1 }],
    ['micro', { height: 1, width: 2048, channels: 1 }, { cells: 4 }],
    ['micro', { height: 1, width: 300, channels: 3 }, { levels: [1, 2, 3], keep: [0.2, 1] }],
    [
      'micro',
      { height: 40, width: 32, channels: 1 },
      { levels: [0, 0, 0], nodes: 1, stemStride: 4, stemKernel: { height: 8, width: 6 } },
    ],
    ['litesnn', { height: 32, width: 32, channels: 3 }, {}],
    ['litesnn', { height: 1, width: 64, channels: 2 }, {}],
  ];
  for (const [name, input, options] of cases) {
    it(`${name} fits ${input.height}x${input.width}x${input.channels} with ${JSON.stringify(options)}`, () => {
      const { graph } = buildSupernet(name, input, 5, options);
      expectShapesToAgree(graph);
    });
  }

  it('micro is a stride-2 stem and cells of two nodes whose gates share rows between cells', () => {
    const { graph, rows } = buildSupernet('micro', image, 10, { levels: [0, 1], width: 8 });
    expect(graph.populations.map((p) => [p.name, p.shape.height, p.shape.channels])).to.deep.equal([
      ['stem', 14, 8],
      ['cell0.node0', 14, 8],
      ['cell0.node1', 14, 8],
      ['cell1.node0', 7, 16],
      ['cell1.node1', 7, 16],
    ]);
    expect(rows.map((row) => `${row.node}:${row.origin}`)).to.deep.equal([
      '0:previous',
      '0:before',
      '1:previous',
      '1:before',
      '1:node0',
    ]);
    const gatesOf = (index: number): string =>
      graph.populations[index].edges.map((edge) => `${edge.kind[0]}${edge.gate}`).join(' ');
    expect(gatesOf(1)).to.equal('i0 c1 i2 c3');
    expect(gatesOf(2)).to.equal('i4 c5 i6 c7 i8 c9');
    // The stem has half of cell 1's width: no identity from it.
    expect(gatesOf(3)).to.equal('i0 c1 c3');
    expect(graph.populations[3].edges[0].source).to.deep.equal({
      populations: [1, 2],
      pooling: { kind: 'or', height: 2, width: 2 },
    });
    expect(graph.bitGroups).to.deep.equal([3, 3]);
    expect(graph.keepGroups).to.deep.equal([]);
  });

  it('litesnn is the eight cells of the paper with T_max 6', () => {
    const { graph } = buildSupernet('litesnn', { height: 32, width: 32, channels: 3 }, 10);
    expect(graph.timesteps).to.equal(6);
    expect(
      graph.populations.filter((p) => p.name.endsWith('node0')).map((p) => p.shape.height),
    ).to.deep.equal([32, 32, 16, 16, 16, 8, 8, 8]);
  });

  it('rejects what cannot be built, each with its code', () => {
    const small = { height: 5, width: 5, channels: 1 };
    expect(codeOf(() => buildSupernet('micro', small, 2, { levels: [0, 1, 2] }))).to.equal(
      'SPACE_INPUT_TOO_SMALL',
    );
    expect(codeOf(() => buildSupernet('huge', image, 2))).to.equal('SPACE_UNKNOWN');
    expect(codeOf(() => buildSupernet('constructor', image, 2))).to.equal('SPACE_UNKNOWN');
    const wrong: readonly SpaceOptions[] = [
      { cells: 0 },
      { cells: 1e9 },
      { cells: 2, levels: [0] },
      { levels: [0, 2] },
      { levels: [1, 0] },
      { nodes: 9 },
      { width: 0 },
      { timesteps: 9 },
      { bits: [3] },
      { bits: [] },
      { keep: [0] },
      { keep: [0.5, 0.5] },
      { stemStride: 0 },
    ];
    for (const options of wrong) {
      expect(
        codeOf(() => buildSupernet('micro', image, 2, options)),
        JSON.stringify(options),
      ).to.equal('SPACE_OPTION');
    }
  });
});
