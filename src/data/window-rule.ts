import type { Definition } from './definition.js';
import type { WindowRule } from './windows.js';

/** One second: keywords, digits, a few turns of a machine. */
const DEFAULT_SECONDS = 1;

/** The definition's window in samples. @param sampleRate hertz */
export function windowRuleOf(definition: Definition | undefined, sampleRate: number): WindowRule {
  const window = definition?.reader === 'wav' || definition?.reader === 'mat' ? definition.window : undefined;
  const inSamples = (seconds: number): number => Math.max(1, Math.round(seconds * sampleRate));
  return {
    samples: window?.samples ?? inSamples(window?.seconds ?? DEFAULT_SECONDS),
    hop: window?.hopSamples ?? (window?.hopSeconds === undefined ? undefined : inSamples(window.hopSeconds)),
  };
}
