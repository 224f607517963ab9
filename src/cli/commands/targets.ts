import type { RegisterCommand } from '../register.js';
import { table } from '../table.js';
import { listTargets } from '../../targets/load.js';

/** `litesnn targets`: the boards that this version knows. */
export const registerTargets: RegisterCommand = (parser, _context, finish) => {
  parser.command('targets', 'list the boards, their memories and how far their support is proved', {}, () => {
    const targets = listTargets();
    finish({
      json: targets,
      text: table(
        ['name', 'board', 'core', 'MHz', 'flash KiB', 'RAM KiB', 'support'],
        targets.map((target) => [
          target.name,
          target.title,
          target.core,
          String(target.clockHz / 1e6),
          String(target.memory.flash.bytes / 1024),
          String(target.memory.ram.bytes / 1024),
          target.tier,
        ]),
      ),
    });
  });
};
