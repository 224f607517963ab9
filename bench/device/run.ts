import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFlags, cpuFlags, defaultOptimize, toolPrefix } from '../../src/codegen/firmware/toolchain.js';
import type { GeneratedFile } from '../../src/codegen/generated-file.js';
import { renderLibrary } from '../../src/codegen/library/render.js';
import type { NetworkPlan } from '../../src/codegen/plan/types.js';
import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import { writeAtomic } from '../../src/core/files.js';
import { packageRoot } from '../../src/core/paths.js';
import { runTool } from '../../src/core/process.js';
import type { IntegerModel } from '../../src/model/types.js';
import { MEMORY_BYTES, type BenchCore } from './core.js';
import { parseRecord, type DeviceRun } from './record.js';

/** A network with all its inferences in one program. */
export interface DeviceJob {
  readonly model: IntegerModel;
  readonly plan: NetworkPlan;
  readonly inputs: readonly Int8Array[];
  /** For the provenance of what is generated. */
  readonly command: string;
  readonly signal?: AbortSignal | undefined;
}

export interface DeviceResult {
  /** One for each input. */
  readonly runs: readonly DeviceRun[];
  /** Code and constant tables that an inference reaches: without input, start-up and C library. */
  readonly flashBytes: number;
  /** The context (spikes and scratch) with the stack of an inference; input and result are the caller's. */
  readonly ramBytes: number;
}

/** Compiles the network for a core, runs it whole in QEMU with exact instruction counts, and reads what it counted. */
export async function runOnCore(core: BenchCore, job: DeviceJob): Promise<DeviceResult> {
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-bench-'));
  try {
    const objects = await compile(folder, core, job);
    const flashBytes = await libraryBytes(folder, core, objects, job.signal);
    await call(folder, gcc, [...cpuFlags(core.target), ...objects, ...LINK], job.signal);
    await call(folder, 'qemu-system-arm', qemuArguments(core), job.signal);
    const runs = parseRecord(readFileSync(join(folder, 'record.bin')), job, core.target.counter.hz);
    return { runs, flashBytes, ramBytes: Math.max(...runs.map((run) => run.contextBytes + run.stackBytes)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const gcc = `${toolPrefix}gcc`;
const LINK = [
  '-nostartfiles',
  '-Wl,--gc-sections',
  '-Wl,--no-warn-rwx-segments',
  '-Tbench.ld',
  '-o',
  'program',
];

function qemuArguments({ machine }: BenchCore): string[] {
  const quiet = ['-display', 'none', '-serial', 'none', '-monitor', 'none'];
  const counting = ['-icount', 'shift=10,sleep=off'];
  const semihosting = ['-semihosting-config', 'enable=on,target=native'];
  return ['-M', machine, ...quiet, ...counting, ...semihosting, '-kernel', 'program'];
}

async function compile(folder: string, core: BenchCore, job: DeviceJob): Promise<readonly string[]> {
  const library = renderLibrary(job.model, job.plan, { modelHash: '0'.repeat(64), command: job.command });
  const files: readonly GeneratedFile[] = [
    ...library,
    ...['bench.h', 'bench.c'].map((name) => ({ path: `app/${name}`, contents: benchSource(name) })),
    { path: 'app/main.c', contents: mainText(job.inputs) },
    { path: 'bench.ld', contents: linkerScript(core) },
  ];
  for (const { path, contents } of files) writeAtomic(join(folder, path), contents);
  const timer = `-DBENCH_TIMER=${core.target.counter.base}u`;
  const flags = [...compileFlags(core.target, defaultOptimize.application), timer];
  const waiting = files.map(({ path }) => path).filter((path) => path.endsWith('.c'));
  const objects = waiting.map(objectOf);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await call(folder, gcc, [...flags, '-c', next, '-o', objectOf(next)], job.signal);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return objects;
}

function objectOf(source: string): string {
  return source.replace(/\.[cS]$/, '.o');
}

function benchSource(name: string): string {
  return readFileSync(join(packageRoot, 'bench', 'device', 'c', name), 'utf8');
}

/** Links the library alone, keeping what an inference reaches, and adds up its sections. */
async function libraryBytes(
  folder: string,
  core: BenchCore,
  objects: readonly string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const own = objects.filter((path) => path.startsWith('lib/'));
  const keep = ['-r', '-nostdlib', '-Wl,--gc-sections', '-Wl,-e,litesnn_infer'];
  await call(folder, gcc, [...cpuFlags(core.target), ...keep, ...own, '-o', 'library.o'], signal);
  const sizes = await call(folder, `${toolPrefix}size`, ['library.o'], signal);
  const [text, data] = sizes.trim().split('\n')[1].trim().split(/\s+/).map(Number);
  return text + data;
}

async function call(
  folder: string,
  tool: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const { status, stdout, stderr } = await runTool(tool, args, { cwd: folder, ...(signal && { signal }) });
  if (status === 0) return stdout;
  throw new LitesnnError(
    'BENCH_TOOL',
    ExitCode.build,
    `${tool} ended with ${status}: ${stderr.slice(0, 2000)}`,
  );
}

function linkerScript({ codeOrigin, dataOrigin }: BenchCore): string {
  return `ENTRY(reset)
MEMORY
{
    code (rx) : ORIGIN = ${codeOrigin}, LENGTH = ${MEMORY_BYTES}
    data (rw) : ORIGIN = ${dataOrigin}, LENGTH = ${MEMORY_BYTES}
}
stack_top = ORIGIN(data) + LENGTH(data);
SECTIONS
{
    .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > code
    .ARM.exidx : { *(.ARM.exidx*) } > code
    /* QEMU loads it where it runs, and clears memory. */
    .data : { *(.data*) } > data
    .bss (NOLOAD) : { *(.bss*) *(COMMON) } > data
}
`;
}

/** Each input twice: without a trace, which is what counts, then with one. */
function mainText(inputs: readonly Int8Array[]): string {
  const rows = inputs.map((input) => `    { ${input.join(',')} },\n`).join('');
  return `#include "bench.h"
#include "litesnn_model.h"

static const int8_t inputs[${inputs.length}][LITESNN_INPUT_BYTES] = {
${rows}};
static litesnn_context context;

static void run(const int8_t *input)
{
    litesnn_result result;
    litesnn_init(&context);
    bench_paint_stack();
    const uint32_t start = bench_now();
    litesnn_infer(&context, input, &result);
    bench_write_word(start - bench_now());
    bench_write_word(bench_stack_used());
    bench_write_word(sizeof context);
    for (uint32_t k = 0; k < LITESNN_CLASSES; k++) {
        bench_write_word((uint32_t)result.logits[k]);
    }
    litesnn_set_trace(&context, bench_trace, 0);
    litesnn_infer(&context, input, &result);
}

void bench_run(void)
{
    for (uint32_t i = 0; i < ${inputs.length}; i++) {
        run(inputs[i]);
    }
}
`;
}
