import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SerialPort } from 'serialport';
import { isOnPath } from '../../core/process.js';
import { usbName } from './usb-names.js';

export interface PortDescription {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  /** USB ids, four lower-case hexadecimal digits. */
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  /** What is known to be behind these ids. */
  readonly name?: string | undefined;
}

/** USB adapters of a `/dev`, with what the kernel tells of them in `/sys`: works without udev. */
export function portsIn(folder: string, classFolder = '/sys/class/tty'): PortDescription[] {
  return readdirSync(folder)
    .filter((name) => /^tty(USB|ACM)\d+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => ({ path: join(folder, name), ...usbFacts(join(classFolder, name, 'device')) }));
}

/** Serial ports of this machine. Without udev (containers) only USB adapters are found. */
export async function listPorts(): Promise<PortDescription[]> {
  // On Linux SerialPort.list() runs udevadm and has no error handler: where it is missing, the process would die.
  if (process.platform === 'linux' && !isOnPath('udevadm')) return portsIn('/dev');
  const ports = await SerialPort.list();
  return ports.map(({ path, manufacturer, serialNumber, vendorId, productId }) => ({
    path,
    manufacturer,
    serialNumber,
    ...named(vendorId?.toLowerCase(), productId?.toLowerCase()),
  }));
}

function named(vendorId: string | undefined, productId: string | undefined) {
  return { vendorId, productId, name: usbName(vendorId, productId) };
}

/** The USB device's files are one to three levels above its interface's. */
function usbFacts(link: string): Omit<PortDescription, 'path'> {
  let folder: string;
  try {
    folder = realpathSync(link);
  } catch {
    return {};
  }
  for (let level = 0; level < 4; level++, folder = dirname(folder)) {
    const vendorId = attribute(folder, 'idVendor');
    if (vendorId === undefined) continue;
    const productId = attribute(folder, 'idProduct');
    return {
      manufacturer: attribute(folder, 'manufacturer'),
      serialNumber: attribute(folder, 'serial'),
      ...named(vendorId, productId),
    };
  }
  return {};
}

function attribute(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch {
    return undefined;
  }
}
