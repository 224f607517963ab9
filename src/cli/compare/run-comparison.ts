import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { interrupted } from '../../core/errors.js';
import { readJson, sha256, writeJson } from '../../core/files.js';
import { toolVersion } from '../../core/version.js';
import { learningSplits } from '../../data/splits.js';
import { variantScoreSchema, type VariantScore } from '../../report/compare/comparison.js';
import { scoreVariant, type ScoringContext } from '../../report/compare/score.js';
import { scaledSchedule } from '../../search/compare/effort.js';
import { trainVariant } from '../../search/compare/train-variant.js';
import type { VariantName } from '../../search/compare/variants.js';
import { readTrainedNetwork } from '../../search/network-file.js';
import type { Preset } from '../../search/presets.js';

/** What is compared, on what, and where it is kept. */
export interface ComparisonPlan extends ScoringContext {
  readonly preset: Preset;
  /** Fraction of the preset's samples. */
  readonly effort: number;
  readonly seeds: readonly number[];
  /** The joint one first: the others follow from it. */
  readonly variants: readonly VariantName[];
  /** Every network has a folder here, under one of the plan's settings: other settings never touch its checkpoints. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const recordSchema = z.strictObject({ key: z.string(), score: variantScoreSchema });

/** Everything that a trained network depends on beside its variant and seed. */
function trainingKey({ preset, effort, dataset, engine }: ComparisonPlan): string {
  return sha256(JSON.stringify([toolVersion, preset, effort, dataset.hash, engine.name]));
}

/** Tells after each network how long the rest will take, if every variant takes as long as its last time, or as the mean. */
class TimeLeft {
  private readonly seconds = new Map<VariantName, number>();
  private done = 0;

  constructor(private readonly plan: ComparisonPlan) {}

  add({ variant, seed, seconds, accuracy }: VariantScore): void {
    const { seeds, variants, progress } = this.plan;
    this.seconds.set(variant, seconds);
    this.done++;
    const order = seeds.flatMap(() => variants);
    const known = [...this.seconds.values()];
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const left = order.slice(this.done).reduce((sum, name) => sum + (this.seconds.get(name) ?? mean), 0);
    const percent = (100 * accuracy).toFixed(1);
    progress.note(
      `compare: ${this.done} of ${order.length}, ${variant}, seed ${seed}: ${percent} % on the test split; about ${Math.ceil(left / 60)} min of training left`,
    );
  }
}

function keptScore(path: string, key: string): VariantScore | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = recordSchema.safeParse(readJson(path));
  return parsed.success && parsed.data.key === key ? parsed.data.score : undefined;
}

async function scoreOne(
  plan: ComparisonPlan,
  root: string,
  variant: VariantName,
  seed: number,
): Promise<VariantScore> {
  const { preset, effort, dataset, engine, progress, signal, target } = plan;
  const folderOf = (name: VariantName): string => join(root, `${name}-${seed}`);
  const folder = folderOf(variant);
  const path = join(folder, 'score.json');
  const key = sha256(JSON.stringify([trainingKey(plan), target]));
  const kept = keptScore(path, key);
  if (kept !== undefined) return kept;
  progress.note(`compare: ${variant}, seed ${seed}`);
  const data = learningSplits(dataset);
  const joint = variant === 'joint' ? undefined : readTrainedNetwork(folderOf('joint'));
  const { network, seconds } = await trainVariant(
    variant,
    {
      ...preset,
      schedule: scaledSchedule(preset.schedule, data, effort),
      ...{ data, engine, seed, folder, progress, signal },
    },
    joint,
  );
  const score = await scoreVariant(variant, network, seconds, plan);
  writeJson(path, { key, score });
  return score;
}

/**
 * Trains and scores every variant with every seed; what an earlier call finished is kept, and what it began goes on.
 * @throws LitesnnError INTERRUPTED (exit 130) when aborted, SPACE_*, SEARCH_TOO_FEW_SAMPLES, CHECKPOINT_*
 */
export async function runComparison(plan: ComparisonPlan): Promise<VariantScore[]> {
  const root = join(plan.folder, trainingKey(plan).slice(0, 16));
  const timeLeft = new TimeLeft(plan);
  const scores: VariantScore[] = [];
  for (const seed of plan.seeds) {
    for (const variant of plan.variants) {
      if (plan.signal.aborted) throw interrupted('compare');
      const score = await scoreOne(plan, root, variant, seed);
      timeLeft.add(score);
      scores.push(score);
    }
  }
  return scores;
}
