import type { NetworkPlan } from '../../codegen/plan/types.js';
import { shapeText } from '../../core/geometry.js';
import { readModel } from '../../model/file.js';
import { count, percent } from '../../report/format.js';
import { planFigures, type PlanFigures } from '../../report/plan-figures.js';
import type { CommandResult } from '../context.js';
import { readPlan } from '../pipeline/generate-stage.js';
import { readMeasurement } from '../pipeline/measure-stage.js';
import type { RunFolder } from '../pipeline/run-folder.js';
import { isCurrent } from '../pipeline/stage.js';
import { table } from '../table.js';

const NOT_KNOWN = '-';

function figuresOf(folder: RunFolder): { readonly plan: NetworkPlan; readonly figures: PlanFigures } {
  const plan = readPlan(folder);
  const measured = isCurrent(folder, 'measure') ? readMeasurement(folder).layers : undefined;
  const units = measured?.map((layer) => layer.units);
  return { plan, figures: planFigures(readModel(folder.model).model, plan, units) };
}

/** Tables of layers and of the arena. */
export function planText(folder: RunFolder): string {
  const { plan, figures } = figuresOf(folder);
  const layers = figures.parts.map((part) => [
    part.name,
    part.kernels.join(', '),
    part.formats.join(', '),
    part.shape === undefined ? NOT_KNOWN : shapeText(part.shape),
    part.firingRate === undefined ? NOT_KNOWN : percent(part.firingRate),
    count(part.flashBytes),
    count(part.ramBytes),
    count(part.predicted),
    part.measured === undefined ? NOT_KNOWN : count(part.measured),
  ]);
  const heads = [
    'layer',
    'kernels',
    'weights as',
    'shape',
    'firing',
    'flash',
    'RAM',
    'predicted',
    'measured',
  ];
  const buffers = plan.buffers.map((buffer) => [
    buffer.name,
    count(buffer.offset),
    count(buffer.bytes),
    count(buffer.firstStep),
    count(buffer.lastStep),
  ]);
  const { measured } = figures.total;
  const total = `in all ${count(figures.total.predicted)} instructions predicted`;
  return [
    table(heads, layers),
    ...earlyExitLine(plan),
    measured === undefined ? total : `${total}, ${count(measured)} measured by layer`,
    '',
    table(['in the arena', 'offset', 'bytes', 'first step', 'last step'], buffers),
    ...unpackedLine(plan),
    `arena ${count(plan.arenaBytes)} bytes of RAM, at least ${count(plan.arenaLowerBound)}; ${plan.schedule}`,
  ].join('\n');
}

function unpackedLine({ unpacked }: NetworkPlan): readonly string[] {
  if (unpacked === undefined) return [];
  const { ramBytes, codeBytes, bootInstructions } = unpacked;
  return [
    `weights are unpacked into ${count(ramBytes)} bytes of RAM, once after reset: ${count(bootInstructions)} instructions predicted, ` +
      `${count(codeBytes)} bytes of code`,
  ];
}

function earlyExitLine({ earlyExit }: NetworkPlan): readonly string[] {
  if (earlyExit === undefined) return [];
  const { timesteps, margin, share } = earlyExit;
  return [
    `early exit after ${timesteps} timestep${timesteps === 1 ? '' : 's'} at a margin of ${margin}, expected of ${percent(share)} of inferences; the rest start anew`,
  ];
}

export function planAnswer(folder: RunFolder): CommandResult {
  const { plan, figures } = figuresOf(folder);
  return { json: { plan, ...figures }, text: planText(folder) };
}
