// Installs what this machine lacks: npm packages, and on Debian the tools from its own packages. Plain JavaScript
// without dependencies, because it runs before anything is installed.
//
//   node .ci/setup.mjs demo|test|build
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const purpose = process.argv[2] ?? 'build';
const TOOLCHAIN_MISSING = 4;

/** What proves a Debian package to be there: a program on the PATH, or a file. */
const debianNeeds = [
  { package: 'gcc-arm-none-eabi', program: 'arm-none-eabi-gcc', for: ['demo', 'test'] },
  { package: 'libnewlib-arm-none-eabi', file: '/usr/lib/arm-none-eabi/newlib/libc.a', for: ['demo', 'test'] },
  { package: 'qemu-system-arm', program: 'qemu-system-arm', for: ['demo', 'test'] },
  { package: 'stm32flash', program: 'stm32flash', for: ['demo', 'test'] },
  { package: 'socat', program: 'socat', for: ['demo', 'test'] },
  { package: 'dataset-fashion-mnist', file: '/usr/share/datasets/fashion-mnist', for: ['demo', 'test'] },
  { package: 'gcc', program: 'gcc', for: ['demo', 'test'] },
  { package: 'libc6-dev', file: '/usr/include/stdio.h', for: ['demo', 'test'] },
  { package: 'make', program: 'make', for: ['test'] },
];

function say(text) {
  process.stderr.write(`${text}\n`);
}

function stop(text) {
  say(text);
  process.exit(TOOLCHAIN_MISSING);
}

function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  return result.error === undefined && result.status === 0;
}

function onPath(program) {
  return (process.env.PATH ?? '')
    .split(':')
    .some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    stop(`litesnn needs Node 20 or newer, this is ${process.versions.node}: https://nodejs.org`);
}

function installNpmPackages() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing npm packages');
  if (!run('npm', ['ci', '--no-audit', '--no-fund'])) stop('npm ci failed; see above');
}

function isDebian() {
  if (!existsSync('/etc/os-release') || !onPath('apt-get')) return false;
  return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function installDebianPackages() {
  const missing = debianNeeds
    .filter((need) => need.for.includes(purpose))
    .filter((need) => (need.program === undefined ? !existsSync(need.file) : !onPath(need.program)))
    .map((need) => need.package);
  if (missing.length === 0) return;
  const names = missing.join(' ');
  if (!isDebian()) stop(`litesnn needs these tools (names of the Debian packages): ${names}`);
  if (process.getuid?.() !== 0) stop(`litesnn needs: sudo apt-get install --no-install-recommends ${names}`);
  say(`installing Debian packages: ${names}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-q'], { env });
  if (!run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env })) {
    stop(`apt-get could not install: ${names}; see above`);
  }
}

function build() {
  if (!run('npm', ['run', '--silent', 'build'])) stop('the build failed; see above');
}

checkNode();
installNpmPackages();
installDebianPackages();
build();
