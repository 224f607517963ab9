import { randomMembers } from '../support/batch-members.js';
import { compareRecord, renderBatch } from '../support/library-batch.js';
import { missingTools, runOnM55 } from '../support/qemu-c.js';

/** As many as its code memory of 512 KB holds, with their inputs. */
const NETWORKS = 8;

describe('generated C on a Cortex-M55 in QEMU', function () {
  before(async function () {
    const missing = await missingTools(['arm-none-eabi-gcc', 'qemu-system-arm']);
    if (missing.length === 0) return;
    console.warn(`skipped: ${missing.join(' and ')} not found (Debian: gcc-arm-none-eabi qemu-system-arm)`);
    this.skip();
  });

  it(`agrees with the interpreter in every spike and logit: ${NETWORKS} random networks`, async () => {
    const { files, expected } = renderBatch(randomMembers(500, NETWORKS, 'fast'));
    compareRecord(await runOnM55(files), expected);
  });
});
