import { writeAtomic } from '../core/files.js';
import type { Predictions } from '../report/predictions/predictions.js';
import type { Language } from '../report/words.js';

/** Writes the page beside the JSON file that it shows; returns its path. */
export async function writePredictionsPage(
  jsonPath: string,
  predictions: Predictions,
  language: Language | undefined,
): Promise<string> {
  const path = `${jsonPath.replace(/\.json$/, '')}.html`;
  // Loaded only here: the charts' library takes half a second.
  const { renderPredictions } = await import('../report/render.js');
  writeAtomic(path, renderPredictions(predictions, language ?? 'en'));
  return path;
}
