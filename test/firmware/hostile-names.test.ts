import { expect } from 'chai';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildFirmware } from '../../src/build/build.js';
import { Random } from '../../src/core/random.js';
import { loadTarget } from '../../src/targets/load.js';
import { temporaryFolder, writeFirmware } from '../support/firmware-project.js';
import { randomModel } from '../support/random-model.js';

/** Names that end comments, strings, lines or commands; that are words of C; that no ASCII is. */
const NAMES = [
  '*/ int x; /*',
  '"; system("touch owned"); //',
  "'; touch owned; '",
  '$(touch owned)`touch owned`',
  'return',
  '??/\n#error trigraph',
  'a\r\n#include "/etc/passwd"\\',
  '日本語 🦀 {{name}} %s',
];

describe('firmware with hostile names', function () {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  it('is built in a hostile folder: no name reaches C, linker or shell', async () => {
    const target = loadTarget('mps2-an386');
    const model = randomModel(Random.fromSeed(77), { layers: 3, synapses: 3000 });
    const hostile = {
      ...model,
      name: NAMES[0],
      classes: model.classes.map((_, i) => NAMES[i] ?? `class ${i}`),
      layers: model.layers.map((layer, i) => ({ ...layer, name: NAMES[i + 1] })),
    };
    const project = join(folder.path, "a b';$(touch owned)`touch owned`", 'x..y', '&& touch owned');
    mkdirSync(project, { recursive: true });
    writeFirmware(project, target, hostile);
    const { bin } = await buildFirmware(project, target);
    expect(existsSync(bin)).to.equal(true);
    const made = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
    expect(made.filter((path) => /(^|\/)owned$/.test(path))).to.deep.equal([]);
    expect(existsSync('owned')).to.equal(false);
  });
});
