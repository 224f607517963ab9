import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readImage } from '../../build/image.js';
import { writeAtomic, writeJson } from '../../core/files.js';
import { readDataset } from '../../data/dataset-file.js';
import type { Dataset } from '../../data/dataset.js';
import { parseSampleResult, type SampleResult } from '../../measure/session/sample-result.js';
import { readModel } from '../../model/file.js';
import type { IntegerModel } from '../../model/types.js';
import { accuracyOf, collectSummary, type RunFacts } from '../../report/collect.js';
import { scoreModel } from '../../report/score.js';
import { parseSummary } from '../../report/summary.js';
import { loadTarget } from '../../targets/load.js';
import { readComparison } from '../compare/comparison-file.js';
import { interruptible } from '../interruptible.js';
import { readFlashRecord } from './flash-stage.js';
import { readPlan } from './generate-stage.js';
import { networkOrigin } from './network-origin.js';
import { readMeasurement } from './measure-stage.js';
import type { RunFolder } from './run-folder.js';
import { readStage, stageNames, type Stage, type StageContext } from './stage.js';

export function summaryPath(folder: RunFolder): string {
  return join(folder.report, 'summary.json');
}

export function pagePath(folder: RunFolder): string {
  return join(folder.report, 'index.html');
}

async function scoreIntegers(
  model: IntegerModel,
  dataset: Dataset,
  { progress, signal }: StageContext,
): Promise<Pick<RunFacts['accuracy'], 'integerValidation' | 'integerTest'> & { rates: readonly number[] }> {
  const stoppable = interruptible(progress, signal, 'report');
  const validation = await scoreModel(model, dataset.validation, stoppable);
  const test = await scoreModel(model, dataset.test, stoppable);
  return {
    integerValidation: accuracyOf(validation.correct, dataset.validation.count),
    integerTest: accuracyOf(test.correct, dataset.test.count),
    rates: test.rates,
  };
}

/** Of the samples that were asked for: a session may hold more from an earlier, longer measurement. */
function readResults(folder: RunFolder, samples: number): SampleResult[] {
  const path = join(folder.measure, 'results.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  const results = lines.map(parseSampleResult).filter((result) => result !== undefined);
  return results.filter(({ sample }) => sample < samples);
}

function stageSeconds(folder: RunFolder): Record<string, number> {
  const seconds: Record<string, number> = {};
  for (const name of stageNames) {
    const record = readStage(folder, name);
    if (record?.complete === true) seconds[name] = record.seconds;
  }
  return seconds;
}

export const reportStage: Stage = {
  name: 'report',
  dependsOn: ({ language }) => ({ language }),
  outputs: (folder) => [pagePath(folder), summaryPath(folder)],
  async work(context) {
    const { folder, settings, command } = context;
    const { model, hash } = readModel(folder.model);
    const { dataset, summary: data } = readDataset(folder.data);
    const origin = networkOrigin(folder);
    const { rates, ...integers } = await scoreIntegers(model, dataset, context);
    const floats = await origin.score(dataset, settings);
    const measurement = readMeasurement(folder);
    const summary = collectSummary({
      name: basename(folder.root),
      command,
      seed: settings.seed,
      data,
      target: loadTarget(settings.target),
      constraints: settings.budget,
      genotype: origin.description,
      history: origin.history,
      model,
      modelHash: hash,
      plan: readPlan(folder),
      image: readImage(folder.firmware),
      accuracy: { ...floats, ...integers },
      rates,
      parameters: origin.parameters,
      measurement,
      results: readResults(folder, measurement.samples),
      flash: readFlashRecord(folder),
      stages: stageSeconds(folder),
    });
    // Loaded only here: the charts' library takes half a second, which every other command is spared.
    const { renderReport } = await import('../../report/render.js');
    writeAtomic(pagePath(folder), renderReport(summary, settings.language, readComparison(folder)));
    writeJson(summaryPath(folder), parseSummary(summary));
  },
};
