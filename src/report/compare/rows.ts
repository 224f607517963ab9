import type { Spread } from '../../core/spread.js';
import { isArtificial } from '../../search/compare/variants.js';
import type { Comparison, ComparisonRow, Contrast } from './comparison.js';
import type { CompareWords } from './words.js';

/** Mean and deviation; the deviation is left out where it is 0 or one value alone is known. */
function plusMinus({ mean, deviation, n }: Spread, factor: number, digits: number): string {
  const value = (mean * factor).toFixed(digits);
  const around = (deviation * factor).toFixed(digits);
  return n < 2 || Number(around) === 0 ? value : `${value} ± ${around}`;
}

const KIBIBYTE = 1024;

/** Titles of the table's columns. */
export function comparisonHeads(words: CompareWords): string[] {
  const { variant, accuracy, seeds, storedWeights, storedBytes, timesteps, firing } = words;
  const { bitSynOps, multiplyAccumulates, instructions } = words;
  return [
    variant,
    `${accuracy}, %`,
    seeds,
    storedWeights,
    storedBytes,
    timesteps,
    `${firing}, %`,
    bitSynOps,
    multiplyAccumulates,
    instructions,
  ];
}

/** Cells of a row, already text, in the order of {@link comparisonHeads}. */
export function comparisonCells(row: ComparisonRow, words: CompareWords): string[] {
  return [
    words.variants[row.variant],
    plusMinus(row.accuracy, 100, 1),
    String(row.accuracy.n),
    plusMinus(row.storedBits, 1 / 8 / KIBIBYTE, 1),
    plusMinus(row.storedBytes, 1 / KIBIBYTE, 1),
    plusMinus(row.timesteps, 1, 1),
    plusMinus(row.firingRate, 100, 1),
    row.bitSynOps.mean === 0 ? '–' : plusMinus(row.bitSynOps, 1e-6, 2),
    plusMinus(row.multiplyAccumulates, 1e-6, 2),
    plusMinus(row.instructions, 1e-6, 2),
  ];
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((so, [name, value]) => so.replaceAll(`{${name}}`, value), text);
}

function costOf({ against, instructionsRatio }: Contrast, words: CompareWords): string {
  if (instructionsRatio < 1) return filled(words.cheaper, { percent: (100 * instructionsRatio).toFixed(0) });
  const dearer = isArtificial(against) ? words.artificialCheaper : words.dearer;
  return filled(dearer, { times: instructionsRatio.toFixed(2) });
}

/** A difference that is not larger than its deviation over seeds is none that can be told. */
function differenceText({ accuracyGain: { mean, deviation, n } }: Contrast, words: CompareWords): string {
  if (n < 2) return words.single;
  if (Math.abs(mean) <= deviation) return words.undecided;
  return mean > 0 ? words.better : words.worse;
}

function findingOf(contrast: Contrast, words: CompareWords): string {
  const { mean, deviation, n } = contrast.accuracyGain;
  return filled(differenceText(contrast, words), {
    points: (100 * (n < 2 ? mean : Math.abs(mean))).toFixed(1),
    deviation: (100 * deviation).toFixed(1),
    n: String(n),
    other: words.variants[contrast.against],
    cost: costOf(contrast, words),
  });
}

/** What the table says, one sentence for each network beside the joint one. */
export function comparisonFindings({ contrasts }: Comparison, words: CompareWords): string[] {
  return contrasts.map((contrast) => findingOf(contrast, words));
}
