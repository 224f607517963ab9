import { expect } from 'chai';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/core/random.js';
import type { Shape } from '../../src/core/geometry.js';
import type { NirTensor } from '../../src/nir/graph.js';
import { readNir } from '../../src/nir/read.js';
import { writeNir } from '../../src/nir/write.js';
import { litesnn, litesnnJson, refused } from './support/command-line.js';
import { writeStripes } from './support/tiny-data.js';
import { chain, conv, lif, wholeWeights } from '../nir/random-graph.js';

describe('command line: import and export', function () {
  this.timeout(240_000);
  let root: string;
  let run: string;
  let shape: Shape;
  let classes: number;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'litesnn-import-'));
    run = join(root, 'run');
    const data = writeStripes(join(root, 'data'));
    const converted = await litesnnJson<{ shape: Shape; classes: string[] }>([
      ...['data', 'convert', data, '--run', run, '--target', 'mps2-an386'],
    ]);
    shape = converted.shape;
    classes = converted.classes.length;
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('a NIR file takes the place of the search: imported, generated, and exported again', async () => {
    const random = Random.fromSeed(4);
    const weights = (...sizes: number[]): NirTensor => wholeWeights(random, sizes);
    const elements = (shape.height / 2) * (shape.width / 2) * 6;
    const network = chain(
      [shape.channels, shape.height, shape.width],
      conv(weights(6, shape.channels, 3, 3), { padding: [1, 1] }),
      lif(9000),
      { type: 'Pool', average: false, kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
      { type: 'Flatten' },
      { type: 'Linear', weight: weights(classes, elements) },
    );
    await writeNir(join(root, 'network.nir'), network);
    const imported = await litesnnJson<{
      integer: { samples: number; sameClass: number };
      modelHash: string;
      losses: { weightError: number }[];
    }>([
      'import',
      join(root, 'network.nir'),
      ...['--run', run, '--timesteps', '1', '--input-unit', '1', '--float-samples', '20'],
    ]);
    expect(imported.losses.map(({ weightError }) => weightError)).to.deep.equal([0]);
    expect(imported.integer).to.include({ samples: 20, sameClass: 20 });

    const generated = await litesnn(['generate', '--run', run]);
    expect(generated.code, generated.stderr).to.equal(0);
    const inferred = await litesnnJson<{ model: string }>(['infer', '--run', run, '--samples', '5']);
    expect(inferred.model).to.equal(imported.modelHash);

    const again = join(root, 'again.nir');
    const answer = await litesnnJson<{ nodes: number }>(['export', again, '--run', run]);
    expect(answer.nodes).to.be.greaterThan(4);
    // The classifier weighs positions differently: a second population hands each of them on as a channel of its own.
    expect([...(await readNir(again)).nodes.values()].filter(({ type }) => type === 'LIF')).to.have.length(2);
  });

  it('a truncated file ends with one line, and the run stays as it was', async () => {
    const before = await litesnnJson<{ model: string }>(['infer', '--run', run, '--samples', '5']);
    const cut = join(root, 'network.nir');
    truncateSync(cut, 2000);
    await refused(['import', cut, '--run', run], {
      exitCode: 2,
      code: 'NIR_FILE',
      says: /not a whole HDF5 file/,
    });
    const after = await litesnnJson<{ model: string }>(['infer', '--run', run, '--samples', '5']);
    expect(after.model).to.equal(before.model);
  });
});
