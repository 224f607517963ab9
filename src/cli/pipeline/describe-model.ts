import { toolVersion } from '../../core/version.js';
import type { LearningSplits } from '../../data/dataset.js';
import type { FoldDescription } from '../../model/fold.js';
import { creationTime } from '../creation-time.js';

/** What a model says about itself: the data it is for, and the command that made it. */
export function describeModel(
  data: Pick<LearningSplits, 'name' | 'classes' | 'frontEnd' | 'hash'>,
  seed: number,
  command: string,
): FoldDescription {
  return {
    name: data.name,
    classes: data.classes,
    frontEnd: data.frontEnd,
    provenance: {
      tool: `litesnn ${toolVersion}`,
      command,
      datasetName: data.name,
      datasetHash: data.hash,
      seed,
      created: creationTime().toISOString(),
    },
  };
}
