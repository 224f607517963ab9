import type { PredictionFile } from '../../energy/calibration/prediction-file.js';
import { QUANTITIES } from '../../energy/calibration/validation.js';
import { percent, withUnit } from '../../report/format.js';
import type { CommandResult } from '../context.js';
import { table } from '../table.js';
import { unitOf } from './prediction-pages.js';

export const QUANTITY_NAMES = {
  grossJoules: 'energy, gross',
  netJoules: 'energy, net of the baseline',
  seconds: 'time',
} as const;

export function predictionAnswer(file: PredictionFile): CommandResult {
  const { calibration } = file;
  const kind = `predicted (calibrated on ${calibration.provenance} figures)`;
  const rows = QUANTITIES.map((quantity) => {
    const { value, low, high } = file[quantity];
    const unit = unitOf(quantity);
    return [
      QUANTITY_NAMES[quantity],
      withUnit(value, unit),
      `${withUnit(low, unit)} to ${withUnit(high, unit)}`,
      kind,
    ];
  });
  const interval = `${percent(calibration.confidence, 0)} interval`;
  const warnings = file.grossJoules.outside.map((line) => `outside the fitted range: ${line}`);
  return {
    json: file,
    text: [table(['an inference', 'expected', interval, 'how known'], rows), ...warnings].join('\n'),
  };
}
