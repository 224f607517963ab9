import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { inferWithExit } from '../../src/model/early-exit.js';
import { Interpreter } from '../../src/model/interpreter.js';
import type { Edge, IntegerModel, WeightBits } from '../../src/model/types.js';
import { chainInput, chainModel } from '../support/chain-model.js';
import { withLargeNumbers } from '../support/large-numbers.js';
import { exitMembers } from '../support/exit-members.js';
import { runOnHost } from '../support/host-c.js';
import { randomMembers } from '../support/batch-members.js';
import { compareRecord, renderBatch, supportC, type BatchMember } from '../support/library-batch.js';

async function checkOnHost(members: readonly BatchMember[]): Promise<void> {
  const { files, expected } = renderBatch(members);
  const record = await runOnHost([...files, { path: 'host.c', contents: supportC('host.c') }]);
  compareRecord(record, expected);
}

describe('generated C on the host, with sanitizers', function () {
  for (const seed of [1, 2, 3, 4]) {
    it(`agrees with the interpreter in every spike and logit: 50 random networks, seed ${seed}, both kinds of kernels`, async () => {
      await checkOnHost([...randomMembers(seed, 50, 'fast'), ...randomMembers(seed, 50, 'reference')]);
    });
  }

  it('ends inferences early where the interpreter does, and starts the others anew', async () => {
    const members = [...exitMembers(8, 60, 'fast'), ...exitMembers(9, 30, 'reference')];
    const ends = members.flatMap(({ model, inputs, exit }) => {
      const interpreter = new Interpreter(model);
      return inputs.map((input) => inferWithExit(interpreter, input, exit).timesteps < model.timesteps);
    });
    expect(new Set(ends)).deep.equal(new Set([true, false]));
    await checkOnHost(members);
  });

  it('uses all 32 bits where the ranges allow, without overflow', async () => {
    const members = [...randomMembers(5, 40, 'fast'), ...randomMembers(5, 20, 'reference')];
    const large = members.map((member) => ({ ...member, model: withLargeNumbers(member.model) }));
    const types = large.flatMap(({ model }) => planNetwork(model).layers.map((layer) => layer.membraneType));
    expect(types.filter((type) => type === 'int32').length).greaterThan(types.length / 2);
    await checkOnHost(large);
  });

  it('agrees at the edges: silence, all spikes, odd and wide channel counts, one pixel, every width of weights', async () => {
    const random = Random.fromSeed(6);
    const members: BatchMember[] = [];
    const bits: readonly WeightBits[] = [1, 2, 4, 8];
    for (const [i, [channels, side, timesteps]] of EDGE_SHAPES.entries()) {
      const input = { height: side, width: side, channels };
      const options = { input, timesteps, bits: bits[i % 4], keep: i % 3 === 0 ? 1 : 0.5, threshold: 2 };
      const model = chainModel(random, { ...options, channels: [channels, 2 * channels + 1] });
      const inputs = [0, 0.5, 1].map((rate) => chainInput(random, input, rate));
      members.push({ model, inputs, kernels: 'fast' });
    }
    const kernels = kernelsOf(members);
    expect(kernels).to.include.members(['row-planes', 'row-nibbles', 'row-bytes', 'rows']);
    await checkOnHost(members);
    // The same codes with membranes of 32 bits.
    const wide = members.map((member) => ({ ...member, model: withLargeNumbers(member.model) }));
    expect(kernelsOf(wide)).to.include('lanes').and.not.include('row-bytes');
    await checkOnHost(wide);
  });

  it('lists more spikes than a lane holds, and the widest rows that 16-bit offsets reach', async () => {
    const random = Random.fromSeed(7);
    const input = { height: 5, width: 5, channels: 96 };
    // Sums of more than 16 bits, which layers that run row by row do not have.
    const wide = chainModel(random, { input, timesteps: 2, channels: [108], bits: 4, keep: 1, kernel: 5 });
    const tooWide = chainModel(random, {
      input,
      timesteps: 2,
      channels: [109],
      bits: 4,
      keep: 1,
      kernel: 5,
    });
    const members = [wide, tooWide].map((model) => ({
      model: withLargeCodes(model, 15),
      inputs: [chainInput(random, input, 1)],
      kernels: 'fast' as const,
    }));
    expect(members.map(({ model }) => planNetwork(model).layers[1].edges[0].kernel)).deep.equal([
      'lanes',
      'rows',
    ]);
    await checkOnHost(members);
  });
});

/** All codes positive and at least as large as `least`. */
function withLargeCodes(model: IntegerModel, least: number): IntegerModel {
  const enlarge = (edge: Edge): Edge =>
    edge.kind === 'conv'
      ? { ...edge, codes: edge.codes.map((code) => Math.max(least, Math.abs(code))) }
      : edge;
  const layers = model.layers.map((layer) => ({ ...layer, edges: layer.edges.map(enlarge) }));
  return { ...model, layers };
}

function kernelsOf(members: readonly BatchMember[]): readonly string[] {
  return members.flatMap(({ model }) =>
    planNetwork(model).layers.flatMap((layer) => layer.edges.map((edge) => edge.kernel)),
  );
}

/** Channels, side of the image, timesteps. */
const EDGE_SHAPES: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [7, 1, 8],
  [8, 2, 8],
  [9, 3, 1],
  [15, 2, 3],
  [16, 3, 2],
  [17, 3, 4],
  [24, 4, 1],
  [31, 3, 5],
  [32, 5, 2],
  [33, 3, 8],
  [40, 1, 1],
  [64, 4, 2],
  [65, 2, 2],
];
