import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { Reply } from './replies.js';

/** What a failed step of the protocol is called; `FLASH_NACK`, `FLASH_NO_REPLY` and `FLASH_BAD_REPLY` may be retried. */
export type StepFaultCode = 'FLASH_NACK' | 'FLASH_NO_REPLY' | 'FLASH_BAD_REPLY';

const RETRY_HINT = 'check wiring and baud rate, reset the board into its boot loader, then try again';

export function stepFault(code: StepFaultCode, step: string, what: string): LitesnnError {
  return new LitesnnError(code, ExitCode.flash, `${step}: ${what}`, { hint: RETRY_HINT, details: { step } });
}

export function faultOfReply(reply: Exclude<Reply, { kind: 'ack' }>, step: string): LitesnnError {
  switch (reply.kind) {
    case 'nack':
      return stepFault('FLASH_NACK', step, 'the boot loader refused (NACK)');
    case 'silence':
      return stepFault('FLASH_NO_REPLY', step, 'the boot loader did not answer in time');
    case 'garbage':
      return stepFault(
        'FLASH_BAD_REPLY',
        step,
        `unexpected answer 0x${reply.byte.toString(16).padStart(2, '0')}`,
      );
  }
}

const stepFaultCodes: readonly string[] = [
  'FLASH_NACK',
  'FLASH_NO_REPLY',
  'FLASH_BAD_REPLY',
] satisfies StepFaultCode[];

export function isStepFault(error: unknown): error is LitesnnError {
  return error instanceof LitesnnError && stepFaultCodes.includes(error.code);
}

export function flashError(
  code: string,
  message: string,
  hint: string,
  details?: Readonly<Record<string, unknown>>,
  cause?: unknown,
): LitesnnError {
  return new LitesnnError(code, ExitCode.flash, message, {
    hint,
    cause,
    ...(details === undefined ? {} : { details }),
  });
}

export function isNoBootloader(error: unknown): boolean {
  return error instanceof LitesnnError && error.code === 'FLASH_NO_BOOTLOADER';
}

export function noBootloader(description: string): LitesnnError {
  return new LitesnnError(
    'FLASH_NO_BOOTLOADER',
    ExitCode.device,
    `no boot loader answers on ${description}`,
    {
      hint: 'reset the board into its boot loader (BOOT0 high), check port, baud rate and parity',
    },
  );
}
