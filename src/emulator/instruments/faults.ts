import { ExitCode, LitesnnError } from '../../core/errors.js';

/** What an instrument is to do wrong, once; times are its own, since streaming began. */
export type InstrumentFault =
  /** So many samples are never sent. */
  | { readonly kind: 'lose-samples'; readonly atSeconds: number; readonly count: number }
  | { readonly kind: 'lose-bytes'; readonly atSeconds: number; readonly count: number }
  /** Nothing is sent for so long; then all of it, late. */
  | { readonly kind: 'stall'; readonly atSeconds: number; readonly seconds: number }
  | { readonly kind: 'unplug'; readonly atSeconds: number }
  /** The clock is that much fast, as a fraction, all the time. */
  | { readonly kind: 'skew'; readonly fraction: number };

function wrong(text: string): LitesnnError {
  return new LitesnnError('POWER_SPEC', ExitCode.usage, `"${text}" is no fault of a virtual instrument`, {
    hint: 'lose-samples@SECONDS:COUNT, lose-bytes@SECONDS:COUNT, stall@SECONDS:SECONDS, unplug@SECONDS, skew:FRACTION; several with +',
  });
}

/** `lose-samples@1.5:64+skew:200e-6`. @throws LitesnnError POWER_SPEC (exit 2) */
export function parseFaults(text: string): InstrumentFault[] {
  if (text === '') return [];
  return text.split('+').map((part) => {
    const match = /^([a-z-]+)(?:@([\d.]+))?(?::([\d.e-]+))?$/.exec(part);
    if (match === null) throw wrong(part);
    const atSeconds = Number(match[2]);
    const amount = Number(match[3]);
    switch (match[1]) {
      case 'lose-samples':
      case 'lose-bytes':
        if (Number.isFinite(atSeconds) && Number.isSafeInteger(amount) && amount > 0)
          return { kind: match[1], atSeconds, count: amount };
        break;
      case 'stall':
        if (Number.isFinite(atSeconds) && amount > 0) return { kind: 'stall', atSeconds, seconds: amount };
        break;
      case 'unplug':
        if (Number.isFinite(atSeconds)) return { kind: 'unplug', atSeconds };
        break;
      case 'skew':
        if (Number.isFinite(amount)) return { kind: 'skew', fraction: amount };
    }
    throw wrong(part);
  });
}
