import { openLink } from '../flash/link/open-link.js';
import type { Target } from '../targets/target.js';
import type { DeviceTimeLimits } from './link/device-limits.js';
import { DeviceLink } from './link/device-link.js';

/** The measuring firmware on a port, 8N1 at the target's rate. Rejects with the errors of `openLink`. */
export async function openDevice(
  target: Target,
  port: string,
  limits: Partial<DeviceTimeLimits> = {},
): Promise<DeviceLink> {
  return new DeviceLink(await openLink(port, { baud: target.uart.baud }), limits);
}
