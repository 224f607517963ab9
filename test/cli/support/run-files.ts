import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, temporaryFile } from '../../../src/core/files.js';

export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** SHA-256 of every file, by its path. */
export function digest(folder: string): Record<string, string> {
  return Object.fromEntries(filesOf(folder).map((name) => [name, sha256(readFileSync(join(folder, name)))]));
}

/** Every file under its own name is whole; a killed command may leave only what says so by its name. */
export function expectNothingHalfWritten(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of filesOf(folder).filter((file) => !temporaryFile.test(file))) {
    const text = (): string => readFileSync(join(folder, name), 'utf8');
    if (name.endsWith('.json')) expect(() => JSON.parse(text()) as unknown, name).to.not.throw();
    if (name.endsWith('.html')) expect(text().trimEnd(), name).to.match(/<\/html>$/);
  }
}

/** A command that ended by itself leaves neither temporary files nor its lock. */
export function expectNoLeftovers(folder: string): void {
  if (!existsSync(folder)) return;
  const leftovers = filesOf(folder).filter((name) => temporaryFile.test(name) || name === 'run.lock');
  expect(leftovers).to.deep.equal([]);
}

export function expectTidy(folder: string): void {
  expectNothingHalfWritten(folder);
  expectNoLeftovers(folder);
}

export function readJsonFile(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}
