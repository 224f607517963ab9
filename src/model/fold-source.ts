import { ExitCode, LitesnnError } from '../core/errors.js';
import type { TrainedNetwork } from '../search/trained-network.js';
import type { MixSpec, ParameterName, TrainingGraph, WeightSpec } from '../training/graph.js';
import { keepMask, quantize } from '../training/quantizer.js';
import type { WeightBits } from './types.js';

/** A decoded weight: effective weight = code * scale. */
export interface FoldedWeight {
  readonly bits: WeightBits;
  readonly codes: Int8Array;
  readonly scale: number;
}

export function refuseFold(code: string, message: string, hint?: string): never {
  throw new LitesnnError(
    code,
    ExitCode.usage,
    `cannot fold the network: ${message}`,
    hint === undefined ? {} : { hint },
  );
}

/** Checked access to the parameters of a trained network. */
export class FoldSource {
  readonly graph: TrainingGraph;

  constructor(private readonly network: TrainedNetwork) {
    this.graph = network.graph;
    if (network.graph.gates > 0) refuseFold('FOLD_NOT_DECODED', 'it still has gates between several edges');
  }

  parameter(name: ParameterName, length: number): Float32Array {
    const values = this.network.parameters.get(name);
    if (values === undefined) refuseFold('FOLD_PARAMETER_MISSING', `parameter ${name} is missing`);
    if (values.length !== length) {
      refuseFold('FOLD_PARAMETER_LENGTH', `parameter ${name} has ${values.length} values, not ${length}`);
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      refuseFold(
        'FOLD_NOT_FINITE',
        `parameter ${name} has ${values[wrong]} at ${wrong}`,
        'train with a smaller rate',
      );
    return values;
  }

  /** Codes of `<prefix>.w` under its mask `<prefix>.score`. */
  weight(prefix: string, spec: WeightSpec, length: number): FoldedWeight {
    const bits = onlyChoice(spec.bits, `${prefix}.w bits`);
    if (bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8)
      return refuseFold('FOLD_BITS', `${prefix}.w has ${bits} bits`);
    const keep = onlyChoice(spec.keep, `${prefix}.w keep`);
    const { codes, scale } = quantize(this.parameter(`${prefix}.w`, length), bits);
    if (keep < 1) {
      const mask = keepMask(this.parameter(`${prefix}.score`, length), keep);
      return { bits, scale, codes: codes.map((code, i) => code * mask[i]) };
    }
    return { bits, scale, codes };
  }
}

function onlyChoice(mix: MixSpec, what: string): number {
  if (mix.choices.length !== 1)
    refuseFold('FOLD_NOT_DECODED', `${what} still has ${mix.choices.length} choices`);
  return mix.choices[0];
}
