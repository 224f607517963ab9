import type { Language } from '../words.js';
import type { PredictedQuantity } from './predictions.js';

const english = {
  calibration: 'Calibration',
  validation: 'Validation',
  calibrationNote:
    'Each network was predicted by a fit on all the others. The intervals are those that the calibration gives to networks that it has not seen.',
  validationNote: 'Predictions were written before the firmware was flashed; the measurements came after.',
  simulated: 'Simulated: an emulated board or a virtual instrument. Nothing below was measured on silicon.',
  measured: 'Measured on the board.',
  network: 'Network',
  predicted: 'Predicted',
  actual: 'Came out as',
  interval: 'Interval',
  error: 'Error',
  outside: 'Outside the fitted range',
  mape: 'Mean absolute error',
  bias: 'Bias',
  worst: 'Worst',
  coverage: 'Within the interval',
  residuals: 'Residuals: predicted against what came, percent',
  parity: 'Predicted against what came',
  coefficients: 'Energy a unit of each feature (gross)',
  feature: 'Feature',
  value: 'Value',
  provenance: 'Provenance',
  board: 'Board',
  analyzer: 'Analyzer',
  confidence: 'Confidence of the intervals',
  tool: 'Tool',
  command: 'Command',
  created: 'Created',
  quantities: {
    grossJoules: 'Energy of an inference, gross',
    netJoules: 'Energy of an inference, net of the baseline',
    seconds: 'Time of an inference',
  } satisfies Record<PredictedQuantity['quantity'], string>,
};

export type PredictionWords = typeof english;

const japanese: PredictionWords = {
  calibration: '較正',
  validation: '検証',
  calibrationNote:
    '各ネットワークは、それ以外のすべてで当てはめたモデルで予測しました。区間は、未知のネットワークに対して較正が与えるものです。',
  validationNote: '予測はファームウェアの書き込み前に記録し、測定はその後に行いました。',
  simulated:
    'シミュレーション:エミュレートされたボードまたは仮想計測器によるもので、実機の測定値はありません。',
  measured: 'ボード上で測定しました。',
  network: 'ネットワーク',
  predicted: '予測',
  actual: '結果',
  interval: '区間',
  error: '誤差',
  outside: '当てはめ範囲外',
  mape: '平均絶対誤差',
  bias: '偏り',
  worst: '最悪値',
  coverage: '区間内の割合',
  residuals: '残差:結果に対する予測の誤差(%)',
  parity: '予測と結果',
  coefficients: '特徴量1単位あたりのエネルギー(グロス)',
  feature: '特徴量',
  value: '値',
  provenance: '来歴',
  board: 'ボード',
  analyzer: '計測器',
  confidence: '区間の信頼水準',
  tool: 'ツール',
  command: 'コマンド',
  created: '作成日時',
  quantities: {
    grossJoules: '推論1回のエネルギー(グロス)',
    netJoules: '推論1回のエネルギー(ベースラインを除く)',
    seconds: '推論1回の時間',
  },
};

export const predictionWords: Readonly<Record<Language, PredictionWords>> = { en: english, ja: japanese };
