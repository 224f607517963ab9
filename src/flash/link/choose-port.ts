import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { Target, UsbId } from '../../targets/target.js';
import type { PortDescription } from './list-ports.js';

const BY_SERIAL = /^serial:(.+)$/;

function describe({ path, name, serialNumber }: PortDescription): string {
  const serial = serialNumber === undefined ? '' : `, serial number ${serialNumber}`;
  return name === undefined && serial === '' ? path : `${path} (${name ?? 'unknown'}${serial})`;
}

function listed(ports: readonly PortDescription[]): string {
  return ports.length === 0 ? 'none' : ports.map(describe).join('; ');
}

export function isBoard({ vendorId, productId }: PortDescription, usb: readonly UsbId[]): boolean {
  return usb.some(({ vendor, product }) => vendorId === hex(vendor) && productId === hex(product));
}

function hex(id: number): string {
  return id.toString(16).padStart(4, '0');
}

/**
 * The one port whose USB ids are the board's. Two candidates are never chosen between: the wrong board would be erased.
 * @throws LitesnnError PORT_NEEDED, PORT_AMBIGUOUS (exit 2)
 */
export function choosePort(target: Target, ports: readonly PortDescription[]): PortDescription {
  const own = ports.filter((port) => isBoard(port, target.usb ?? []));
  if (own.length === 1) return own[0];
  const details = { ports: ports.map(({ path }) => path) };
  if (own.length > 1) {
    throw new LitesnnError(
      'PORT_AMBIGUOUS',
      ExitCode.usage,
      `${own.length} boards could be the ${target.name}: ${listed(own)}`,
      { hint: 'name one: --port <path>, or --port serial:<serial number>', details },
    );
  }
  throw new LitesnnError('PORT_NEEDED', ExitCode.usage, `${target.name} is a real board: name its port`, {
    hint: `--port <port>, of: ${listed(ports)}`,
    details,
  });
}

/**
 * Turns `serial:<serial number>` into that adapter's path; anything else stays as it is.
 * @throws LitesnnError PORT_NOT_FOUND (exit 6), PORT_AMBIGUOUS (exit 2)
 */
export function resolvePort(text: string, list: readonly PortDescription[]): string {
  const serial = BY_SERIAL.exec(text)?.[1];
  if (serial === undefined) return text;
  const found = list.filter(({ serialNumber }) => serialNumber === serial);
  if (found.length === 1) return found[0].path;
  if (found.length === 0) {
    throw new LitesnnError('PORT_NOT_FOUND', ExitCode.device, `no port has the serial number ${serial}`, {
      hint: `ports: ${listed(list)}`,
    });
  }
  throw new LitesnnError('PORT_AMBIGUOUS', ExitCode.usage, `serial number ${serial}: ${listed(found)}`, {
    hint: 'the adapter has several ports: name one by its path',
  });
}
