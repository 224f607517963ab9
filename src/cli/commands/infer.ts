import { elementsOf, shapeText } from '../../core/geometry.js';
import { readDataset } from '../../data/dataset-file.js';
import type { Dataset, Split } from '../../data/dataset.js';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readModel } from '../../model/file.js';
import { scoreModel } from '../../report/score.js';
import type { IntegerModel } from '../../model/types.js';
import { interruptible } from '../interruptible.js';
import { parseCount } from '../numbers.js';
import { modelFolderOption, runOption, text } from '../options.js';
import { runFolder } from '../pipeline/run-folder.js';
import { readSettings } from '../pipeline/settings.js';
import type { RegisterCommand } from '../register.js';

const splitNames = ['train', 'validation', 'test'] as const;

function splitOf(dataset: Dataset, name: (typeof splitNames)[number], limit: number | undefined): Split {
  const split = dataset[name];
  const count = Math.min(split.count, limit ?? split.count);
  const size = elementsOf(dataset.shape);
  return {
    count,
    inputs: split.inputs.subarray(0, count * size),
    labels: split.labels.subarray(0, count),
    groups: split.groups.subarray(0, count),
  };
}

/** A model of another data set would run, and mean nothing. */
function checkFits(model: IntegerModel, dataset: Dataset): void {
  const [wanted, given] = [shapeText(model.input), shapeText(dataset.shape)];
  if (wanted !== given) {
    const message = `the model takes ${wanted}, the data set gives ${given}`;
    throw new LitesnnError('INFER_SHAPE', ExitCode.usage, message, { hint: 'they belong to different runs' });
  }
  if (model.classes.join('\n') !== dataset.classes.join('\n')) {
    const message = 'the model has other classes than the data set';
    throw new LitesnnError('INFER_CLASSES', ExitCode.usage, message, {
      hint: 'they belong to different runs',
    });
  }
}

/** `litesnn infer`: the integer reference interpreter on this machine. */
export const registerInfer: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'infer',
    'run the integer reference interpreter on a split of the run',
    (args) =>
      args
        .options({ run: runOption, model: modelFolderOption })
        .option('split', { choices: splitNames, default: 'test' as const, describe: 'which samples' })
        .option('samples', { ...text, describe: 'only the first so many' }),
    async ({ run, model: modelFolder, split, samples }) => {
      const folder = runFolder(run);
      readSettings(folder);
      const { model, hash } = readModel(modelFolder ?? folder.model);
      const { dataset } = readDataset(folder.data);
      checkFits(model, dataset);
      const chosen = splitOf(dataset, split, parseCount(samples, 'samples'));
      const score = await scoreModel(model, chosen, interruptible(context.progress, context.signal, 'infer'));
      const { correct, rates } = score;
      const accuracy = correct / chosen.count;
      finish({
        json: {
          model: hash,
          split,
          samples: chosen.count,
          correct,
          accuracy,
          rates,
          classes: [...score.classes],
        },
        text: `${correct} of ${chosen.count} ${split} samples right, ${(accuracy * 100).toFixed(2)} % (integer reference interpreter)`,
      });
    },
  );
};
