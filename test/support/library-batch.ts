import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/paths.js';
import { renderLibrary, renderRuntime } from '../../src/codegen/library/render.js';
import type { GeneratedFile } from '../../src/codegen/generated-file.js';
import { withEarlyExit } from '../../src/codegen/plan/early-exit.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import type { NetworkPlan, PlanOptions } from '../../src/codegen/plan/types.js';
import { earlyPart, inferWithExit, type EarlyExit } from '../../src/model/early-exit.js';
import { Interpreter, type Inference } from '../../src/model/interpreter.js';
import type { IntegerModel, Layer } from '../../src/model/types.js';

/** A network of a batch, and what it is run on. */
export interface BatchMember {
  readonly model: IntegerModel;
  readonly inputs: readonly Int8Array[];
  readonly kernels: NonNullable<PlanOptions['kernels']>;
  readonly exit?: EarlyExit;
  readonly storage?: PlanOptions['storage'];
}

/** A piece of the record that a batch writes, with what it is. */
export interface RecordPiece {
  readonly label: string;
  readonly bytes: Buffer;
}

export interface Batch {
  /** Sources, all in one folder; an environment adds `batch_write` and calls `batch_run`. */
  readonly files: readonly GeneratedFile[];
  /** What the interpreter says the record must be. */
  readonly expected: readonly RecordPiece[];
}

const FACTS = { modelHash: '5a'.repeat(32), command: 'test' };

/** Networks of one translation unit: compilers start slower than they compile. */
const MODELS_PER_UNIT = 10;

/** All networks in one program, each under its own prefix, with a driver that records every spike and logit. */
export function renderBatch(members: readonly BatchMember[]): Batch {
  // The first has the prefix that users get, which must not meet names of the runtime.
  const prefixes = members.map((_, i) => (i === 0 ? 'litesnn' : `m${i}`));
  const runtimeFiles = renderRuntime(FACTS);
  const files: GeneratedFile[] = runtimeFiles.map(flat);
  const runtime = new Set(runtimeFiles.map(({ path }) => path));
  members.forEach((member, i) => {
    const plan = planOf(member);
    const library = renderLibrary(member.model, plan, { ...FACTS, prefix: prefixes[i] });
    files.push(
      ...library
        .filter(({ path }) => path.startsWith(`lib/${prefixes[i]}_`) && !runtime.has(path))
        .map(included),
    );
    files.push({ path: `${prefixes[i]}_batch.inc`, contents: driver(prefixes[i], member) });
  });
  for (const name of ['batch.h', 'batch.c']) files.push({ path: name, contents: supportC(name) });
  for (let first = 0; first < prefixes.length; first += MODELS_PER_UNIT) {
    files.push({ path: `unit${first}.c`, contents: unit(prefixes.slice(first, first + MODELS_PER_UNIT)) });
  }
  // Its static names are those of the whole network.
  members.forEach(({ exit }, i) => {
    if (exit !== undefined)
      files.push({ path: `early${i}.c`, contents: `#include "${prefixes[i]}_early_c.inc"\n` });
  });
  files.push({ path: 'batch_run.c', contents: runAll(prefixes) });
  return { files, expected: members.flatMap(expectedOf) };
}

function planOf({ model, kernels, exit, storage }: BatchMember): NetworkPlan {
  const plan = planNetwork(model, undefined, { kernels, storage });
  if (exit === undefined) return plan;
  const early = planNetwork(earlyPart(model, exit), undefined, { kernels });
  return withEarlyExit(model, plan, early, { ...exit, share: 0.5 });
}

/** Hand-written C of test/support/c. */
export function supportC(name: string): string {
  return readFileSync(join(packageRoot, 'test', 'support', 'c', name), 'utf8');
}

function flat(file: GeneratedFile): GeneratedFile {
  return { ...file, path: file.path.replace('lib/', '') };
}

/** Generated `.c` files are compiled through a unit that includes several of them. */
function included(file: GeneratedFile): GeneratedFile {
  return { ...file, path: file.path.replace('lib/', '').replace(/\.c$/, '_c.inc') };
}

function unit(prefixes: readonly string[]): string {
  const parts = ['data_c', 'model_c', 'batch'];
  return prefixes.flatMap((prefix) => parts.map((part) => `#include "${prefix}_${part}.inc"\n`)).join('');
}

function runAll(prefixes: readonly string[]): string {
  const declarations = prefixes.map((prefix) => `void ${prefix}_batch(void);\n`).join('');
  const calls = prefixes.map((prefix) => `    ${prefix}_batch();\n`).join('');
  return `#include "batch.h"\n${declarations}void batch_run(void)\n{\n${calls}}\n`;
}

/** The context is filled with a pattern first: nothing may depend on what memory held before. */
function driver(prefix: string, member: BatchMember): string {
  const upper = prefix.toUpperCase();
  const rows = member.inputs.map((input) => `    { ${Array.from(input).join(',')} },\n`).join('');
  return `#include <string.h>
#include "batch.h"
#include "${prefix}_model.h"
static const int8_t ${prefix}_inputs[${member.inputs.length}][${upper}_INPUT_BYTES] = {
${rows}};
static ${prefix}_context ${prefix}_memory;
static void ${prefix}_one(const int8_t *input, litesnn_trace_fn trace)
{
    ${prefix}_result result;
    memset(&${prefix}_memory, 0xA5, sizeof ${prefix}_memory);
    ${prefix}_init(&${prefix}_memory);
    ${prefix}_set_trace(&${prefix}_memory, trace, 0);
    ${prefix}_infer(&${prefix}_memory, input, &result);
    batch_write_result(result.logits, ${upper}_CLASSES, result.class_index, result.timesteps);
}
void ${prefix}_batch(void);
void ${prefix}_batch(void)
{
    for (uint32_t i = 0; i < ${member.inputs.length}; i++) {
        ${prefix}_one(${prefix}_inputs[i], batch_trace);
        ${prefix}_one(${prefix}_inputs[i], 0);
    }
}
`;
}

const [BEGIN, END, COUNTS] = [0, 1, 2];

function expectedOf(member: BatchMember, index: number): RecordPiece[] {
  const interpreter = new Interpreter(member.model);
  return member.inputs.flatMap((input, i) => {
    const where = `network ${index} (${member.model.name}, ${member.kernels} kernels), input ${i}`;
    const found = inferWithExit(interpreter, input, member.exit);
    const passes = passesOf(interpreter, input, member, found);
    const result = words([...found.logits, found.classIndex, found.timesteps]);
    return [
      ...passes.flatMap((pass) => traceOf(member.model, pass, where)),
      { label: `${where}: result with trace`, bytes: result },
      { label: `${where}: result without trace`, bytes: result },
    ];
  });
}

/** An inference that did not end early was begun twice. */
function passesOf(
  interpreter: Interpreter,
  input: Int8Array,
  { exit }: BatchMember,
  found: Inference,
): Inference[] {
  if (exit === undefined || found.timesteps === exit.timesteps) return [found];
  return [interpreter.run(input, { timesteps: exit.timesteps }), found];
}

function traceOf(model: IntegerModel, inference: Inference, where: string): RecordPiece[] {
  const { layers } = model;
  const pieces = layers.flatMap((layer, i) => [
    { label: `${where}, layer ${i}: phases`, bytes: words([BEGIN, i, END, i, COUNTS, i]) },
    { label: `${where}, layer ${i}: counts`, bytes: words([inference.spikesIn[i], inference.spikesOut[i]]) },
    { label: `${where}, layer ${i}: spikes`, bytes: packSpikes(layer, inference.spikes[i]) },
  ]);
  const n = layers.length;
  const head = [BEGIN, n, END, n, COUNTS, n, inference.headSpikesIn, 0];
  return [...pieces, { label: `${where}, head: trace`, bytes: words(head) }];
}

function words(values: readonly number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}

/** `[t][y][x][channel]` of 0 and 1 to bits, each pixel in whole bytes. */
function packSpikes(layer: Layer, spikes: Uint8Array): Buffer {
  const { channels } = layer.shape;
  const pixelBytes = Math.ceil(channels / 8);
  const packed = Buffer.alloc((spikes.length / channels) * pixelBytes);
  spikes.forEach((spike, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    packed[pixel * pixelBytes + (c >> 3)] |= spike << (c & 7);
  });
  return packed;
}

/** Throws with the label of the first piece that differs. */
export function compareRecord(record: Buffer, expected: readonly RecordPiece[]): void {
  let offset = 0;
  for (const { label, bytes } of expected) {
    const found = record.subarray(offset, offset + bytes.length);
    if (!found.equals(bytes)) {
      const at = bytes.findIndex((byte, i) => byte !== found[i]);
      throw new Error(
        `${label}: byte ${at} of ${bytes.length} is ${found[at] ?? 'missing'}, not ${bytes[at]}`,
      );
    }
    offset += bytes.length;
  }
  if (offset !== record.length) throw new Error(`${record.length - offset} bytes more than expected`);
}
