import { expect } from 'chai';
import { buildFirmware } from '../../src/build/build.js';
import { firmwareOverhead } from '../../src/codegen/firmware/overhead.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { FIRST_CHOICE, skeletonOf } from '../../src/energy/expected/skeleton.js';
import { simplest } from '../../src/search/budget/fit.js';
import { buildNetwork } from '../../src/search/decode.js';
import { buildSupernet } from '../../src/search/space.js';
import { loadTarget } from '../../src/targets/load.js';
import { temporaryFolder, writeFirmware } from '../support/firmware-project.js';

const SHAPE = { height: 28, width: 28, channels: 1 };

describe('what firmware takes beside its network', function () {
  for (const [board, options] of [
    ['mps2-an385', { width: 16, bits: [2] }],
    ['mps2-an386', { cells: 5, nodes: 3, levels: [0, 0, 1, 1, 2], width: 12, bits: [1] }],
  ] as const) {
    it(`is planned to be enough, and not far too much, on ${board}`, async () => {
      const folder = temporaryFolder();
      try {
        const target = loadTarget(board);
        const graph = buildNetwork(simplest(buildSupernet('micro', SHAPE, 10, options)), SHAPE, 10);
        const model = skeletonOf(graph, graph.timesteps, FIRST_CHOICE);
        const plan = planNetwork(model, target);
        writeFirmware(folder.path, target, model);
        const image = await buildFirmware(folder.path, target);
        const overhead = firmwareOverhead(model);
        expect(image.flashBytes).to.be.within(
          plan.flashBytes + 0.8 * overhead.flashBytes,
          plan.flashBytes + overhead.flashBytes,
        );
        expect(image.ramBytes).to.be.within(
          plan.arenaBytes + 0.8 * overhead.ramBytes,
          plan.arenaBytes + overhead.ramBytes,
        );
      } finally {
        folder.remove();
      }
    });
  }
});
