import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/paths.js';
import { loadDataset } from '../../src/data/load.js';
import { temporaryFolder } from './fixtures.js';

const PACKS = join(packageRoot, '..', 'shared', 'data');
const FASHION_MNIST = '/usr/share/datasets/fashion-mnist';
const PART = { train: 200, validation: 50, test: 50 };

/** Real recordings and images, where this machine has them. */
describe('real data sets', function () {
  const cacheFolder = temporaryFolder();

  function needs(context: Mocha.Context, path: string): void {
    if (existsSync(path)) return;
    console.error(`      skipped: ${path} is not there`);
    context.skip();
  }

  it('Fashion-MNIST as Debian installs it', async function () {
    needs(this, FASHION_MNIST);
    const { dataset, summary } = await loadDataset({ path: FASHION_MNIST, limit: PART });
    expect(dataset.classes[9]).to.equal('Ankle boot');
    expect(summary.splits.test.perClass).to.deep.equal(new Array(10).fill(5));
  });

  it('fsdd from its archive, by the definition in docs/', async function () {
    needs(this, join(PACKS, 'fsdd.tar.gz'));
    const path = join(packageRoot, 'docs', 'datasets', 'fsdd.yaml');
    const { summary } = await loadDataset({
      path,
      dataRoot: PACKS,
      cacheFolder: cacheFolder(),
      limit: { ...PART, test: 1000 },
    });
    expect(summary.splits.test.perClass).to.deep.equal(new Array(10).fill(30));
    expect(summary.shape).to.deep.equal({ height: 40, width: 32, channels: 1 });
  });

  it('a part of CIFAR-10, by the definition in docs/', async function () {
    needs(this, join(PACKS, 'cifar-10'));
    const path = join(packageRoot, 'docs', 'datasets', 'cifar-10-part.yaml');
    const { summary } = await loadDataset({ path, dataRoot: PACKS, limit: PART });
    expect(summary.classes[0]).to.equal('airplane');
    expect(summary.splits.train.perClass.every((count) => count > 15 && count < 25)).to.equal(true);
  });

  it('bearing recordings at 48 kHz, by the definition in docs/', async function () {
    needs(this, join(PACKS, 'cwru-48k-drive-end-load0.tar.gz'));
    this.timeout(60_000);
    const path = join(packageRoot, 'docs', 'datasets', 'cwru-48k.yaml');
    const { summary } = await loadDataset({ path, dataRoot: PACKS, cacheFolder: cacheFolder() });
    // IR021_0_213.mat has 244,339 samples.
    expect(summary.splits.test.perClass[2]).to.equal(Math.floor((244_339 - 2048) / 1024) + 1);
    expect(summary.repeats).to.include({ removedFromTrain: 0, removedFromValidation: 0 });
  });
});
