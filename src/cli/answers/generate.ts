import { join } from 'node:path';
import type { NetworkPlan } from '../../codegen/plan/types.js';
import { readJson } from '../../core/files.js';
import { count } from '../../report/format.js';
import type { CommandResult } from '../context.js';
import type { RunFolder } from '../pipeline/run-folder.js';
import { table } from '../table.js';

export function generateAnswer(folder: RunFolder): CommandResult {
  const plan = readJson(join(folder.firmware, 'plan.json')) as NetworkPlan;
  const rows = plan.layers.map((layer) => [
    layer.name,
    layer.edges.map((edge) => edge.kernel).join(', '),
    count(layer.flash.weights + layer.flash.tables),
    count(layer.instructions),
  ]);
  const head = [
    'head',
    '',
    count(plan.head.flash.weights + plan.head.flash.tables),
    count(plan.head.instructions),
  ];
  return {
    json: { project: folder.firmware, plan },
    text: [
      table(['layer', 'kernels', 'flash bytes', 'instructions (predicted)'], [...rows, head]),
      `context ${count(plan.arenaBytes)} bytes of RAM; project in ${folder.firmware}`,
    ].join('\n'),
  };
}
