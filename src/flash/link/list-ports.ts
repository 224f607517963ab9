import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { isOnPath } from '../../core/process.js';

export interface PortDescription {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  /** USB ids, four lower-case hexadecimal digits. */
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
}

/** USB adapters by name alone. */
export function portsIn(folder: string): PortDescription[] {
  return readdirSync(folder)
    .filter((name) => /^tty(USB|ACM)\d+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => ({ path: join(folder, name) }));
}

/** Serial ports of this machine. Without udev (containers) only USB adapters are found, by name and without ids. */
export async function listPorts(): Promise<PortDescription[]> {
  // On Linux SerialPort.list() runs udevadm and has no error handler: where it is missing, the process would die.
  if (process.platform === 'linux' && !isOnPath('udevadm')) return portsIn('/dev');
  const ports = await SerialPort.list();
  return ports.map(({ path, manufacturer, serialNumber, vendorId, productId }) => ({
    path,
    manufacturer,
    serialNumber,
    vendorId: vendorId?.toLowerCase(),
    productId: productId?.toLowerCase(),
  }));
}
