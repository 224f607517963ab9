import { expect } from 'chai';
import fc from 'fast-check';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadDataset } from '../../src/data/load.js';
import { parseCifar } from '../../src/data/readers/cifar-format.js';
import { parseIdx } from '../../src/data/readers/idx-format.js';
import { cifarBytes, failure, idxBytes, put, randomBytes, temporaryFolder } from './fixtures.js';

const SIDE = 4;

function putIdx(folder: string, prefix: string, count: number, seed: number, compressed = false): Buffer {
  const pixels = randomBytes(seed, count * SIDE * SIDE);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const write = (name: string, bytes: Buffer): void => {
    put(join(folder, compressed ? `${name}.gz` : name), compressed ? gzipSync(bytes) : bytes);
  };
  write(`${prefix}-images-idx3-ubyte`, idxBytes([count, SIDE, SIDE], pixels));
  write(`${prefix}-labels-idx1-ubyte`, idxBytes([count], labels));
  return pixels;
}

describe('IDX', () => {
  const folder = temporaryFolder();

  it('reads plain and gzipped files, and keeps the test files for testing', async () => {
    for (const compressed of [false, true]) {
      const root = join(folder(), `good-${compressed}`);
      putIdx(root, 'train', 60, 1, compressed);
      const test = putIdx(root, 't10k', 9, 2, compressed);
      const { dataset, summary } = await loadDataset({ path: root });
      expect(summary.reader).to.equal('idx');
      expect(dataset.shape).to.deep.equal({ height: SIDE, width: SIDE, channels: 1 });
      expect([dataset.train.count, dataset.validation.count, dataset.test.count]).to.deep.equal([54, 6, 9]);
      expect(summary.splits.validation.perClass).to.deep.equal([2, 2, 2]);
      expect([...dataset.test.inputs]).to.deep.equal([...test].map((pixel) => pixel >> 1));
      expect(dataset.classes).to.deep.equal(['0', '1', '2']);
    }
  });

  it('takes class names from labels.txt, and holds out a test split where there are no test files', async () => {
    const root = join(folder(), 'named');
    putIdx(root, 'train', 60, 3);
    put(join(root, 'labels.txt'), 'ant\nbee\ncat\n');
    const { dataset } = await loadDataset({ path: root });
    expect(dataset.classes).to.deep.equal(['ant', 'bee', 'cat']);
    expect(dataset.test.count).to.equal(6);
  });

  it('takes other file names from a definition', async () => {
    const root = join(folder(), 'other-names');
    put(join(root, 'pictures'), idxBytes([20, 2, 2], randomBytes(4, 80)));
    put(
      join(root, 'answers'),
      idxBytes(
        [20],
        Uint8Array.from({ length: 20 }, (_, i) => i % 2),
      ),
    );
    const files = 'files: { train: { images: pictures, labels: answers } }';
    put(join(root, 'dataset.yaml'), `reader: idx\nname: other\nclasses: [no, yes]\n${files}\n`);
    const { dataset, summary } = await loadDataset({ path: root });
    expect(dataset.classes).to.deep.equal(['no', 'yes']);
    expect(summary.name).to.equal('other');
  });

  const images = idxBytes([4, 2, 2], randomBytes(5, 16));
  const labels = idxBytes([4], Uint8Array.of(0, 1, 0, 1));
  const defects: readonly [string, string, Uint8Array, Uint8Array][] = [
    ['a wrong magic number', 'DATA_IDX_MAGIC', labels, labels],
    ['values of another type', 'DATA_IDX_MAGIC', idxBytes([4, 2, 2], randomBytes(5, 16), 0x0d), labels],
    ['a short file', 'DATA_IDX_SHORT', images.subarray(0, images.length - 1), labels],
    ['a cut header', 'DATA_IDX_SHORT', images.subarray(0, 10), labels],
    ['three bytes', 'DATA_IDX_SHORT', images.subarray(0, 3), labels],
    ['a long file', 'DATA_IDX_LONG', Buffer.concat([images, Buffer.alloc(1)]), labels],
    ['sizes of zero', 'DATA_IDX_EMPTY', idxBytes([0, 2, 2], new Uint8Array(0)), labels],
    ['another number of labels', 'DATA_IDX_COUNT', images, idxBytes([3], Uint8Array.of(0, 1, 0))],
  ];
  defects.forEach(([name, code, badImages, badLabels], index) => {
    it(`names ${name}`, async () => {
      const root = join(folder(), `defect-${index}`);
      put(join(root, 'train-images-idx3-ubyte'), badImages);
      put(join(root, 'train-labels-idx1-ubyte'), badLabels);
      const error = await failure(code, () => loadDataset({ path: root }));
      expect(error.message).to.contain(root);
    });
  });

  it('names test images of another size', async () => {
    const root = join(folder(), 'sizes');
    putIdx(root, 'train', 20, 8);
    put(join(root, 't10k-images-idx3-ubyte'), images);
    put(join(root, 't10k-labels-idx1-ubyte'), labels);
    await failure('DATA_IDX_SHAPES_DIFFER', () => loadDataset({ path: root }));
  });

  it('names a missing labels file, a damaged .gz and a label without a name', async () => {
    const root = join(folder(), 'partial');
    put(join(root, 'train-images-idx3-ubyte'), images);
    await failure('DATA_FILE_MISSING', () => loadDataset({ path: root }));
    put(join(root, 'train-labels-idx1-ubyte.gz'), gzipSync(labels).subarray(0, 20));
    await failure('DATA_GZIP_CORRUPT', () => loadDataset({ path: root }));
    put(join(root, 'train-labels-idx1-ubyte'), idxBytes([4], Uint8Array.of(0, 1, 2, 3)));
    put(join(root, 'labels.txt'), 'a\nb\n');
    const error = await failure('DATA_IDX_LABEL', () => loadDataset({ path: root }));
    expect(error.message).to.contain('label 2 is 2');
  });

  it('parses any bytes to a tensor of the promised size or a defect', () => {
    fc.assert(
      fc.property(fc.nat(images.length), fc.nat(15), fc.nat(255), (length, at, value) => {
        const bytes = Buffer.from(images);
        bytes[at] = value;
        const tensor = parseIdx(bytes.subarray(0, length), 3);
        if (tensor.ok) expect(tensor.data.length).to.equal(tensor.sizes.reduce((a, b) => a * b, 1));
        else expect(tensor.code).to.match(/^DATA_IDX_/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('CIFAR', () => {
  const folder = temporaryFolder();

  it('reads CIFAR-10 with names, planes interleaved, pixel - 128', async () => {
    const root = join(folder(), 'ten');
    const test = cifarBytes(1, 20);
    put(join(root, 'data_batch_1.bin'), cifarBytes(2, 40));
    put(join(root, 'data_batch_2.bin.gz'), gzipSync(cifarBytes(3, 40)));
    put(join(root, 'test_batch.bin'), test);
    put(join(root, 'batches.meta.txt'), 'abcdefghij'.split('').join('\n'));
    const { dataset, summary } = await loadDataset({ path: root });
    expect(summary.reader).to.equal('cifar');
    expect(dataset.classes.join('')).to.equal('abcdefghij');
    expect([dataset.train.count, dataset.validation.count, dataset.test.count]).to.deep.equal([70, 10, 20]);
    // Pixel (1, 2) of the fourth test image, green: plane 1, row 1, column 2.
    expect(dataset.test.inputs[3 * 3072 + (32 + 2) * 3 + 1]).to.equal(
      test[3 * 3073 + 1 + 1024 + 32 + 2] - 128,
    );
    expect(dataset.test.labels[3]).to.equal(3);
  });

  it('reads CIFAR-100, and its coarse labels when asked', async () => {
    const root = join(folder(), 'hundred');
    const records = cifarBytes(4, 200, 2, 100);
    // Coarse label first, fine label second.
    for (let i = 0; i < 200; i++) records[i * 3074] = i % 20;
    put(join(root, 'train.bin'), records);
    put(join(root, 'test.bin'), cifarBytes(5, 20, 2, 20));
    const fine = await loadDataset({ path: root });
    expect(fine.dataset.classes.length).to.equal(100);
    expect(fine.dataset.test.labels[13]).to.equal(13);
    const definition = put(join(folder(), 'coarse.yaml'), 'reader: cifar\nvariant: cifar-100-coarse\n');
    const coarse = await loadDataset({ path: root, definition });
    expect(coarse.dataset.classes.length).to.equal(20);
    expect(coarse.summary.splits.train.perClass.every((count) => count === 9)).to.equal(true);
  });

  it('names records that are not whole, labels out of range and missing files', async () => {
    const root = join(folder(), 'bad');
    put(join(root, 'data_batch_1.bin'), cifarBytes(6, 40));
    put(join(root, 'data_batch_2.bin'), cifarBytes(7, 2).subarray(0, 4000));
    const error = await failure('DATA_CIFAR_LENGTH', () => loadDataset({ path: root }));
    expect(error.message).to.contain('data_batch_2.bin');
    const { summary } = await loadDataset({ path: root, badFiles: 'skip' });
    expect(summary.skipped.map(({ file, code }) => `${file} ${code}`)).to.deep.equal([
      'data_batch_2.bin DATA_CIFAR_LENGTH',
    ]);

    const wrongLabel = cifarBytes(8, 3);
    wrongLabel[2 * 3073] = 10;
    put(join(root, 'data_batch_2.bin'), wrongLabel);
    const label = await failure('DATA_CIFAR_LABEL', () => loadDataset({ path: root }));
    expect(label.message).to.contain('label 10 in record 2');

    put(join(root, 'data_batch_2.bin'), '');
    await failure('DATA_CIFAR_EMPTY', () => loadDataset({ path: root }));

    const definition = put(
      join(folder(), 'missing.yaml'),
      'reader: cifar\nfiles: { train: [nothing.bin] }\n',
    );
    await failure('DATA_FILE_MISSING', () => loadDataset({ path: root, definition }));
    put(join(root, 'batches.meta.txt'), 'one\ntwo\n');
    await failure('DATA_CIFAR_NAMES', () => loadDataset({ path: root }));
  });

  it('parses any length to whole records or a defect', () => {
    const good = cifarBytes(9, 2);
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(255), (length, label) => {
        const bytes = Buffer.from(good.subarray(0, length));
        if (length > 0) bytes[0] = label;
        const batch = parseCifar(bytes, 'cifar-10');
        if (batch.ok) expect([length % 3073, label < 10]).to.deep.equal([0, true]);
        else expect(batch.code).to.match(/^DATA_CIFAR_/);
      }),
    );
  });
});
