import { FULL, UNTRAINED } from './ablation-variants.js';
import type { Score } from './ablation-score.js';
import type { BenchmarkResult } from './contract.js';
import { spreadOf } from './spread.js';

/** A variant's scores, one a seed. */
export interface VariantScores {
  readonly variant: string;
  readonly scores: readonly Score[];
}

function meanOf({ scores }: VariantScores, figure: string): number {
  return spreadOf(scores.map((score) => score[figure])).mean;
}

/** Means over seeds, the spread of the accuracy, and what switching the part off costs or saves. */
export function variantRow(row: VariantScores, full: VariantScores): BenchmarkResult {
  const accuracy = spreadOf(row.scores.map((score) => score.accuracy));
  const ratio = (figure: string): number => meanOf(row, figure) / meanOf(full, figure);
  return {
    variant: row.variant,
    seeds: row.scores.length,
    accuracy: accuracy.mean,
    accuracyDeviation: accuracy.deviation,
    accuracyLoss: meanOf(full, 'accuracy') - accuracy.mean,
    timesteps: meanOf(row, 'timesteps'),
    hiddenFiringRate: meanOf(row, 'hiddenFiringRate'),
    modelBits: meanOf(row, 'modelBits'),
    modelBitsRatio: ratio('modelBits'),
    storedBytes: meanOf(row, 'storedBytes'),
    bitSynOps: meanOf(row, 'bitSynOps'),
    bitSynOpsRatio: ratio('bitSynOps'),
    bySeed: row.scores,
  };
}

/**
 * @param all the full method, the untrained network, and each ablation
 * @param chance share of the largest class in the test split
 */
export function ablationHeadline(all: readonly VariantScores[], chance: number): Record<string, number> {
  const find = (name: string): VariantScores => {
    const found = all.find(({ variant }) => variant === name);
    if (found === undefined) throw new Error(`no scores of "${name}"`);
    return found;
  };
  const full = find(FULL);
  const untrained = find(UNTRAINED);
  const ablated = all.filter((row) => row !== full && row !== untrained);
  const accuracy = meanOf(full, 'accuracy');
  const losses = ablated.map((row) => accuracy - meanOf(row, 'accuracy'));
  const dearest = (figure: string): number =>
    Math.max(...ablated.map((row) => meanOf(row, figure) / meanOf(full, figure)));
  return {
    fullAccuracy: accuracy,
    chance,
    untrainedAccuracy: meanOf(untrained, 'accuracy'),
    worstAblationLoss: Math.max(...losses),
    worstAblationBitsRatio: dearest('modelBits'),
    worstAblationSynOpsRatio: dearest('bitSynOps'),
  };
}
