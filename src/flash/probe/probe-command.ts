import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { Target } from '../../targets/target.js';

/** Programs that write a board through its debug probe (picotool: through the boot ROM's own USB interface). */
export const PROBE_TOOLS = ['openocd', 'st-flash', 'probe-rs', 'picotool'] as const;
export type ProbeTool = (typeof PROBE_TOOLS)[number];

export interface ProbeJob {
  /** Binary file. */
  readonly file: string;
  /** Of its first byte in the part's memory. */
  readonly address: number;
  /** Serial number of the probe. */
  readonly serial?: string | undefined;
}

/**
 * Argument list that writes, compares and starts; never a shell's line.
 * @throws LitesnnError FLASH_METHOD, FLASH_PROBE_SERIAL (exit 2)
 */
export function probeArguments(tool: ProbeTool, target: Target, job: ProbeJob): string[] {
  const { file, serial } = job;
  const address = `0x${job.address.toString(16).padStart(8, '0')}`;
  if (serial !== undefined && !/^[A-Za-z0-9:.-]{1,64}$/.test(serial)) {
    throw new LitesnnError('FLASH_PROBE_SERIAL', ExitCode.usage, `${serial} is no serial number of a probe`);
  }
  const { probe = {} } = target;
  switch (tool) {
    case 'openocd': {
      const config = probe.openocd ?? unknownTo(tool, target, 'probe.openocd');
      const adapter = serial === undefined ? [] : ['-c', `adapter serial ${serial}`];
      // OpenOCD reads its commands as Tcl, where braces quote.
      return [...adapter, '-f', config, '-c', `program {${file}} ${address} verify reset exit`];
    }
    case 'probe-rs': {
      const chip = probe.probeRs ?? unknownTo(tool, target, 'probe.probeRs');
      const which = serial === undefined ? [] : ['--probe', serial];
      const image = ['--binary-format', 'bin', '--base-address', address];
      return ['download', '--chip', chip, ...which, ...image, '--verify', file];
    }
    case 'st-flash': {
      if (probe.stFlash !== true) unknownTo(tool, target, 'probe.stFlash');
      const which = serial === undefined ? [] : ['--serial', serial];
      return ['--reset', ...which, 'write', file, address];
    }
    case 'picotool': {
      if (probe.picotool !== true) unknownTo(tool, target, 'probe.picotool');
      const which = serial === undefined ? [] : ['--ser', serial];
      return ['load', '--verify', '--execute', ...which, file, '-t', 'bin', '--offset', address];
    }
  }
}

/** What has to run after the first call, for tools that write and start apart. */
export function restartArguments(
  tool: ProbeTool,
  target: Target,
  serial: string | undefined,
): string[] | undefined {
  if (tool !== 'probe-rs') return undefined;
  const which = serial === undefined ? [] : ['--probe', serial];
  return ['reset', '--chip', target.probe?.probeRs ?? '', ...which];
}

function unknownTo(tool: ProbeTool, { name }: Target, key: string): never {
  throw new LitesnnError('FLASH_METHOD', ExitCode.usage, `${name} does not say how ${tool} calls it`, {
    hint: `add ${key} to a copy of its target file, or choose another --method`,
  });
}
