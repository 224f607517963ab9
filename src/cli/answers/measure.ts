import { count, percent, withUnit } from '../../report/format.js';
import type { CommandResult } from '../context.js';
import { readMeasurement } from '../pipeline/measure-stage.js';
import type { RunFolder } from '../pipeline/run-folder.js';
import { readRunPower } from '../pipeline/power-measurement.js';
import { powerRows } from './power.js';
import { table } from '../table.js';

export function measureAnswer(folder: RunFolder): CommandResult {
  const measured = readMeasurement(folder);
  const { units, latency, agreement, provenance, counts } = measured;
  const rows = [
    ['accuracy', percent(measured.accuracy, 2), provenance],
    ['samples', count(measured.samples), provenance],
    ['values that differ from the reference', count(agreement.mismatches), provenance],
    [`${counts}, median`, count(units.median), provenance],
    [`${counts}, 95th percentile`, count(units.p95), provenance],
    [`${counts}, worst`, count(units.worst), provenance],
    ['latency, median', withUnit(latency.seconds.median, 's'), latency.kind],
  ];
  const power = readRunPower(folder);
  if (power !== undefined) rows.push(...powerRows(power));
  const json = power === undefined ? measured : { ...measured, power };
  return { json, text: `${table(['figure', 'value', 'how known'], rows)}\non ${measured.ranOn}` };
}
