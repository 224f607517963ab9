import { sha256 } from '../core/files.js';

interface Group {
  readonly members: number[];
  /** The group's only class, or MIXED. */
  label: number;
}

const MIXED = -1;

/**
 * Chooses whole groups that make up about `fraction` of the samples. Groups are taken in the order of a hash of their name, so
 * the choice depends on nothing but the names and the salt. Groups of a single class are taken class by class (a stratified
 * choice where every sample is its own group), groups of several classes together. Where there are at least two groups at
 * least one is taken and at least one stays.
 *
 * @param labels class of each sample
 * @param groups group of each sample, same length
 * @param fraction in [0, 1)
 * @param salt another salt makes another choice
 * @returns one flag a sample: 1 where it is held out
 */
export function holdOut(
  labels: ArrayLike<number>,
  groups: readonly string[],
  fraction: number,
  salt: string,
): Uint8Array {
  const flags = new Uint8Array(groups.length);
  for (const bucket of bucketsOf(labels, groups)) {
    for (const group of chosenGroups(bucket, fraction, salt)) {
      for (const index of group.members) flags[index] = 1;
    }
  }
  return flags;
}

function bucketsOf(labels: ArrayLike<number>, groups: readonly string[]): Iterable<Map<string, Group>> {
  const byName = new Map<string, Group>();
  groups.forEach((name, index) => {
    const group = byName.get(name);
    if (group === undefined) {
      byName.set(name, { members: [index], label: labels[index] });
    } else {
      group.members.push(index);
      if (group.label !== labels[index]) group.label = MIXED;
    }
  });
  const buckets = new Map<number, Map<string, Group>>();
  for (const [name, group] of byName) {
    const bucket = buckets.get(group.label) ?? new Map<string, Group>();
    buckets.set(group.label, bucket.set(name, group));
  }
  return buckets.values();
}

function chosenGroups(bucket: Map<string, Group>, fraction: number, salt: string): Group[] {
  if (fraction <= 0 || bucket.size < 2) return [];
  const ordered = [...bucket]
    .map(([name, group]) => ({ key: sha256(salt, '\0', name), group }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ group }) => group);
  const total = ordered.reduce((sum, group) => sum + group.members.length, 0);
  const chosen: Group[] = [];
  let taken = 0;
  for (const group of ordered.slice(0, -1)) {
    // A group is worth taking when at least half of it is still wanted; the first one always is.
    if (chosen.length > 0 && taken + group.members.length / 2 > fraction * total) break;
    chosen.push(group);
    taken += group.members.length;
  }
  return chosen;
}
