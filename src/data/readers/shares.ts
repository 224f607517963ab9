import { DEFAULT_SHARE, type HoldOutShares } from '../recordings.js';

/** Shares of a set whose files decide about the test side, or do not. */
export function sharesFor(wanted: HoldOutShares | undefined, hasTestFiles: boolean): HoldOutShares {
  return {
    test: hasTestFiles ? undefined : (wanted?.test ?? DEFAULT_SHARE),
    validation: wanted?.validation ?? DEFAULT_SHARE,
  };
}
