import { QUANTITIES } from '../../energy/calibration/validation.js';
import { withUnit } from '../../report/format.js';
import type { CommandResult } from '../context.js';
import type { ValidationFile } from '../pipeline/validation-file.js';
import { table } from '../table.js';
import { QUANTITY_NAMES } from './prediction.js';
import { unitOf } from './prediction-pages.js';

export function validationAnswer(file: ValidationFile, path: string, page: string): CommandResult {
  const rows = QUANTITIES.flatMap((quantity) =>
    file.validation[quantity].rows.map(({ name, predicted, low, high, actual, errorPct, inside }) => {
      const unit = unitOf(quantity);
      const interval = `${withUnit(low, unit)} to ${withUnit(high, unit)}`;
      return [
        name,
        QUANTITY_NAMES[quantity],
        withUnit(predicted, unit),
        interval,
        withUnit(actual, unit),
        `${errorPct.toFixed(1)} %`,
        inside ? 'yes' : 'no',
      ];
    }),
  );
  const sums = QUANTITIES.map((quantity) => {
    const { errors, coveragePct } = file.validation[quantity];
    const figures = [errors.mapePct, errors.biasPct, errors.worstPct].map((value) => `${value.toFixed(1)} %`);
    return [QUANTITY_NAMES[quantity], ...figures, `${coveragePct.toFixed(0)} %`];
  });
  return {
    json: { ...file, path, page },
    text: [
      table(['run', 'quantity', 'predicted', 'interval', file.provenance, 'error', 'inside'], rows),
      '',
      table(['quantity', 'mean error', 'bias', 'worst', 'inside the interval'], sums),
      `validation: ${path}`,
      `page: ${page}`,
    ].join('\n'),
  };
}
