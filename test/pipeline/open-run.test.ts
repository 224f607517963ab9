import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRun } from '../../src/cli/pipeline/open-run.js';
import { runFolder } from '../../src/cli/pipeline/run-folder.js';
import { LitesnnError } from '../../src/core/errors.js';
import { put, temporaryFolder } from '../data/fixtures.js';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LitesnnError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('the folder of a run', () => {
  const folder = temporaryFolder();
  const newRun = (name: string) => runFolder(join(folder(), name));

  it('belongs to one process at a time', () => {
    const run = newRun('busy');
    const close = openRun(run);
    expect(codeOf(() => openRun(run))).to.equal('RUN_BUSY');
    close();
    openRun(run)();
    expect(existsSync(join(run.root, 'run.lock'))).to.equal(false);
  });

  it('is free again when its process was killed', () => {
    const run = newRun('killed');
    const close = openRun(run);
    const lock = join(run.root, 'run.lock');
    const holder = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; started: string };
    close();
    const ended = spawnSync('true').pid;
    // Nobody; this process's number, but of an earlier one; a lock cut off in the middle.
    const stale = [
      { ...holder, pid: ended },
      { ...holder, started: '1' },
    ].map((value) => JSON.stringify(value));
    for (const text of [...stale, '{"pid"']) {
      put(lock, text);
      openRun(run)();
    }
  });

  it('loses what a killed process left half written, and nothing else', () => {
    const run = newRun('leftovers');
    put(run.settings, '{}');
    const temporary = [`${run.settings}.123.tmp`, join(run.model, 'model.bin.4567.tmp')];
    const kept = [
      join(run.model, 'model.bin'),
      join(run.root, 'notes', 'x.12.tmp'),
      join(run.measure, 'session.1.json'),
    ];
    for (const path of [...temporary, ...kept]) put(path, '');
    openRun(run)();
    expect(temporary.filter((path) => existsSync(path))).to.deep.equal([]);
    expect(kept.filter((path) => !existsSync(path))).to.deep.equal([]);
  });

  it('is not made of a folder with other files, or of a file', () => {
    const run = newRun('other');
    put(join(run.root, 'thesis.txt'), '');
    expect(codeOf(() => openRun(run))).to.equal('RUN_NOT_EMPTY');
    expect(existsSync(join(run.root, 'run.lock'))).to.equal(false);
    expect(codeOf(() => openRun(runFolder(join(run.root, 'thesis.txt'))))).to.equal('FILE_UNWRITABLE');
    expect(codeOf(() => openRun(runFolder(join(run.root, 'thesis.txt', 'run'))))).to.equal('FILE_UNWRITABLE');
  });
});
