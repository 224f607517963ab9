import type { Calibration } from '../../energy/calibration/calibration-file.js';
import { FEATURES } from '../../energy/calibration/features.js';
import { QUANTITIES } from '../../energy/calibration/validation.js';
import { withUnit } from '../../report/format.js';
import type { CommandResult } from '../context.js';
import { table } from '../table.js';
import { QUANTITY_NAMES } from './prediction.js';

export function calibrationAnswer(calibration: Calibration, path: string, page: string): CommandResult {
  const { quantities, provenance, board, analyzer, networks } = calibration;
  const { coefficients } = quantities.grossJoules;
  const costs = FEATURES.map((feature) => {
    const { value, low, high } = coefficients[feature];
    return [feature, withUnit(value, 'J'), `${withUnit(low, 'J')} to ${withUnit(high, 'J')}`];
  });
  const errors = QUANTITIES.map((quantity) => {
    const { mapePct, biasPct, worstPct } = quantities[quantity].leftOut;
    return [
      QUANTITY_NAMES[quantity],
      ...[mapePct, biasPct, worstPct].map((value) => `${value.toFixed(1)} %`),
    ];
  });
  const { networks: count, confidence } = quantities.grossJoules;
  return {
    json: { calibration, path, page },
    text: [
      table(['a unit of', 'takes', `${(100 * confidence).toFixed(0)} % interval`], costs),
      '',
      table(['each network left out once', 'mean error', 'bias', 'worst'], errors),
      '',
      `${count} networks, ${networks.length} measurements (${provenance}) of ${board.target}, ${analyzer.description}`,
      `calibration: ${path}`,
      `page: ${page}`,
    ].join('\n'),
  };
}
