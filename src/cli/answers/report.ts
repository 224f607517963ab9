import { readJson } from '../../core/files.js';
import { bytes, count, percent, withUnit } from '../../report/format.js';
import { parseSummary } from '../../report/summary.js';
import type { CommandResult } from '../context.js';
import { pagePath, summaryPath } from '../pipeline/report-stage.js';
import type { RunFolder } from '../pipeline/run-folder.js';
import { table } from '../table.js';

export function reportAnswer(folder: RunFolder): CommandResult {
  const summary = parseSummary(readJson(summaryPath(folder)));
  const { accuracy, agreement, device, energy } = summary;
  const rows = [
    ['accuracy on the device', percent(accuracy.onDevice.value, 2), device.provenance],
    ['accuracy, integer reference', percent(accuracy.integerTest.value, 2), 'counted'],
    ['accuracy, float network', percent(accuracy.floatTest.value, 2), 'counted'],
    ['logits that differ', `${count(agreement.mismatches)} of ${count(agreement.logits)}`, device.provenance],
    ['flash', bytes(device.flashBytes), 'counted'],
    ['RAM with stack', bytes(device.ramBytes), 'counted'],
    [`${device.counts}, median`, count(device.perInference.median), device.provenance],
    ['latency, median', withUnit(device.latency.seconds.median, 's'), device.latency.kind],
    ['energy an inference', withUnit(energy.board.joules, 'J'), 'predicted'],
  ];
  return {
    json: summary,
    text: `${table(['figure', 'value', 'how known'], rows)}\nreport: ${pagePath(folder)}`,
  };
}
