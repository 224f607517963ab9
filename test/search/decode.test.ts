import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { Architecture } from '../../src/search/architecture.js';
import { buildNetwork, decode, strongestPairs } from '../../src/search/decode.js';
import { genotypeSchema, type NodeInput } from '../../src/search/genotype.js';
import { buildSupernet } from '../../src/search/space.js';

const INPUT = { height: 12, width: 12, channels: 1 };

function pair(from: NodeInput['from'], operation: NodeInput['operation'], weight: number): NodeInput {
  return { from, operation, weight };
}

describe('search: decoding', () => {
  it('keeps each edge with its own operation', () => {
    // Sorting edges and operations apart would give previous/conv here, the weakest pair.
    const kept = strongestPairs([
      pair('previous', 'skip', 0.9),
      pair('previous', 'conv', 0.1),
      pair('before', 'skip', 0.2),
      pair('before', 'conv', 0.8),
    ]);
    expect(kept.map((p) => `${p.from}/${p.operation}`)).to.deep.equal(['previous/skip', 'before/conv']);
  });

  it('may keep both operations of one edge', () => {
    const kept = strongestPairs([
      pair('previous', 'skip', 0.9),
      pair('previous', 'conv', 0.8),
      pair('before', 'skip', 0.2),
      pair('before', 'conv', 0.1),
    ]);
    expect(kept.map((p) => `${p.from}/${p.operation}`)).to.deep.equal(['previous/skip', 'previous/conv']);
  });

  it('never leaves a node without a convolution', () => {
    const kept = strongestPairs([
      pair('previous', 'skip', 0.9),
      pair('previous', 'conv', 0.2),
      pair('before', 'skip', 0.8),
      pair('before', 'conv', 0.3),
    ]);
    expect(kept.map((p) => `${p.from}/${p.operation}`)).to.deep.equal(['previous/skip', 'before/conv']);
  });

  const supernet = buildSupernet('micro', INPUT, 4, { levels: [0, 1], width: 4, keep: [0.2, 1] });

  it('takes the largest of bits and keep in each cell, and of timesteps', () => {
    const architecture = new Architecture(supernet, Random.fromSeed(1));
    architecture.parameters.get('beta')!.set([0, 1, 0, 0, 0, 1]);
    architecture.parameters.get('kappa')!.set([0, 1, 1, 0]);
    architecture.parameters.get('psi')!.set([0, 1, 0, 0]);
    const genotype = decode(supernet, architecture);
    expect(genotype.cells.map(({ bits, keep }) => [bits, keep])).to.deep.equal([
      [2, 1],
      [4, 0.2],
    ]);
    expect(genotype.timesteps).to.equal(2);
    expect(genotypeSchema.parse(JSON.parse(JSON.stringify(genotype)))).to.deep.equal(genotype);
    const graph = buildNetwork(genotype, INPUT, 4);
    expect(graph.timesteps).to.equal(2);
    expect(graph.gates + graph.bitGroups.length + graph.keepGroups.length).to.equal(0);
  });

  it('gates sum to two at each node before and after', () => {
    const architecture = new Architecture(supernet, Random.fromSeed(1));
    const { gates } = architecture.mix();
    const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
    expect(sum(gates.subarray(0, 4))).to.be.closeTo(2, 1e-6);
    expect(sum(gates.subarray(4))).to.be.closeTo(2, 1e-6);
  });

  it('removes populations that the classifier cannot see, and only those', () => {
    const architecture = new Architecture(supernet, Random.fromSeed(1));
    const genotype = decode(supernet, architecture);
    const onlyBefore = {
      ...genotype,
      nodes: [
        { inputs: [pair('before', 'conv', 2)] },
        { inputs: [pair('before', 'conv', 1), pair('node0', 'conv', 1)] },
      ],
    };
    // Cell 1 reads the stem alone, so all of cell 0 is dead.
    const graph = buildNetwork(onlyBefore, INPUT, 4);
    expect(graph.populations.map((p) => p.name)).to.deep.equal(['stem', 'cell1.node0', 'cell1.node1']);
    expect(graph.populations.map((p) => p.edges.map((e) => e.source.populations))).to.deep.equal([
      [[-1]],
      [[0]],
      [[0], [1]],
    ]);
    expect(graph.head.populations).to.deep.equal([1, 2]);
  });

  it('gives the same network for the same choices, whatever the seed that found them', () => {
    const one = new Architecture(supernet, Random.fromSeed(1));
    const other = new Architecture(supernet, Random.fromSeed(2));
    for (const architecture of [one, other]) {
      architecture.parameters.get('alpha')!.set([0, 1, 2, 0, 3, 0, 0, 1, 0, 2]);
    }
    expect(decode(supernet, one)).to.deep.equal(decode(supernet, other));
  });
});
