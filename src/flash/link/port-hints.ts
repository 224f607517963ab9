import { readdirSync, readFileSync } from 'node:fs';
import { isOnPath } from '../../core/process.js';

const DIALOUT_ON_DEBIAN = 20;

export interface PortSurroundings {
  readonly platform: NodeJS.Platform;
  readonly groups: readonly number[];
  readonly isRoot: boolean;
  readonly hasUdev: boolean;
  readonly modemManager: boolean;
}

/** What this machine does to serial ports. */
export function surroundings(): PortSurroundings {
  return {
    platform: process.platform,
    groups: process.getgroups?.() ?? [],
    isRoot: process.getuid?.() === 0,
    hasUdev: isOnPath('udevadm'),
    modemManager: isRunning('ModemManager'),
  };
}

/** Everything that commonly stands between a user and a board, one line each. */
export function portHints(found: PortSurroundings): string[] {
  if (found.platform !== 'linux') return [];
  const hints: string[] = [];
  if (!mayUsePorts(found)) {
    hints.push('you are not in the group dialout: sudo usermod -aG dialout $USER, then log in again');
  }
  if (found.modemManager) {
    hints.push(
      'ModemManager talks to every new serial port for some seconds: wait, or sudo systemctl stop ModemManager',
    );
  }
  if (!found.hasUdev) {
    hints.push('there is no udev here (a container?): only USB adapters are listed, and only those of /dev');
  }
  return hints;
}

export function mayUsePorts({ platform, groups, isRoot }: PortSurroundings): boolean {
  return platform !== 'linux' || isRoot || groups.includes(DIALOUT_ON_DEBIAN);
}

function isRunning(name: string): boolean {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .some((pid) => commandOf(pid) === name);
  } catch {
    return false;
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
