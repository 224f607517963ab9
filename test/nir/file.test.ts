import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import h5wasm from 'h5wasm/node';
import { LitesnnError } from '../../src/core/errors.js';
import { elementsOf } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import { Interpreter } from '../../src/model/interpreter.js';
import type { IntegerModel } from '../../src/model/types.js';
import { EXPORT_STEP, exportNir } from '../../src/nir/export.js';
import { readNir } from '../../src/nir/read.js';
import { simulateNir } from '../../src/nir/simulate.js';
import { writeNir } from '../../src/nir/write.js';
import { randomInput, randomModel } from '../support/random-model.js';

/** NIR has no floor: a model that forgets its potentials is the same there to the bit. */
function withoutLeak(model: IntegerModel): IntegerModel {
  return { ...model, layers: model.layers.map((layer) => ({ ...layer, leak: 0 })) };
}

async function codeOf(path: string): Promise<string> {
  try {
    await readNir(path);
  } catch (error) {
    if (error instanceof LitesnnError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('NIR files', () => {
  let kept = '';
  const folder = (): string => kept;
  before(() => {
    kept = mkdtempSync(join(tmpdir(), 'litesnn-nir-'));
  });
  after(() => {
    rmSync(kept, { recursive: true, force: true });
  });

  it('hold what was exported: random models spike and answer alike after writing and reading', async () => {
    const random = Random.fromSeed(3);
    let compared = 0;
    for (let tries = 0; compared < 12 && tries < 60; tries++) {
      const model = withoutLeak(randomModel(random, { synapses: 20_000, timesteps: 3 }));
      let graph;
      try {
        graph = exportNir(model);
      } catch (error) {
        // Uneven paddings with strides and depthwise edges on concatenations have no node in NIR.
        if (error instanceof LitesnnError && error.code === 'NIR_NOT_EXACT') continue;
        throw error;
      }
      const path = join(folder(), `random-${tries}.nir`);
      await writeNir(path, graph);
      const back = await readNir(path);
      expect([...back.nodes.keys()]).to.have.members([...graph.nodes.keys()]);
      const input = randomInput(random, model);
      const { height, width, channels } = model.input;
      const positions = height * width;
      const values = Float64Array.from(
        { length: elementsOf(model.input) },
        (_, i) => input[(i % positions) * channels + Math.floor(i / positions)],
      );
      const float = simulateNir(
        back,
        { shape: [channels, height, width], values },
        { timesteps: model.timesteps, step: EXPORT_STEP },
      );
      const integer = new Interpreter(model).run(input);
      expect([...float.outputs]).to.deep.equal([...integer.logits]);
      compared++;
    }
    expect(compared).to.equal(12);
  });

  it('are read as frameworks write them: sub-graphs, scalars, no reset potential, lost input shape', async () => {
    await h5wasm.ready;
    const path = join(folder(), 'framework.nir');
    const file = new h5wasm.File(path, 'w');
    const root = file.create_group('node');
    root.create_dataset({ name: 'type', data: 'NIRGraph' });
    const nodes = root.create_group('nodes');
    nodes.create_group('input').create_dataset({ name: 'type', data: 'Input' });
    const block = nodes.create_group('block');
    block.create_dataset({ name: 'type', data: 'NIRGraph' });
    const inner = block.create_group('nodes');
    inner.create_group('input').create_dataset({ name: 'type', data: 'Input' });
    inner.create_group('output').create_dataset({ name: 'type', data: 'Output' });
    const fc = inner.create_group('fc');
    fc.create_dataset({ name: 'type', data: 'Linear' });
    fc.create_dataset({
      name: 'weight',
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
      shape: [2, 3],
      dtype: '<f4',
    });
    block.create_dataset({ name: 'edges', data: ['input', 'fc', 'fc', 'output'], shape: [2, 2] });
    const lif = nodes.create_group('lif');
    lif.create_dataset({ name: 'type', data: 'LIF' });
    for (const [name, value] of [
      ['tau', 1e-3],
      ['v_threshold', 1],
    ] as const) {
      lif.create_dataset({ name, data: Float64Array.of(value), shape: [], dtype: '<d' });
    }
    lif.create_group('metadata').create_dataset({ name: 'note', data: 'kept' });
    nodes.create_group('output').create_dataset({ name: 'type', data: 'Output' });
    root.create_dataset({
      name: 'edges',
      data: ['input', 'block', 'block', 'lif', 'lif', 'output'],
      shape: [3, 2],
    });
    file.close();

    const graph = await readNir(path);
    expect([...graph.nodes.keys()]).to.have.members(['input', 'block.fc', 'lif', 'output']);
    expect(graph.edges).to.have.deep.members([
      ['input', 'block.fc'],
      ['block.fc', 'lif'],
      ['lif', 'output'],
    ]);
    const neuron = graph.nodes.get('lif');
    expect(neuron?.type === 'LIF' && [...neuron.vReset.values]).to.deep.equal([0]);
    const { outputs } = simulateNir(
      graph,
      { shape: [3, 1, 1], values: Float64Array.of(1, 1, 1) },
      { timesteps: 4, step: 1e-4 },
    );
    // u = 0.1 * 6 = 0.6, then 1.14: one spike in two steps; the second neuron gets 1.5 at once.
    expect([...outputs]).to.deep.equal([2, 4]);
  });

  it('are refused in one line where they are cut off, changed or something else', async () => {
    const model = withoutLeak(
      randomModel(Random.fromSeed(5), { layers: 1, input: { height: 4, width: 4, channels: 1 } }),
    );
    const whole = join(folder(), 'whole.nir');
    await writeNir(whole, exportNir(model));
    const bytes = readFileSync(whole);
    const write = (name: string, contents: Uint8Array): string => {
      const path = join(folder(), name);
      writeFileSync(path, contents);
      return path;
    };
    expect(await codeOf(whole)).to.equal('no error');
    expect(await codeOf(join(folder(), 'missing.nir'))).to.equal('NIR_FILE');
    expect(await codeOf(write('empty.nir', new Uint8Array(0)))).to.equal('NIR_FILE');
    expect(await codeOf(write('text.nir', Buffer.from('not HDF5')))).to.equal('NIR_FILE');
    for (const share of [0.3, 0.6, 0.95]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      expect(await codeOf(write(`cut-${share}.nir`, cut))).to.equal('NIR_FILE');
    }
    const random = Random.fromSeed(11);
    for (let flip = 0; flip < 40; flip++) {
      const changed = Uint8Array.from(bytes);
      changed[random.integer(0, bytes.length - 1)] ^= 1 << random.integer(0, 7);
      // A bit of a weight may pass, since HDF5 has no checksum there; anything else is an error of ours, never a crash.
      expect(await codeOf(write('flipped.nir', changed))).to.match(/^NIR_|^no error$/);
    }
  });
});
