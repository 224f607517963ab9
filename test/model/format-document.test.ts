import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../src/core/paths.js';
import { readModel, writeModel } from '../../src/model/file.js';
import { interpret } from '../../src/model/interpreter.js';
import { withTemporaryFolder } from '../support/temporary-folder.js';
import { straightInference } from './straight-interpreter.js';

const page = readFileSync(join(packageRoot, 'docs', 'model-format.md'), 'utf8');

/** Content of the fenced block of that name. */
function block(name: string): string {
  const found = new RegExp(`^\`\`\`(?:json|text) ${name.replace('.', '\\.')}\n([^]*?)^\`\`\`$`, 'm').exec(
    page,
  );
  if (found === null) throw new Error(`the document has no block ${name}`);
  return found[1];
}

describe('docs/model-format.md', () => {
  it('has a worked example that reader and both interpreters confirm', () => {
    withTemporaryFolder((folder) => {
      writeFileSync(join(folder, 'model.json'), block('model.json'));
      writeFileSync(join(folder, 'model.bin'), Buffer.from(block('model.bin').trim(), 'hex'));
      const { model } = readModel(folder);
      const input = Int8Array.from(JSON.parse(block('input')) as number[]);
      const expected = JSON.parse(block('expected')) as {
        spikes: Record<string, number[]>;
        logits: number[];
        class: number;
      };

      const inference = interpret(model, input);
      const spikes = Object.fromEntries(
        model.layers.map((layer, l) => [layer.name, Array.from(inference.spikes[l])]),
      );
      expect(spikes).to.deep.equal(expected.spikes);
      expect(Array.from(inference.logits)).to.deep.equal(expected.logits);
      expect(inference.classIndex).to.equal(expected.class);

      const straight = straightInference(folder, input);
      expect(straight.logits).to.deep.equal(expected.logits);
      expect(straight.spikes).to.deep.equal(Object.values(expected.spikes));

      // What is written again is the same to the byte.
      writeModel(join(folder, 'again'), model);
      expect(readFileSync(join(folder, 'again', 'model.json'), 'utf8')).to.equal(block('model.json'));
    });
  });
});
