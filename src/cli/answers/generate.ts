import type { CommandResult } from '../context.js';
import { readPlan } from '../pipeline/generate-stage.js';
import type { RunFolder } from '../pipeline/run-folder.js';
import { planText } from './plan.js';

export function generateAnswer(folder: RunFolder): CommandResult {
  const plan = readPlan(folder);
  return {
    json: { project: folder.firmware, plan },
    text: [planText(folder), `project in ${folder.firmware}`].join('\n'),
  };
}
