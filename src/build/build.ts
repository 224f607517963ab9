import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageRegions } from '../codegen/firmware/board-files.js';
import { bootloaderRegions } from '../codegen/firmware/bootloader.js';
import { compileFlags, defaultOptimize } from '../codegen/firmware/toolchain.js';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readBytes, sha256, writeJson } from '../core/files.js';
import { silentProgress, type Progress } from '../core/progress.js';
import type { Target } from '../targets/target.js';
import { compileAll, objectOf } from './compile.js';
import { imagePath, resolvePaths, type FirmwareImage } from './image.js';
import { checkLimits, type MemoryBudget } from './limits.js';
import { linkImage } from './link.js';
import { openProject, type FirmwareFolder } from './project.js';
import { sealImage } from './seal.js';
import { measureSizes } from './sizes.js';
import { analyzeStack } from './stack/analyze.js';
import { compilerVersion, type ToolRun } from './tools.js';

export interface BuildOptions {
  /** `-O3` unless given (`-Os` for the bootloader). */
  readonly optimize?: string | undefined;
  readonly budget?: MemoryBudget | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const LARGEST_LISTED = 20;

/**
 * Builds the project that `renderFirmware` and `renderLibrary` made in `folder`, and writes `build/image.json` there.
 * @throws LitesnnError BUILD_TOO_LARGE (exit 3), TOOL_MISSING (4), BUILD_FAILED and STACK_* (5), PROJECT_* (2)
 */
export function buildFirmware(
  folder: string,
  target: Target,
  options: BuildOptions = {},
): Promise<FirmwareImage> {
  const { flash, ram } = target.memory;
  return build(openProject(folder, target, 'application'), target, { flash, ram }, options);
}

/** The same for the project that `renderBootloader` made. */
export function buildBootloader(
  folder: string,
  target: Target,
  options: BuildOptions = {},
): Promise<FirmwareImage> {
  return build(openProject(folder, target, 'bootloader'), target, bootloaderRegions(target), options);
}

async function build(
  project: FirmwareFolder,
  target: Target,
  regions: ImageRegions,
  options: BuildOptions,
): Promise<FirmwareImage> {
  const { folder, manifest, sources } = project;
  const optimize = checkOptimize(options.optimize ?? defaultOptimize[manifest.kind]);
  const run: ToolRun = { folder, signal: options.signal };
  // An image that no longer belongs to the sources must not survive a failed build.
  rmSync(join(folder, 'build'), { recursive: true, force: true });
  const compiler = await compilerVersion(run);
  const task = (options.progress ?? silentProgress).start('compile', sources.length);
  await compileAll(sources, compileFlags(target, optimize), run, task);
  task.finish();

  const objects = sources.map(objectOf);
  const linked = await linkImage(target, objects, run);
  const sizes = await measureSizes(linked.elf, run);
  const budget = options.budget ?? {};
  if (linked.overflowed) {
    checkLimits(target.name, regions, sizes, budget);
    throw new LitesnnError(
      'BUILD_TOO_LARGE',
      ExitCode.infeasible,
      `the firmware does not fit ${target.name}`,
      {
        hint: 'search with a smaller budget, or choose a larger board',
      },
    );
  }
  const stack = await analyzeStack(linked.elf, objects, manifest, run);
  checkLimits(target.name, regions, { ...sizes, stackBytes: stack.bytes }, budget);

  const files = await sealImage(linked.elf, run);
  const bin = readBytes(join(folder, files.bin));
  checkContiguous(bin.length, sizes.flashBytes);
  return record(folder, {
    ...files,
    schemaVersion: 1,
    kind: manifest.kind,
    target: target.name,
    modelHash: manifest.modelHash,
    buildId: manifest.buildId,
    sha256: sha256(bin),
    compiler,
    optimize,
    flashBytes: sizes.flashBytes,
    ramBytes: sizes.staticRamBytes + stack.bytes,
    staticRamBytes: sizes.staticRamBytes,
    stackBytes: stack.bytes,
    stackPath: [...stack.path],
    bySection: sizes.bySection,
    byLayer: sizes.byLayer,
    largest: sizes.symbols.slice(0, LARGEST_LISTED),
  });
}

function record(folder: string, image: FirmwareImage): FirmwareImage {
  writeJson(join(folder, imagePath), image);
  return resolvePaths(folder, image);
}

function checkOptimize(optimize: string): string {
  if (/^-O[0123sg]$/.test(optimize)) return optimize;
  throw new LitesnnError('BUILD_OPTIMIZE', ExitCode.usage, `"${optimize}" is not an optimization level`, {
    hint: 'one of -O0, -O1, -O2, -O3, -Os, -Og',
  });
}

/** HEX and ELF have no bytes between sections, the BIN and its CRC do: there must be no such place. */
function checkContiguous(binBytes: number, sectionBytes: number): void {
  if (binBytes === sectionBytes) return;
  throw new LitesnnError(
    'BUILD_FAILED',
    ExitCode.build,
    `sections of ${sectionBytes} bytes make an image of ${binBytes}: there is a gap between them`,
    { hint: 'a table is aligned to more than the linker script provides for' },
  );
}
