import { spreadOf, type Spread } from '../../core/spread.js';
import { VARIANT_NAMES } from '../../search/compare/variants.js';
import {
  COMPARISON_SCHEMA_VERSION,
  type Comparison,
  type ComparisonRow,
  type Contrast,
  type VariantScore,
} from './comparison.js';

function rowOf(scores: readonly VariantScore[]): ComparisonRow {
  const of = (pick: (score: VariantScore) => number): Spread => spreadOf(scores.map(pick));
  return {
    variant: scores[0].variant,
    accuracy: of((score) => score.accuracy),
    timesteps: of((score) => score.timesteps),
    firingRate: of((score) => score.firingRate),
    storedBits: of((score) => score.storedBits),
    storedBytes: of((score) => score.storedBytes),
    bitSynOps: of((score) => score.bitSynOps),
    multiplyAccumulates: of((score) => score.multiplyAccumulates),
    instructions: of((score) => score.instructions),
    bySeed: [...scores],
  };
}

function contrastOf(joint: ComparisonRow, other: ComparisonRow): Contrast {
  const gains = joint.bySeed.flatMap(({ seed, accuracy }) =>
    other.bySeed.filter((score) => score.seed === seed).map((score) => accuracy - score.accuracy),
  );
  return {
    against: other.variant,
    accuracyGain: spreadOf(gains),
    storedBitsRatio: joint.storedBits.mean / other.storedBits.mean,
    instructionsRatio: joint.instructions.mean / other.instructions.mean,
  };
}

/** Means and spreads of all scores, and the joint network against each other one. */
export function collectComparison(
  about: Omit<Comparison, 'schemaVersion' | 'rows' | 'contrasts'>,
  scores: readonly VariantScore[],
): Comparison {
  const rows = VARIANT_NAMES.map((name) => scores.filter(({ variant }) => variant === name))
    .filter((own) => own.length > 0)
    .map(rowOf);
  const joint = rows.find(({ variant }) => variant === 'joint');
  const others = rows.filter(({ variant }) => variant !== 'joint');
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    ...about,
    rows,
    contrasts: joint === undefined ? [] : others.map((other) => contrastOf(joint, other)),
  };
}
