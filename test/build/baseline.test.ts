import { expect } from 'chai';
import { join } from 'node:path';
import { buildBootloader, buildFirmware } from '../../src/build/build.js';
import type { FirmwareImage } from '../../src/build/image.js';
import { BASELINE_HASH, renderBaselineLibrary } from '../../src/codegen/library/baseline.js';
import { renderFirmware } from '../../src/codegen/firmware/firmware.js';
import { elementsOf } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import { startVirtualBoard } from '../../src/emulator/start.js';
import { openFlasher } from '../../src/flash/open-flasher.js';
import { openDevice } from '../../src/measure/open-device.js';
import { loadTarget } from '../../src/targets/load.js';
import {
  projectCommand,
  temporaryFolder,
  writeBootloader,
  writeFirmware,
  writeProject,
} from '../support/firmware-project.js';
import { randomInput, randomModel } from '../support/random-model.js';
import { readFileSync } from 'node:fs';

describe('the firmware without a network', function () {
  const target = loadTarget('mps2-an386');
  const random = Random.fromSeed(21);
  const model = randomModel(random, { synapses: 5000 });
  const folder = temporaryFolder();
  let network: FirmwareImage;
  let baseline: FirmwareImage;
  let bootloader: FirmwareImage;

  before(async () => {
    const at = (name: string): string => join(folder.path, name);
    writeFirmware(at('network'), target, model);
    const library = renderBaselineLibrary(model, { command: projectCommand });
    const about = { command: projectCommand, modelHash: BASELINE_HASH, library };
    writeProject(at('baseline'), [
      ...library,
      ...renderFirmware(target, { ...about, application: 'measure' }),
    ]);
    writeBootloader(at('bootloader'), target);
    network = await buildFirmware(at('network'), target);
    baseline = await buildFirmware(at('baseline'), target);
    bootloader = await buildBootloader(at('bootloader'), target);
  });

  after(() => {
    folder.remove();
  });

  it('takes less flash and RAM than the same with one', () => {
    expect(baseline.flashBytes).within(1000, network.flashBytes - 1000);
    expect(baseline.ramBytes).within(500, network.ramBytes);
  });

  it('speaks as the other does, and infers nothing in next to no time', async () => {
    const board = await startVirtualBoard(target, { kernel: bootloader.elf });
    try {
      const flasher = await openFlasher(target, board.port);
      await flasher.flash(readFileSync(baseline.bin), { verify: true, go: true });
      await flasher.close();
      const link = await openDevice(target, board.port);
      try {
        expect(await link.hello()).include({
          modelHash: BASELINE_HASH,
          inputBytes: elementsOf(model.input),
          layers: 0,
        });
        const [{ logits, ticks }] = await link.infer(0, randomInput(random, model));
        expect([...logits]).deep.equal(model.classes.map(() => 0));
        expect(ticks).below(200);
      } finally {
        await link.close();
      }
    } finally {
      await board.stop();
    }
  });
});
