import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ExitCode } from '../../core/errors.js';
import { debianPackageOf, isOnPath } from '../../core/process.js';
import { mayUsePorts, surroundings } from '../../flash/link/port-hints.js';
import type { RegisterCommand } from '../register.js';
import { table } from '../table.js';

interface Finding {
  readonly what: string;
  readonly neededFor: string;
  readonly required: boolean;
  readonly found: boolean;
  /** How to get it; empty when found. */
  readonly howToGet: string;
}

const programs: readonly { name: string; neededFor: string; required: boolean }[] = [
  { name: 'arm-none-eabi-gcc', neededFor: 'build', required: true },
  { name: 'arm-none-eabi-objcopy', neededFor: 'build', required: true },
  { name: 'arm-none-eabi-nm', neededFor: 'build', required: true },
  { name: 'qemu-system-arm', neededFor: 'emulated boards', required: false },
  { name: 'stm32flash', neededFor: 'tests (independent flashing client)', required: false },
  { name: 'socat', neededFor: 'tests (pseudo terminals)', required: false },
  { name: 'gcc', neededFor: 'tests (generated C on the host)', required: false },
];

function programFindings(): Finding[] {
  return programs.map(({ name, neededFor, required }) => {
    const found = isOnPath(name);
    const howToGet = found ? '' : `apt-get install ${debianPackageOf[name] ?? name}`;
    return { what: name, neededFor, required, found, howToGet };
  });
}

function nodeFinding(): Finding {
  const found = Number(process.versions.node.split('.')[0]) >= 20;
  return {
    what: `Node.js ${process.versions.node}`,
    neededFor: 'everything',
    required: true,
    found,
    howToGet: found ? '' : 'install Node 20 or newer',
  };
}

function newlibFinding(): Finding {
  const found = existsSync('/usr/lib/arm-none-eabi/newlib/libc.a') || !isOnPath('arm-none-eabi-gcc');
  return {
    what: 'newlib for Arm',
    neededFor: 'build',
    required: true,
    found,
    howToGet: found ? '' : 'apt-get install libnewlib-arm-none-eabi',
  };
}

function tensorflowFinding(): Finding {
  let found = true;
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-node');
  } catch {
    found = false;
  }
  return {
    what: '@tensorflow/tfjs-node',
    neededFor: 'faster --engine tfjs',
    required: false,
    found,
    howToGet: found ? '' : 'npm install @tensorflow/tfjs-node (its install step downloads a library)',
  };
}

function serialPermissionFinding(): Finding {
  const found = mayUsePorts(surroundings());
  return {
    what: 'permission for serial ports',
    neededFor: 'real boards',
    required: false,
    found,
    howToGet: found ? '' : 'sudo usermod -aG dialout $USER, then log in again',
  };
}

/** `litesnn doctor`: what is missing on this machine and how to get it. Exit code 4 when something required is. */
export const registerDoctor: RegisterCommand = (parser, _context, finish) => {
  parser.command('doctor', 'say what is missing on this machine and how to get it', {}, () => {
    const findings = [
      nodeFinding(),
      ...programFindings(),
      newlibFinding(),
      tensorflowFinding(),
      serialPermissionFinding(),
    ];
    const lacking = findings.some((finding) => finding.required && !finding.found);
    finish({
      json: { findings, ready: !lacking },
      text: table(
        ['what', 'needed for', 'state', 'how to get it'],
        findings.map(({ what, neededFor, required, found, howToGet }) => [
          what,
          neededFor,
          found ? 'there' : required ? 'MISSING' : 'missing, optional',
          howToGet,
        ]),
      ),
      exitCode: lacking ? ExitCode.toolchainMissing : ExitCode.ok,
    });
  });
};
