import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readBytes, readJson, sha256, writeAtomic, writeJson } from '../core/files.js';
import { checkParameters, validateGraph } from '../training/initial.js';
import { genotypeSchema } from './genotype.js';
import { graphSchema } from './graph-schema.js';
import { decodeTensors, encodeTensors, tensorIndexSchema } from './tensors.js';
import type { TrainedNetwork } from './trained-network.js';

const NETWORK_VERSION = 1;
const JSON_FILE = 'network.json';
const BINARY_FILE = 'network.bin';

const networkSchema = z.strictObject({
  formatVersion: z.literal(NETWORK_VERSION),
  seed: z.int(),
  genotype: genotypeSchema,
  graph: graphSchema,
  /** Of network.bin: float32 tensors, little-endian, in this order. */
  parameters: tensorIndexSchema,
  sha256: z.string(),
});

/** Writes network.bin, then network.json with its SHA-256: a network is complete when the second is there. */
export function writeTrainedNetwork(folder: string, network: TrainedNetwork): void {
  const { index, bytes } = encodeTensors(network.parameters);
  writeAtomic(join(folder, BINARY_FILE), bytes);
  writeJson(join(folder, JSON_FILE), {
    formatVersion: NETWORK_VERSION,
    seed: network.seed,
    genotype: network.genotype,
    graph: network.graph,
    parameters: index,
    sha256: sha256(bytes),
  });
}

function rejected(code: string, folder: string, what: string): LitesnnError {
  return new LitesnnError(code, ExitCode.usage, `${join(folder, JSON_FILE)}: ${what}`, {
    hint: 'run the search again, or restore both files of the network',
  });
}

/**
 * @throws LitesnnError FILE_UNREADABLE, FILE_NOT_JSON, NETWORK_FORMAT (form, version or a broken rule), NETWORK_LENGTH,
 * NETWORK_CHECKSUM; GRAPH_* and PARAMETERS_MISMATCH where the parts do not fit together
 */
export function readTrainedNetwork(folder: string): TrainedNetwork {
  const parsed = networkSchema.safeParse(readJson(join(folder, JSON_FILE)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw rejected('NETWORK_FORMAT', folder, `${issue.path.join('.') || 'file'}: ${issue.message}`);
  }
  const { seed, genotype, graph, parameters: index, sha256: expected } = parsed.data;
  const bytes = readBytes(join(folder, BINARY_FILE));
  const parameters = decodeTensors(index, bytes);
  if (parameters === undefined) {
    throw rejected('NETWORK_LENGTH', folder, `${BINARY_FILE} has ${bytes.length} bytes, not what is listed`);
  }
  if (sha256(bytes) !== expected) {
    throw rejected('NETWORK_CHECKSUM', folder, `${BINARY_FILE} does not have the SHA-256 that is listed`);
  }
  validateGraph(graph);
  checkParameters(graph, parameters);
  return { graph, parameters, genotype, seed };
}
