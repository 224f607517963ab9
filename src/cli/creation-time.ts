import { ExitCode, LitesnnError } from '../core/errors.js';

/**
 * What files name as the time of their creation: now, or SOURCE_DATE_EPOCH (seconds since 1970), with which the same inputs give the
 * same bytes; https://reproducible-builds.org/specs/source-date-epoch/
 * @throws LitesnnError USAGE
 */
export function creationTime(): Date {
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === '') return new Date();
  const time = new Date(/^\d+$/.test(epoch) ? Number(epoch) * 1000 : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new LitesnnError(
    'USAGE',
    ExitCode.usage,
    `SOURCE_DATE_EPOCH is "${epoch}", not a number of seconds`,
    {
      hint: 'unset it, or give seconds since 1970',
    },
  );
}
