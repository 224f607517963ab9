import { isBoard } from '../../flash/link/choose-port.js';
import { listPorts } from '../../flash/link/list-ports.js';
import { portHints, surroundings } from '../../flash/link/port-hints.js';
import { listTargets } from '../../targets/load.js';
import type { RegisterCommand } from '../register.js';
import { table } from '../table.js';

/** `litesnn ports`: the serial ports of this machine, which boards they may be, and what stands in the way. */
export const registerPorts: RegisterCommand = (parser, _context, finish) => {
  parser.command('ports', 'list serial ports, and the boards that they may be', {}, async () => {
    const targets = listTargets();
    const ports = (await listPorts()).map((port) => ({
      ...port,
      targets: targets.filter(({ usb = [] }) => isBoard(port, usb)).map(({ name }) => name),
    }));
    const hints = portHints(surroundings());
    const list =
      ports.length === 0
        ? 'no serial ports found'
        : table(
            ['port', 'what it is', 'maker', 'serial number', 'USB id', 'targets'],
            ports.map((port) => [
              port.path,
              port.name ?? '',
              port.manufacturer ?? '',
              port.serialNumber ?? '',
              port.vendorId === undefined ? '' : `${port.vendorId}:${port.productId ?? ''}`,
              port.targets.join(' '),
            ]),
          );
    finish({ json: { ports, hints }, text: [list, ...hints.map((hint) => `hint: ${hint}`)].join('\n') });
  });
};
