import type { Core, Target } from '../../targets/target.js';

/** What the Makefile and `litesnn build` both pass, so that both make the same image to the byte. */

export const toolPrefix = 'arm-none-eabi-';

/** `-mcpu` of each core. */
const cpuOf: Readonly<Record<Core, string>> = {
  'cortex-m0': 'cortex-m0',
  'cortex-m0plus': 'cortex-m0plus',
  'cortex-m3': 'cortex-m3',
  'cortex-m4': 'cortex-m4',
  'cortex-m7': 'cortex-m7',
  'cortex-m33': 'cortex-m33',
  'cortex-m55': 'cortex-m55',
};

/** Folders of a project with C files; each is also searched for headers. */
export const sourceFolders = ['app', 'board', 'boot', 'lib'] as const;

/** Speed for what is measured, size for what is only in the way. */
export const defaultOptimize: Readonly<Record<'application' | 'bootloader', string>> = {
  application: '-O3',
  bootloader: '-Os',
};

/** Soft floating point: generated code has integers only, and exceptions then save the short frame. */
export function cpuFlags(target: Target): string[] {
  return [`-mcpu=${cpuOf[target.core]}`, '-mthumb', '-mfloat-abi=soft'];
}

export function compileFlags(target: Target, optimize: string): string[] {
  return [
    ...cpuFlags(target),
    '-std=c99',
    optimize,
    '-g',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-Wconversion',
    '-ffunction-sections',
    '-fdata-sections',
    '-fno-common',
    '-fstack-usage',
    '-fcallgraph-info=su',
    ...sourceFolders.map((folder) => `-I${folder}`),
  ];
}

export function linkFlags(target: Target): string[] {
  return [
    ...cpuFlags(target),
    '-nostartfiles',
    '-Tlink.ld',
    '-Wl,--gc-sections',
    '-Wl,--fatal-warnings',
    // Data and code share a segment of RAM-less images; the warning is about protection that these parts do not have.
    '-Wl,--no-warn-rwx-segments',
    '-Wl,-Map=build/firmware.map',
  ];
}
