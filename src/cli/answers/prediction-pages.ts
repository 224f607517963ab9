import { basename } from 'node:path';
import type { Calibration } from '../../energy/calibration/calibration-file.js';
import { FEATURES } from '../../energy/calibration/features.js';
import { intervalFactor } from '../../energy/calibration/regression.js';
import { QUANTITIES } from '../../energy/calibration/validation.js';
import type { PredictedQuantity, Predictions } from '../../report/predictions/predictions.js';
import type { ValidationFile } from '../pipeline/validation-file.js';

export function unitOf(quantity: PredictedQuantity['quantity']): PredictedQuantity['unit'] {
  return quantity === 'seconds' ? 's' : 'J';
}

/** A calibration as a page: every network predicted by a fit on the others. */
export function calibrationPage(calibration: Calibration): Predictions {
  const { board, analyzer, quantities, networks } = calibration;
  return {
    kind: 'calibration',
    name: board.serial === undefined ? board.target : `${board.target}, ${board.serial}`,
    provenance: calibration.provenance,
    confidence: quantities.grossJoules.confidence,
    board: board.ranOn,
    analyzer: analyzer.description,
    tool: calibration.tool,
    command: calibration.command,
    created: calibration.created,
    quantities: QUANTITIES.map((quantity): PredictedQuantity => {
      const model = quantities[quantity];
      const factor = intervalFactor(model);
      const rows = model.residuals.map(({ predicted, actual }, i) => ({
        name: `${networks[i].name}, ${networks[i].inputs}`,
        predicted,
        actual,
        low: predicted / factor,
        high: predicted * factor,
        outside: [],
      }));
      const inside = rows.filter(({ low, high, actual }) => low <= actual && actual <= high).length;
      return {
        quantity,
        unit: unitOf(quantity),
        errors: model.leftOut,
        coveragePct: (100 * inside) / rows.length,
        rows,
      };
    }),
    coefficients: FEATURES.map((feature) => ({ feature, ...quantities.grossJoules.coefficients[feature] })),
  };
}

/** Predictions made before, against measurements made after. */
export function validationPage(file: ValidationFile, path: string): Predictions {
  const { provenance, confidence, board, analyzer, tool, command, created, validation } = file;
  return {
    kind: 'validation',
    name: basename(path),
    ...{ provenance, confidence, board, analyzer, tool, command, created },
    quantities: QUANTITIES.map((quantity) => ({
      quantity,
      unit: unitOf(quantity),
      ...validation[quantity],
    })),
    coefficients: [],
  };
}
