import { planAnswer } from '../answers/plan.js';
import { runOption } from '../options.js';
import { runFolder } from '../pipeline/run-folder.js';
import { readSettings } from '../pipeline/settings.js';
import type { RegisterCommand } from '../register.js';

/** `litesnn plan`: how the generated code of a run computes its network, with predicted and measured instructions. */
export const registerPlan: RegisterCommand = (parser, _context, finish) => {
  parser.command(
    'plan',
    'show kernels, memory and instructions of the generated code, layer by layer',
    (args) => args.option('run', runOption),
    (args) => {
      const folder = runFolder(args.run);
      readSettings(folder);
      finish(planAnswer(folder));
    },
  );
};
