import { randomMembers } from '../support/batch-members.js';
import { exitMembers } from '../support/exit-members.js';
import { compareRecord, renderBatch } from '../support/library-batch.js';
import { missingTools, runOnM4 } from '../support/qemu-c.js';

const FIRMWARES = 8;
const NETWORKS = 25;

describe('generated C on a Cortex-M4 in QEMU', function () {
  before(async function () {
    const missing = await missingTools(['arm-none-eabi-gcc', 'qemu-system-arm']);
    if (missing.length === 0) return;
    console.warn(`skipped: ${missing.join(' and ')} not found (Debian: gcc-arm-none-eabi qemu-system-arm)`);
    this.skip();
  });

  for (let firmware = 0; firmware < FIRMWARES; firmware++) {
    it(`agrees with the interpreter in every spike and logit: ${NETWORKS} random networks, firmware ${firmware}`, async () => {
      const { files, expected } = renderBatch(randomMembers(100 + firmware, NETWORKS, 'fast'));
      compareRecord(await runOnM4(files), expected);
    });
  }

  it('agrees where inferences end early', async () => {
    const { files, expected } = renderBatch(exitMembers(300, NETWORKS, 'fast'));
    compareRecord(await runOnM4(files), expected);
  });

  it('agrees with the reference kernels too', async () => {
    const { files, expected } = renderBatch(randomMembers(200, NETWORKS, 'reference'));
    compareRecord(await runOnM4(files), expected);
  });
});
