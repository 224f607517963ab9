import { ExitCode, LitesnnError } from '../../core/errors.js';
import { count, percent, withUnit } from '../../report/format.js';
import type { Summary } from '../../report/summary.js';

interface Broken {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly text: string;
}

/** Budgets that a measured run does not keep: what was planned to fit may take longer than planned. */
export function brokenBudgets({ constraints, device, energy, accuracy }: Summary): readonly Broken[] {
  const inSeconds = (value: number): string => withUnit(value, 's');
  const inJoules = (value: number): string => withUnit(value, 'J');
  const inBytes = (value: number): string => `${count(value)} bytes`;
  const figures = [
    ['flash', device.flashBytes, constraints.flashBytes, inBytes],
    ['RAM', device.ramBytes, constraints.ramBytes, inBytes],
    ['latency', device.latency.seconds.median, constraints.latencySeconds, inSeconds],
    ['energy', energy.board.joules, constraints.energyJoules, inJoules],
  ] as const;
  const broken: Broken[] = figures.flatMap(([name, value, limit, text]) =>
    limit === undefined || value <= limit
      ? []
      : [{ name, value, limit, text: `${name} is ${text(value)}, the budget is ${text(limit)}` }],
  );
  const { value } = accuracy.integerValidation;
  const least = constraints.accuracy;
  if (least !== undefined && value < least) {
    const text = `accuracy on validation is ${percent(value, 2)}, the least is ${percent(least, 2)}`;
    broken.push({ name: 'accuracy', value, limit: least, text });
  }
  return broken;
}

/**
 * For a run that was measured and has its report.
 * @throws LitesnnError BUDGET_BROKEN (exit 9) with every budget that does not hold
 */
export function checkMeasuredBudgets(summary: Summary, report: string): void {
  const broken = brokenBudgets(summary);
  if (broken.length === 0) return;
  const said = broken.map(({ text }) => text).join('; ');
  throw new LitesnnError('BUDGET_BROKEN', ExitCode.constraintViolated, said, {
    hint: `search again with a smaller budget; the report is ${report}`,
    details: { broken },
  });
}
