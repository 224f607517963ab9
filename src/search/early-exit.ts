import type { EarlyExit } from '../model/early-exit.js';

/** What a sample of the validation split says after the first timesteps. */
export interface EarlyAnswer {
  readonly margin: number;
  readonly right: boolean;
}

/** One number of timesteps that an inference might end after. */
export interface ExitTrial {
  readonly timesteps: number;
  /** Predicted instructions of these timesteps alone. */
  readonly instructions: number;
  /** One a sample. */
  readonly answers: readonly EarlyAnswer[];
}

export interface FullAnswers {
  /** Predicted instructions of all timesteps. */
  readonly instructions: number;
  /** Whether all timesteps give the right class, one a sample. */
  readonly right: readonly boolean[];
}

/** An early exit with what it is expected to do, from the validation split. */
export interface ChosenExit extends EarlyExit {
  /** Part of the inferences that end early, 0..1. */
  readonly share: number;
  /** Accuracy on the validation split with it and without, 0..1. */
  readonly accuracy: number;
  readonly fullAccuracy: number;
  /** Expected instructions of an inference: one that does not end early costs both passes. */
  readonly instructions: number;
}

const WHOLE_MARGIN = 0xffffffff;

/**
 * The exit with the fewest expected instructions whose validation accuracy is at most `loss` (0..1) below that of all timesteps;
 * undefined where none is cheaper than computing all of them.
 */
export function chooseExit(
  trials: readonly ExitTrial[],
  full: FullAnswers,
  loss: number,
): ChosenExit | undefined {
  const samples = full.right.length;
  if (samples === 0) return undefined;
  const fullCorrect = full.right.filter(Boolean).length;
  // A rounding error must not forbid what is exactly allowed.
  const least = fullCorrect - Math.floor(loss * samples + 1e-9);
  let best: ChosenExit | undefined;
  for (const trial of trials) {
    const order = trial.answers.map((_, i) => i).sort((a, b) => marginAt(trial, b) - marginAt(trial, a));
    let correct = fullCorrect;
    for (const [position, sample] of order.entries()) {
      const margin = marginAt(trial, sample);
      correct += Number(trial.answers[sample].right) - Number(full.right[sample]);
      const share = (position + 1) / samples;
      const more = position + 1 < samples && marginAt(trial, order[position + 1]) === margin;
      // Samples of equal margin end early together; a tie never does.
      if (more || margin <= 0 || margin > WHOLE_MARGIN || correct < least) continue;
      const instructions = trial.instructions + (1 - share) * full.instructions;
      if (instructions >= (best?.instructions ?? full.instructions)) continue;
      best = {
        timesteps: trial.timesteps,
        margin,
        share,
        accuracy: correct / samples,
        fullAccuracy: fullCorrect / samples,
        instructions,
      };
    }
  }
  return best;
}

function marginAt({ answers }: ExitTrial, sample: number): number {
  return answers[sample].margin;
}
