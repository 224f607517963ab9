import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a boot loader's drive says of itself in INFO_UF2.TXT (microsoft/uf2, "Files exposed by bootloaders"). */
export interface Uf2Drive {
  readonly folder: string;
  /** `RPI-RP2`. */
  readonly boardId: string;
  /** `Raspberry Pi RP2`. */
  readonly model: string;
  /** `UF2 Bootloader v3.0`. */
  readonly loader: string;
}

const INFO = 'INFO_UF2.TXT';
const DRIVE_TYPES = ['vfat', 'msdos'];

/** More than any INFO_UF2.TXT has; a hostile drive may offer gigabytes. */
const MOST_INFO_BYTES = 4096;

/** Mounted drives of boot loaders, by the mount table (`/proc/mounts`). */
export function findUf2Drives(mountTable = '/proc/mounts'): Uf2Drive[] {
  if (!existsSync(mountTable)) return [];
  return readFileSync(mountTable, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => DRIVE_TYPES.includes(type))
    .flatMap(([, folder]) => readDrive(unescaped(folder)));
}

/** Labels of drives that are plugged in, whether mounted or not. */
export function driveLabels(folder = '/dev/disk/by-label'): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readDrive(folder: string): Uf2Drive[] {
  let text: string;
  try {
    text = readFileSync(join(folder, INFO)).subarray(0, MOST_INFO_BYTES).toString('latin1');
  } catch {
    // No boot loader's drive, or one that has just gone.
    return [];
  }
  return [parseInfo(folder, text)];
}

export function parseInfo(folder: string, text: string): Uf2Drive {
  const lines = text.split(/\r?\n/);
  const value = (key: string): string =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${key}:`))
      ?.slice(key.length + 1)
      .trim() ?? '';
  return { folder, boardId: value('board-id'), model: value('model'), loader: lines[0].trim() };
}

/** The kernel writes space, tab, line feed and backslash as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
