import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { ByteLink } from './byte-link.js';
import type { Clock } from './clock.js';
import { Rfc2217Link } from './rfc2217-link.js';
import { SerialLink } from './serial-link.js';
import { type SocketAddress, SocketLink } from './socket-link.js';

export interface LinkOptions {
  readonly baud: number;
  readonly parity?: 'none' | 'even';
  readonly clock?: Clock;
}

/** Whether the port is on another machine. */
export function isRemote(port: string): boolean {
  return /^[a-z0-9]+:\/\//i.test(port);
}

/**
 * A port by its path, or `rfc2217://host:port`, or `tcp://host:port`. Rejects with the errors of `SerialLink.open`, with
 * PORT_ADDRESS (exit 2), PORT_NOT_RFC2217 and PORT_SETTINGS (exit 6).
 */
export async function openLink(port: string, options: LinkOptions): Promise<ByteLink> {
  if (!isRemote(port)) return SerialLink.open({ path: port, ...options });
  const { scheme, address } = parseAddress(port);
  if (scheme === 'rfc2217') return Rfc2217Link.open(address, port, options);
  return SocketLink.open(address, port, options);
}

function parseAddress(text: string): { scheme: 'rfc2217' | 'tcp'; address: SocketAddress } {
  const parts = /^(rfc2217|tcp):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})\/?$/.exec(text);
  const port = Number(parts?.[4]);
  if (parts === null || port < 1 || port > 65_535) {
    throw new LitesnnError('PORT_ADDRESS', ExitCode.usage, `${text} is no address of a port`, {
      hint: 'write rfc2217://host:port or tcp://host:port, or the path of a port',
    });
  }
  const [, scheme, v6, host] = parts as (string | undefined)[];
  return { scheme: scheme as 'rfc2217' | 'tcp', address: { host: v6 ?? host ?? '', port } };
}
