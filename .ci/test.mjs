// The test command after set-up: types (already compiled), lint, format, then every mocha test, two files at a time.
// Ends with the line "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

function check(name, program, args) {
  const started = Date.now();
  const passed = spawnSync(join('node_modules', '.bin', program), args, { stdio: 'inherit' }).status === 0;
  process.stdout.write(
    `${passed ? 'ok' : 'FAILED'}: ${name}, ${((Date.now() - started) / 1000).toFixed(0)} s\n`,
  );
  return passed;
}

function compiledTests() {
  const sources = readdirSync('test', { recursive: true }).filter((name) => name.endsWith('.test.ts'));
  return sources.sort().map((source) => join('dist', 'test', source.replace(/\.ts$/, '.js')));
}

function runMocha(files) {
  const mocha = new Mocha({
    timeout: 180_000,
    // Emulators and pseudo terminals share two cores with everything else: a test that lost its turn has another. A defect fails each time.
    retries: 2,
    reporter: 'spec',
    parallel: true,
    jobs: Math.max(2, availableParallelism()),
  });
  for (const file of files) mocha.addFile(file);
  return new Promise((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
}

const only = process.argv.slice(2);
const checks =
  only.length > 0
    ? []
    : [
        check('types', 'tsc', ['-p', '.', '--noEmit']),
        check('lint', 'eslint', ['--max-warnings', '0', '.']),
        check('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
      ];
const files = compiledTests().filter((file) => only.length === 0 || only.some((part) => file.includes(part)));
const stats = await runMocha(files);
const passed = checks.filter(Boolean).length + stats.passes;
const failed = checks.filter((ok) => !ok).length + stats.failures;
const skipped = stats.pending > 0 ? `, ${stats.pending} skipped` : '';
process.stdout.write(`${passed} passed, ${failed} failed${skipped}\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
