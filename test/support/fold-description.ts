import type { FoldDescription } from '../../src/model/fold.js';

/** What a folded model says about itself where nobody reads it; four classes. */
export const ABOUT: FoldDescription = {
  name: 'tested',
  classes: ['rows', 'columns', 'falling', 'rising'],
  frontEnd: { kind: 'image' },
  provenance: { tool: '', command: '', datasetName: '', datasetHash: '', seed: 0, created: '' },
};
