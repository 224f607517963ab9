import { listPorts } from '../../flash/link/list-ports.js';
import type { RegisterCommand } from '../register.js';
import { table } from '../table.js';

/** `litesnn ports`: the serial ports of this machine. */
export const registerPorts: RegisterCommand = (parser, _context, finish) => {
  parser.command('ports', 'list serial ports', {}, async () => {
    const ports = await listPorts();
    finish({
      json: ports,
      text:
        ports.length === 0
          ? 'no serial ports found'
          : table(
              ['port', 'maker', 'serial number', 'USB id'],
              ports.map((port) => [
                port.path,
                port.manufacturer ?? '',
                port.serialNumber ?? '',
                port.vendorId === undefined ? '' : `${port.vendorId}:${port.productId ?? ''}`,
              ]),
            ),
    });
  });
};
