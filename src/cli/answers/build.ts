import { readImage } from '../../build/image.js';
import { count } from '../../report/format.js';
import type { CommandResult } from '../context.js';
import type { RunFolder } from '../pipeline/run-folder.js';
import { table } from '../table.js';

export function buildAnswer(folder: RunFolder): CommandResult {
  const image = readImage(folder.firmware);
  const sections = table(
    ['section', 'memory', 'bytes'],
    image.bySection.map(({ name, memory, bytes }) => [name, memory, count(bytes)]),
  );
  const totals = [
    `flash ${count(image.flashBytes)} bytes`,
    `RAM ${count(image.ramBytes)} bytes, of them ${count(image.stackBytes)} worst-case stack`,
  ];
  return { json: image, text: [sections, totals.join(', '), image.elf].join('\n') };
}
