// Compiles the training engine's AssemblyScript kernels to WebAssembly, unless what they are made from is as it was: the compiler takes
// longer than all of TypeScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'src/training/spike/assembly');
const output = join(root, 'dist/src/training/spike/kernels.wasm');
const stamp = `${output}.made-from`;

const options =
  '--enable simd --enable threads --runtime stub -O3 --noAssert --importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536';

function madeFrom() {
  const hash = createHash('sha256').update(options);
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')));
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest('hex');
}

const wanted = madeFrom();
if (!existsSync(output) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  mkdirSync(dirname(output), { recursive: true });
  const compiler = join(root, 'node_modules/.bin/asc');
  const args = [join(sources, 'index.ts'), '-o', output, ...options.split(' ')];
  const { status } = spawnSync(compiler, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  writeFileSync(stamp, wanted);
}
