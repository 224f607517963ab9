import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readBytes, readJson, sha256, writeAtomic, writeJson } from '../core/files.js';
import type { TensorMap } from '../training/engine.js';
import { edgeParameter, type EdgeSpec, type TrainingGraph } from '../training/graph.js';
import { OPERATIONS } from './layout.js';
import { graphSchema } from './graph-schema.js';
import type { SupernetSpec } from './space.js';
import { decodeTensors, encodeTensors, tensorIndexSchema, tensorsUnder, withPrefix } from './tensors.js';

const SUPERNET_VERSION = 1;
export const SUPERNET_FILE = 'supernet.json';
const BINARY_FILE = 'supernet.bin';

const supernetSchema = z.strictObject({
  formatVersion: z.literal(SUPERNET_VERSION),
  graph: graphSchema,
  rows: z.array(z.strictObject({ node: z.int().nonnegative(), origin: z.string() })),
  cells: z.int().positive(),
  bits: z.array(z.number()),
  keep: z.array(z.number()),
  parameters: tensorIndexSchema,
  /** Of supernet.bin: `choices/...` and `weights/...`, little-endian float32. */
  sha256: z.string(),
});

/** A finished joint search, from which another may start. */
export interface EarlierSearch {
  readonly graph: TrainingGraph;
  readonly rows: readonly { readonly node: number; readonly origin: string }[];
  readonly cells: number;
  readonly bits: readonly number[];
  readonly keep: readonly number[];
  readonly choices: TensorMap;
  readonly weights: TensorMap;
  /** Of everything taken over. */
  readonly hash: string;
}

/** Writes a searched supernet so that {@link readSupernet} can start another search from it. */
export function writeSupernet(
  folder: string,
  { plan, graph, rows }: SupernetSpec,
  choices: TensorMap,
  weights: TensorMap,
): void {
  const tensors = new Map([...withPrefix('choices/', choices), ...withPrefix('weights/', weights)]);
  const { index, bytes } = encodeTensors(tensors);
  writeAtomic(join(folder, BINARY_FILE), bytes);
  writeJson(join(folder, SUPERNET_FILE), {
    formatVersion: SUPERNET_VERSION,
    graph,
    rows,
    cells: plan.layout.cells.length,
    bits: plan.bits,
    keep: plan.keep,
    parameters: index,
    sha256: sha256(bytes),
  });
}

/** @throws LitesnnError FILE_UNREADABLE, FILE_NOT_JSON; WARM_START_INVALID where the files are not a whole supernet */
export function readSupernet(folder: string): EarlierSearch {
  const parsed = supernetSchema.safeParse(readJson(join(folder, SUPERNET_FILE)));
  if (!parsed.success) throw invalid(folder, 'is not in the format of this version');
  const { parameters, sha256: expected, graph, rows, cells, bits, keep } = parsed.data;
  const bytes = readBytes(join(folder, BINARY_FILE));
  const tensors = decodeTensors(parameters, bytes);
  if (tensors === undefined || sha256(bytes) !== expected)
    throw invalid(folder, `does not match ${BINARY_FILE}`);
  return {
    graph,
    rows,
    cells,
    bits,
    keep,
    choices: tensorsUnder('choices/', tensors),
    weights: tensorsUnder('weights/', tensors),
    hash: expected,
  };
}

function invalid(folder: string, what: string): LitesnnError {
  return new LitesnnError('WARM_START_INVALID', ExitCode.usage, `${join(folder, SUPERNET_FILE)} ${what}`, {
    hint: 'do the earlier search again with this version, or start without it',
  });
}

/** Copies the learned value of every choice that both searches have into `choices`, in place. */
export function takeChoices(choices: TensorMap, supernet: SupernetSpec, earlier: EarlierSearch): void {
  const { plan, rows } = supernet;
  const copy = (name: string, to: number, from: number): void => {
    const source = earlier.choices.get(name);
    const target = choices.get(name);
    if (source !== undefined && target !== undefined && from < source.length) target[to] = source[from];
  };
  rows.forEach((row, index) => {
    const from = earlier.rows.findIndex((other) => other.node === row.node && other.origin === row.origin);
    if (from < 0) return;
    OPERATIONS.forEach((_, column) => {
      copy('alpha', index * OPERATIONS.length + column, from * OPERATIONS.length + column);
    });
  });
  const cells = Math.min(plan.layout.cells.length, earlier.cells);
  const copyRows = (name: string, ours: readonly number[], theirs: readonly number[]): void => {
    // One choice alone is not searched and has no row.
    if (ours.length < 2 || theirs.length < 2) return;
    for (let cell = 0; cell < cells; cell++) {
      ours.forEach((choice, i) => {
        const from = theirs.indexOf(choice);
        if (from >= 0) copy(name, cell * ours.length + i, cell * theirs.length + from);
      });
    }
  };
  copyRows('beta', plan.bits, earlier.bits);
  copyRows('kappa', plan.keep, earlier.keep);
  const steps = Math.min(plan.layout.timesteps, earlier.graph.timesteps);
  for (let t = 0; t < steps; t++) copy('psi', t, t);
}

/** An edge as plain data, but for the choices of its weights. */
function withoutChoices(edge: EdgeSpec): unknown {
  return JSON.parse(JSON.stringify({ ...edge, weight: undefined })) as unknown;
}

const EDGE_TENSORS = ['w', 'score', 'gamma', 'beta', 'mean', 'variance', 'gain'];

/** Copies every weight tensor whose edge both supernets have, with the same shape, into `weights`, in place. */
export function takeWeights(weights: TensorMap, supernet: SupernetSpec, earlier: EarlierSearch): void {
  const copy = (to: string, from: string): void => {
    const target = weights.get(to);
    const source = earlier.weights.get(from);
    if (target !== undefined && source?.length === target.length) target.set(source);
  };
  const before = earlier.graph.populations;
  supernet.graph.populations.forEach((population, p) => {
    const q = before.findIndex((other) => other.name === population.name);
    if (q < 0) return;
    population.edges.forEach((edge, e) => {
      // The same gate, source and kernel; a weight whose choices differ is still the same weight.
      const f = before[q].edges.findIndex((other) =>
        isDeepStrictEqual(withoutChoices(other), withoutChoices(edge)),
      );
      if (f < 0) return;
      for (const name of EDGE_TENSORS) copy(edgeParameter(p, e, name), edgeParameter(q, f, name));
    });
  });
  for (const name of ['head.w', 'head.b']) copy(name, name);
}
