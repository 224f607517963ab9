import { z } from 'zod';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { MODEL_LIMITS } from './limits.js';
import { MODEL_FORMAT_VERSION } from './types.js';

/*
 * The JSON half of a model file, see docs/model-format.md. The schema settles types, keys and what would not survive typed
 * arrays; every other rule is validateModel's, so that models from memory and from files obey the same ones.
 */

const shape = z.strictObject({ height: z.int(), width: z.int(), channels: z.int() });
const size = z.strictObject({ height: z.int(), width: z.int() });
const padding = z.strictObject({ top: z.int(), bottom: z.int(), left: z.int(), right: z.int() });
const perChannel = z.array(z.int32()).max(MODEL_LIMITS.channels);
const layerIndexes = z.array(z.int()).max(MODEL_LIMITS.sources);
const bits = z.literal([1, 2, 4, 8]);
const codeCount = z.int().min(0).max(MODEL_LIMITS.codes);

const source = z.strictObject({
  layers: layerIndexes,
  pooling: z.strictObject({ kind: z.literal(['or', 'nearest']), height: z.int(), width: z.int() }).optional(),
});

const convEdge = z.strictObject({
  kind: z.literal('conv'),
  source,
  kernel: size,
  stride: size,
  padding,
  depthwise: z.boolean(),
  bits,
  codeCount,
  multiplier: perChannel,
});

const identityEdge = z.strictObject({ kind: z.literal('identity'), source, multiplier: perChannel });

const layer = z.strictObject({
  name: z.string(),
  shape,
  leak: z.int(),
  bias: perChannel,
  threshold: perChannel,
  edges: z.array(z.discriminatedUnion('kind', [convEdge, identityEdge])).max(MODEL_LIMITS.edgesPerLayer),
});

const checksum = z.string().regex(/^[0-9a-f]{64}$/);

const modelJson = z.strictObject({
  checksum,
  format: z.literal('litesnn-model'),
  version: z.literal(MODEL_FORMAT_VERSION),
  weights: z.strictObject({ bytes: z.int().min(0).max(MODEL_LIMITS.codes), sha256: checksum }),
  name: z.string(),
  input: shape,
  frontEnd: z.looseObject({ kind: z.string() }),
  timesteps: z.int(),
  classes: z.array(z.string()).max(MODEL_LIMITS.classes),
  layers: z.array(layer).max(MODEL_LIMITS.layers),
  head: z.strictObject({
    layers: layerIndexes,
    bits,
    codeCount,
    bias: z.array(z.int32()).max(MODEL_LIMITS.classes),
  }),
  provenance: z.strictObject({
    tool: z.string(),
    command: z.string(),
    datasetName: z.string(),
    datasetHash: z.string(),
    seed: z.int(),
    created: z.string(),
  }),
});

export type ModelJson = z.infer<typeof modelJson>;

/** @throws LitesnnError `MODEL_FORMAT`, `MODEL_VERSION`, `MODEL_UNKNOWN_KEY`, `MODEL_MISSING_KEY`, `MODEL_VALUE_RANGE`, `MODEL_VALUE_TYPE`. */
export function parseModelJson(value: unknown, path: string): ModelJson {
  checkVersion(value, path);
  const result = modelJson.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const at = issue.path.length === 0 ? 'the top level' : issue.path.join('.');
  throw new LitesnnError(codeOf(issue), ExitCode.usage, `${path}: ${at}: ${issue.message}`, {
    hint: 'the file was not written by litesnn, or by a version that this one does not understand',
  });
}

/** Before everything else: of another version not even the keys are known. */
function checkVersion(value: unknown, path: string): void {
  const { format, version } = z
    .looseObject({ format: z.unknown(), version: z.unknown() })
    .catch({ format: 0, version: 0 })
    .parse(value);
  if (format !== 'litesnn-model') {
    throw new LitesnnError('MODEL_FORMAT', ExitCode.usage, `${path} is not a litesnn model`, {
      hint: 'give the folder that holds model.json and model.bin',
    });
  }
  if (version !== MODEL_FORMAT_VERSION) {
    throw new LitesnnError(
      'MODEL_VERSION',
      ExitCode.usage,
      `${path} has format version ${JSON.stringify(version)}; this litesnn reads version ${MODEL_FORMAT_VERSION}`,
      { hint: 'make the model again, or use the litesnn version that wrote it' },
    );
  }
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'MODEL_UNKNOWN_KEY';
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'MODEL_VALUE_RANGE';
  return issue.code !== 'invalid_union' && issue.input === undefined
    ? 'MODEL_MISSING_KEY'
    : 'MODEL_VALUE_TYPE';
}
