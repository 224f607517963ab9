import { join } from 'node:path';
import { interrupted, LitesnnError, messageOf } from '../../core/errors.js';
import { writeJson } from '../../core/files.js';
import type { Progress } from '../../core/progress.js';
import type { DeviceLink } from '../link/device-link.js';
import { analyzePowerSession } from './analysis/analyze.js';
import type { DutyCycle } from './analysis/duty.js';
import type { PowerSpec } from './power-spec.js';
import { type PowerPlan, PowerProcedure } from './record-session.js';
import { Recorder } from './recorder/recorder.js';
import type { PowerResult } from './result.js';
import { PowerSession, type PowerSessionMetadata } from './session/power-session.js';

export interface MeasurePowerOptions {
  /** An instrument on a port: virtual ones are started by the caller and named by their port. */
  readonly spec: PowerSpec;
  readonly volts: number;
  readonly plan: PowerPlan;
  readonly about: PowerSessionMetadata;
  /** Holds a folder for every session, and `power.json` of the last. */
  readonly folder: string;
  readonly duty?: DutyCycle | undefined;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export function powerResultPath(folder: string): string {
  return join(folder, 'power.json');
}

/**
 * Records current while the board infers, and analyses it. What was recorded stays on disk, whatever happens; the link stays open.
 * Rejects with what broke (exit codes 2, 6, 8, 130), the folder of the session in its details.
 */
export async function measurePower(link: DeviceLink, options: MeasurePowerOptions): Promise<PowerResult> {
  const { spec, volts, plan, about, folder, signal, progress } = options;
  const session = new PowerSession(join(folder, sessionName(about.created)), about);
  const stopListening = link.onFrame((frame) => {
    session.append({ kind: 'frame', atSeconds: session.seconds, frame });
  });
  try {
    const recorder = await Recorder.start({ spec, volts, recording: session.files.samples });
    progress?.note(`current: ${recorder.identity.description}`);
    const onAbort = (): void => void recorder.stop();
    signal?.addEventListener('abort', onAbort);
    try {
      const procedure = new PowerProcedure(
        link,
        recorder,
        (event) => {
          session.append(event);
        },
        signal,
      );
      await procedure.run(plan, progress);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      await recorder.stop();
    }
    if (recorder.error !== undefined) throw recorder.error;
    if (signal?.aborted === true) throw interrupted('measuring current');
  } catch (error) {
    throw kept(error, session, signal);
  } finally {
    stopListening();
    session.close();
  }
  const result = analyzePowerSession(session.files.folder, options.duty);
  writeJson(powerResultPath(folder), result);
  return result;
}

/** `2026-11-25T04-40-12-123Z`: unique, and in the order of time. */
function sessionName(created: string): string {
  return created.replace(/[:.]/g, '-');
}

/** Notes what broke in the session, and says where what was recorded is. */
function kept(error: unknown, session: PowerSession, signal: AbortSignal | undefined): unknown {
  const shown = signal?.aborted === true ? interrupted('measuring current') : error;
  const { code, exitCode, message, hint, details } =
    shown instanceof LitesnnError
      ? shown
      : {
          code: 'INTERNAL',
          exitCode: undefined,
          message: messageOf(shown),
          hint: undefined,
          details: undefined,
        };
  try {
    session.append({ kind: 'trouble', atSeconds: session.seconds, code, message });
  } catch (unwritten) {
    if (!(unwritten instanceof LitesnnError)) throw unwritten;
  }
  if (exitCode === undefined) return shown;
  const where = { session: session.files.folder };
  return new LitesnnError(code, exitCode, message, {
    ...(hint === undefined ? {} : { hint }),
    details: { ...details, ...where },
    cause: shown,
  });
}
