import { dataError } from './data-error.js';
import { holdOut } from './hold-out.js';
import type { Recording, RecordingSet, SplitName } from './recordings.js';

/**
 * The side of each recording: what the set itself says; then, where it leaves a side open, whole groups by a hash of their name; the rest
 * is for training. No seed: everybody who has the same files gets the same test split.
 * @throws LitesnnError DATA_SPLIT_GROUP_SHARED when the set's own split has a group on both sides
 */
export function assignSplits(set: RecordingSet): readonly SplitName[] {
  const sides = set.recordings.map(({ split }) => split);
  holdOutSide(set.recordings, sides, 'test', set.holdOut.test);
  holdOutSide(set.recordings, sides, 'validation', set.holdOut.validation);
  const complete = sides.map((side) => side ?? 'train');
  checkGroups(set.recordings, complete);
  return complete;
}

/** Name of the group for numbering and hashing; a recording without one is its own. */
export function groupKey({ group, name }: Recording): string {
  return group === undefined ? `recording ${name}` : `group ${group}`;
}

function holdOutSide(
  recordings: readonly Recording[],
  sides: (SplitName | undefined)[],
  side: SplitName,
  share: number | undefined,
): void {
  if (share === undefined) return;
  const open = recordings.flatMap((_, index) => (sides[index] === undefined ? [index] : []));
  const labels = open.map((index) => recordings[index].label);
  const groups = open.map((index) => groupKey(recordings[index]));
  holdOut(labels, groups, share, side).forEach((flag, i) => {
    if (flag === 1) sides[open[i]] = side;
  });
}

function checkGroups(recordings: readonly Recording[], sides: readonly SplitName[]): void {
  const sideOf = new Map<string, SplitName>();
  recordings.forEach(({ group }, index) => {
    if (group === undefined) return;
    const known = sideOf.get(group) ?? sides[index];
    sideOf.set(group, known);
    if (known === sides[index]) return;
    const text = `group "${group}" is in ${known} and in ${sides[index]}: the test would not be about new groups`;
    throw dataError(
      'DATA_SPLIT_GROUP_SHARED',
      text,
      'change split, or say "groups: none" in the definition if that is meant',
    );
  });
}
