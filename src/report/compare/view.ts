import { type Language, languages } from '../words.js';
import { comparisonChart } from './chart.js';
import type { Comparison } from './comparison.js';
import { comparisonCells, comparisonFindings, comparisonHeads } from './rows.js';
import { compareWordsOf, type CompareWords } from './words.js';

/** Everything that the section of a report shows, already text. */
export interface ComparisonView {
  readonly language: Language;
  readonly words: CompareWords;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly findings: readonly string[];
  readonly chart: string;
  readonly about: string;
}

export function comparisonView(comparison: Comparison, language: Language): ComparisonView {
  const words = compareWordsOf[language];
  const { dataset, preset, effort, target, engine, command } = comparison;
  return {
    language,
    words,
    heads: comparisonHeads(words),
    rows: comparison.rows.map((row) => comparisonCells(row, words)),
    findings: comparisonFindings(comparison, words),
    chart: comparisonChart(comparison, words),
    about: `${dataset.name}, ${dataset.testSamples}; ${preset} x ${effort}; ${target.name} (${target.core}); ${engine}; ${command}`,
  };
}

/** One a language. */
export function comparisonViews(comparison: Comparison): ComparisonView[] {
  return languages.map((language) => comparisonView(comparison, language));
}
