import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/paths.js';

/** Files under src that import a module whose path matches. */
function importersOf(module: RegExp): string[] {
  const source = join(packageRoot, 'src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) =>
      [...readFileSync(join(source, name), 'utf8').matchAll(/from '([^']+)'/g)].some(([, path]) =>
        module.test(path),
      ),
    )
    .sort();
}

describe('the coefficients of the virtual supply current', () => {
  it('are seen by nobody who measures or calibrates', () => {
    expect(importersOf(/\/supply\.js$/)).to.deep.equal(['emulator/instruments/board-timeline.ts']);
    expect(importersOf(/\/board-timeline\.js$/).every((name) => name.startsWith('emulator/'))).to.equal(true);
  });

  it('are in a folder that energy models do not import from', () => {
    expect(importersOf(/emulator\//).filter((name) => /^(energy|search|measure)\//.test(name))).to.deep.equal(
      [],
    );
  });
});
