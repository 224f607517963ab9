import { table } from '../src/cli/table.js';
import type { BenchmarkOutcome, BenchmarkResult } from './contract.js';

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function cellText(value: unknown): string {
  if (!isPlain(value)) return '-';
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(4)))
    : String(value);
}

function columnsOf(results: readonly BenchmarkResult[]): string[] {
  const names = results.flatMap((row) => Object.keys(row).filter((name) => isPlain(row[name])));
  return [...new Set(names)];
}

/** For people: every figure of a result as a row (results side by side), then the headline. */
export function outcomeTable({ results, headline }: BenchmarkOutcome): string {
  const figures = columnsOf(results);
  const rows = figures.map((figure) => [figure, ...results.map((row) => cellText(row[figure]))]);
  const heads = ['figure', ...results.map((_, index) => String(index + 1))];
  const headlineRows = Object.entries(headline).map(([figure, value]) => [figure, cellText(value)]);
  return `${table(heads, rows)}\n\n${table(['headline', 'value'], headlineRows)}\n`;
}
