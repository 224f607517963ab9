import { ExitCode, LitesnnError, messageOf } from '../../core/errors.js';

function portError(code: string, message: string, hint?: string, cause?: unknown): LitesnnError {
  return new LitesnnError(code, ExitCode.device, message, { ...(hint === undefined ? {} : { hint }), cause });
}

/**
 * What the operating system said when a port could not be opened, as one of the errors users can act on. The serial
 * library has no error codes, only `strerror` texts within its message.
 */
export function openingError(path: string, cause: unknown): LitesnnError {
  const text = messageOf(cause);
  if (/no such file|no such device|ENOENT|ENXIO|file not found/i.test(text)) {
    return portError(
      'PORT_NOT_FOUND',
      `there is no port ${path}`,
      'list the ports with: litesnn ports',
      cause,
    );
  }
  if (/permission denied|access denied|EACCES/i.test(text)) {
    const hint = 'add yourself to the group dialout (sudo usermod -aG dialout $USER) and log in again';
    return portError('PORT_PERMISSION', `no permission to open ${path}`, hint, cause);
  }
  if (/lock|busy|temporarily unavailable/i.test(text)) {
    const hint = 'close the other program (a terminal, ModemManager, another litesnn) and try again';
    return portError('PORT_BUSY', `${path} is in use by another program`, hint, cause);
  }
  if (/inappropriate ioctl|not a typewriter|is a directory/i.test(text)) {
    return portError(
      'PORT_NOT_SERIAL',
      `${path} is not a serial port`,
      'list the ports with: litesnn ports',
      cause,
    );
  }
  return portError('PORT_OPEN_FAILED', `cannot open ${path}: ${text}`, undefined, cause);
}

export function portLost(description: string, cause?: unknown): LitesnnError {
  const hint = 'check cable and supply, then run the same command again';
  return portError('PORT_LOST', `the connection on ${description} broke`, hint, cause);
}

export function portClosed(description: string): LitesnnError {
  return portError('PORT_CLOSED', `the connection on ${description} is closed`);
}

export function writeTimeout(description: string, milliseconds: number): LitesnnError {
  const hint = 'the other side takes no data: check that the board runs, then try again';
  return portError(
    'PORT_WRITE_TIMEOUT',
    `${description} took no data for ${Math.round(milliseconds)} ms`,
    hint,
  );
}
