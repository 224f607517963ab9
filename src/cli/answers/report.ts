import { readJson } from '../../core/files.js';
import { bytes, count, percent, withUnit } from '../../report/format.js';
import { parseSummary, type Summary } from '../../report/summary.js';
import type { CommandResult } from '../context.js';
import { pagePath, summaryPath } from '../pipeline/report-stage.js';
import type { RunFolder } from '../pipeline/run-folder.js';
import { table } from '../table.js';

export function reportAnswer(folder: RunFolder): CommandResult & { readonly json: Summary } {
  const summary = parseSummary(readJson(summaryPath(folder)));
  const { accuracy, agreement, device, energy, constraints } = summary;
  const most = (limit: number | undefined, text: (value: number) => string): string =>
    limit === undefined ? '' : text(limit);
  const inUnit = (unit: string) => (value: number) => withUnit(value, unit);
  const rows = [
    ['accuracy on the device', percent(accuracy.onDevice.value, 2), device.provenance],
    ['accuracy, integer reference', percent(accuracy.integerTest.value, 2), 'counted'],
    ['accuracy, float network', percent(accuracy.floatTest.value, 2), 'counted'],
    ['logits that differ', `${count(agreement.mismatches)} of ${count(agreement.logits)}`, device.provenance],
    ['flash', bytes(device.flashBytes), 'counted', most(constraints.flashBytes, bytes)],
    ['RAM with stack', bytes(device.ramBytes), 'counted', most(constraints.ramBytes, bytes)],
    [`${device.counts}, median`, count(device.perInference.median), device.provenance],
    [
      'latency, median',
      withUnit(device.latency.seconds.median, 's'),
      device.latency.kind,
      most(constraints.latencySeconds, inUnit('s')),
    ],
    [
      'energy an inference',
      withUnit(energy.board.joules, 'J'),
      'predicted',
      most(constraints.energyJoules, inUnit('J')),
    ],
  ];
  if (constraints.accuracy !== undefined) {
    const { value } = accuracy.integerValidation;
    rows.push(['accuracy on validation', percent(value, 2), 'counted', percent(constraints.accuracy)]);
  }
  const padded = rows.map((row) => [...row, ...Array<string>(4 - row.length).fill('')]);
  return {
    json: summary,
    text: `${table(['figure', 'value', 'how known', 'budget'], padded)}\nreport: ${pagePath(folder)}`,
  };
}
