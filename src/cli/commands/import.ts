import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readModel } from '../../model/file.js';
import { parseCount } from '../numbers.js';
import { runOption, text } from '../options.js';
import { importStage } from '../pipeline/import-stage.js';
import { importLines, readImported } from '../pipeline/imported-network.js';
import { runFolder } from '../pipeline/run-folder.js';
import { readSettings } from '../pipeline/settings.js';
import { runStages } from '../pipeline/stages.js';
import type { RegisterCommand } from '../register.js';

function positive(given: string, option: string): number {
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new LitesnnError('USAGE', ExitCode.usage, `--${option} ${given} is not a number above 0`);
}

/** `litesnn import`: a network of another program in place of the search. */
export const registerImport: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'import <file>',
    'take a spiking network from a NIR file (snnTorch, Norse, SpikingJelly, sinabs) in place of the search',
    (args) =>
      args
        .positional('file', { ...text, demandOption: true, describe: 'NIR file (HDF5)' })
        .option('run', runOption)
        .option('timesteps', { ...text, default: '4', describe: 'timesteps of an inference' })
        .option('step', { ...text, describe: 'seconds a timestep, as it was trained; guessed by default' })
        .option('weight-bits', {
          choices: ['8', '4', '2', '1'] as const,
          default: '8' as const,
          describe: 'width of weights; those that read the input and the classifier have 8',
        })
        .option('input-unit', {
          ...text,
          default: String(1 / 128),
          describe: 'what an input of 1 (of -128..127) is in the network',
        })
        .option('float-samples', {
          ...text,
          default: '200',
          describe: 'samples of each split that are also simulated in floating point, to state the loss',
        }),
    async (args) => {
      const folder = runFolder(args.run);
      const bits = ({ '8': 8, '4': 4, '2': 2, '1': 1 } as const)[args['weight-bits']];
      const stage = importStage({
        file: args.file,
        timesteps: parseCount(args.timesteps, 'timesteps') ?? 1,
        step: args.step === undefined ? undefined : positive(args.step, 'step'),
        bits,
        inputUnit: positive(args['input-unit'], 'input-unit'),
        floatSamples: parseCount(args['float-samples'], 'float-samples') ?? 1,
      });
      await runStages(context, folder, readSettings(folder), [stage]);
      const imported = readImported(folder);
      const { hash } = readModel(folder.model);
      finish({
        json: { ...imported, modelHash: hash },
        text: [...importLines(imported), `integer model ${hash} in ${folder.model}`].join('\n'),
      });
    },
  );
};
