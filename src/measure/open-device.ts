import { SerialLink } from '../flash/link/serial-link.js';
import type { Target } from '../targets/target.js';
import type { DeviceTimeLimits } from './link/device-limits.js';
import { DeviceLink } from './link/device-link.js';

/** The measuring firmware on a port, 8N1 at the target's rate. Rejects with the errors of `SerialLink.open`. */
export async function openDevice(
  target: Target,
  port: string,
  limits: Partial<DeviceTimeLimits> = {},
): Promise<DeviceLink> {
  return new DeviceLink(await SerialLink.open({ path: port, baud: target.uart.baud }), limits);
}
