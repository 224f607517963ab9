import { percent, withUnit } from '../format.js';
import type { Language } from '../words.js';
import { parityChart, residualChart } from './charts.js';
import type { PredictedQuantity, Predictions } from './predictions.js';
import { predictionWords, type PredictionWords } from './words.js';

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)} %`;
}

function quantityView(quantity: PredictedQuantity, words: PredictionWords) {
  const { unit, errors, coveragePct } = quantity;
  return {
    title: words.quantities[quantity.quantity],
    figures: [
      { label: words.mape, value: `${errors.mapePct.toFixed(1)} %` },
      { label: words.bias, value: signed(errors.biasPct) },
      { label: words.worst, value: `${errors.worstPct.toFixed(1)} %` },
      { label: words.coverage, value: percent(coveragePct / 100, 0) },
    ],
    residuals: residualChart(quantity, words),
    parity: parityChart(quantity, words),
    rows: quantity.rows.map(({ name, predicted, actual, low, high, outside }) => ({
      name,
      predicted: withUnit(predicted, unit),
      actual: withUnit(actual, unit),
      interval: `${withUnit(low, unit)} – ${withUnit(high, unit)}`,
      error: signed((100 * (predicted - actual)) / actual),
      outside: outside.join('; '),
    })),
  };
}

/** Everything the template shows, already text. */
export function predictionsView(predictions: Predictions, language: Language) {
  const words = predictionWords[language];
  const { kind, provenance, board, analyzer, confidence, tool, command, created } = predictions;
  return {
    language,
    words,
    title: `${words[kind]}: ${predictions.name}`,
    note: kind === 'calibration' ? words.calibrationNote : words.validationNote,
    emulated: provenance === 'simulated',
    banner: words[provenance],
    quantities: predictions.quantities.map((quantity) => quantityView(quantity, words)),
    coefficients: predictions.coefficients.map(({ feature, value, low, high }) => ({
      feature,
      value: withUnit(value, 'J'),
      interval: `${withUnit(low, 'J')} – ${withUnit(high, 'J')}`,
    })),
    provenance: [
      { label: words.board, value: board },
      { label: words.analyzer, value: analyzer },
      { label: words.confidence, value: percent(confidence, 0) },
      { label: words.tool, value: tool },
      { label: words.command, value: command },
      { label: words.created, value: created },
    ],
  };
}
