import { ExitCode, LitesnnError } from '../core/errors.js';

function interrupted(what: string): LitesnnError {
  return new LitesnnError('INTERRUPTED', ExitCode.interrupted, `${what} was interrupted`, {
    hint: 'run the same command again',
  });
}

/**
 * Work on a link that a signal ends: the link is closed, whatever waits on it rejects, and the caller gets
 * `INTERRUPTED` in place of that. The link is closed when this rejects so.
 */
export async function abortable<T>(
  link: { close(): Promise<void> },
  signal: AbortSignal | undefined,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  const onAbort = (): void => {
    void link.close();
  };
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) throw interrupted(what);
    return await work();
  } catch (error) {
    if (!signal.aborted) throw error;
    await link.close();
    throw interrupted(what);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
