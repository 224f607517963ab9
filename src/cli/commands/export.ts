import { readModel } from '../../model/file.js';
import { EXPORT_STEP, exportNir } from '../../nir/export.js';
import { writeNir } from '../../nir/write.js';
import { modelFolderOption, runOption, text } from '../options.js';
import { runFolder } from '../pipeline/run-folder.js';
import type { RegisterCommand } from '../register.js';

/** `litesnn export`: the network of a run for other programs. */
export const registerExport: RegisterCommand = (parser, _context, finish) => {
  parser.command(
    'export <file>',
    'write the network of a run as a file for other programs',
    (args) =>
      args
        .positional('file', { ...text, demandOption: true, describe: 'file to write' })
        .options({ run: runOption, model: modelFolderOption })
        .option('as', { choices: ['nir'] as const, default: 'nir' as const, describe: 'format of the file' }),
    async ({ file, run, model: modelFolder }) => {
      const { model, hash } = readModel(modelFolder ?? runFolder(run).model);
      const graph = exportNir(model);
      await writeNir(file, graph);
      finish({
        json: { file, format: 'nir', model: hash, nodes: graph.nodes.size, step: EXPORT_STEP, inputUnit: 1 },
        text: `${file}: ${graph.nodes.size} nodes; one timestep is ${EXPORT_STEP} s, the input is -128..127`,
      });
    },
  );
};
