import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBootloader, buildFirmware } from '../../src/build/build.js';
import { elementsOf } from '../../src/core/geometry.js';
import { type Progress, silentProgress } from '../../src/core/progress.js';
import { runTool } from '../../src/core/process.js';
import { Random } from '../../src/core/random.js';
import { startVirtualBoard } from '../../src/emulator/start.js';
import type { VirtualBoard } from '../../src/emulator/virtual-board.js';
import { SerialLink } from '../../src/flash/link/serial-link.js';
import { openFlasher } from '../../src/flash/open-flasher.js';
import { stm32Crc } from '../../src/core/stm32-crc.js';
import { Stm32Loader } from '../../src/flash/stm32-uart/loader.js';
import { defaultTimeLimits } from '../../src/flash/stm32-uart/time-limits.js';
import { LoaderTransport } from '../../src/flash/stm32-uart/transport.js';
import { measureSamples } from '../../src/measure/measure-samples.js';
import { openDevice } from '../../src/measure/open-device.js';
import { Interpreter } from '../../src/model/interpreter.js';
import { loadTarget } from '../../src/targets/load.js';
import { flasherOf } from '../../src/targets/ways.js';
import {
  projectModelHash,
  temporaryFolder,
  writeBootloader,
  writeFirmware,
} from '../support/firmware-project.js';
import { randomInput, randomModel } from '../support/random-model.js';

const SAMPLES = 8;

describe('an image, flashed and measured in QEMU', function () {
  const target = loadTarget('mps2-an386');
  const spec = flasherOf(target, 'stm32-uart');
  const random = Random.fromSeed(11);
  const model = randomModel(random, { synapses: 5000 });
  const folder = temporaryFolder();
  /** stm32flash takes no path with spaces apart; a session's folder may have them. */
  const plain = mkdtempSync(join(tmpdir(), 'litesnn-flash-'));
  const samples = {
    count: SAMPLES,
    inputs: Int8Array.from(Array.from({ length: SAMPLES }, () => [...randomInput(random, model)]).flat()),
    labels: Uint16Array.from({ length: SAMPLES }, () => random.integer(0, model.classes.length - 1)),
  };
  let kernel: string;
  let binary: string;
  let image: Buffer;
  let board: VirtualBoard;

  before(async () => {
    const [resident, application] = ['bootloader', 'application'].map((name) => join(folder.path, name));
    writeBootloader(resident, target);
    writeFirmware(application, target, model);
    kernel = (await buildBootloader(resident, target)).elf;
    binary = (await buildFirmware(application, target)).bin;
    image = readFileSync(binary);
  });

  beforeEach(async () => {
    board = await startVirtualBoard(target, { kernel });
  });

  afterEach(async () => {
    await board.stop();
  });

  after(() => {
    folder.remove();
    rmSync(plain, { recursive: true });
  });

  it('agrees with the reference in every logit and every spike count', async () => {
    const flasher = await openFlasher(target, board.port);
    const report = await flasher.flash(image, { verify: true, go: true });
    await flasher.close();
    expect(report).to.include({ bytes: image.length, verifiedBy: 'checksum', started: true });

    const interpreter = new Interpreter(model);
    const link = await openDevice(target, board.port);
    const measurement = await measureSamples(link, samples, {
      target,
      model: {
        modelHash: projectModelHash,
        inputBytes: elementsOf(model.input),
        classes: model.classes.length,
        timesteps: model.timesteps,
        layers: model.layers.map((layer) => layer.name),
      },
      datasetHash: 'random',
      split: 'test',
      reference: (input) => interpreter.run(input),
      trace: true,
      sessionFolder: join(folder.path, 'session'),
    });
    expect(measurement.agreement.first).to.deep.equal([]);
    expect(measurement.agreement).to.include({
      samples: SAMPLES,
      logits: SAMPLES * model.classes.length,
      mismatches: 0,
    });
    expect(measurement).to.include({ provenance: 'simulated', counts: 'instructions', samples: SAMPLES });
    expect(measurement.link).to.include({ badFrames: 0, lostFrames: 0 });
    expect(measurement.units.median).to.be.greaterThan(100);
    expect(measurement.layers).to.have.length(model.layers.length + 1);
    expect(measurement.memory.stackUsedBytes).to.be.within(1, measurement.memory.stackReservedBytes);

    // The application leaves to the loader when asked, and comes back with what was flashed.
    await link.reset();
    await link.close();
  });

  it('is flashed by the next attempt after one that was cut off', async () => {
    for (const cut of [0.1, 0.4, 0.7]) {
      const controller = new AbortController();
      const progress: Progress = {
        ...silentProgress,
        start: (_label, total) => ({
          update: (done) => {
            if (total > 1000 && done > cut * total) controller.abort();
          },
          finish: () => undefined,
        }),
      };
      const first = await openFlasher(target, board.port);
      const job = first.flash(image, { verify: true, go: true, progress, signal: controller.signal });
      const failure: unknown = await job.catch((error: unknown) => error);
      expect(failure).to.include({ code: 'INTERRUPTED' });
    }
    // What a host sends that dies inside a block, too.
    const torn = await SerialLink.open({ path: board.port, baud: spec.baud });
    await torn.write(Uint8Array.of(0x31, 0xce, 8, 0, 0, 0, 8, 0xff, 1, 2, 3));
    await torn.drain();
    await torn.close();
    const second = await openFlasher(target, board.port);
    expect(await second.flash(image, { verify: true, go: true })).to.include({
      verifiedBy: 'checksum',
      started: true,
    });
    await second.close();
  });

  it('is written and verified by stm32flash as well, which our host then finds in place', async function () {
    if (spawnSync('stm32flash', ['-h']).error !== undefined) {
      console.warn('skipped: stm32flash is not installed (apt-get install stm32flash)');
      this.skip();
    }
    const args = ['-m', '8n1', '-b', '115200', '-v', '-w', binary, board.port];
    const stdout = await stm32flash(args);
    expect(stdout).to.match(/Wrote and verified.*100/s);

    const link = await SerialLink.open({ path: board.port, baud: spec.baud });
    const loader = new Stm32Loader(new LoaderTransport(link, defaultTimeLimits));
    await loader.sync();
    expect(await loader.getChecksum(spec.wireBase, image.length)).to.equal(stm32Crc(image));
    await link.close();

    // And the other way round: what our host writes, stm32flash reads back.
    const flasher = await openFlasher(target, board.port);
    await flasher.flash(image, { verify: true, go: false });
    await flasher.close();
    const readBack = join(plain, 'read.bin');
    const range = `0x${spec.wireBase.toString(16)}:${image.length}`;
    await stm32flash(['-m', '8n1', '-b', '115200', '-S', range, '-r', readBack, board.port]);
    expect(Buffer.compare(readFileSync(readBack), image)).to.equal(0);
  });
});

/** What it printed. Its waits are made for a real part: an emulator on a busy machine may need a second attempt. */
async function stm32flash(args: readonly string[], attempts = 4): Promise<string> {
  const { status, stdout, stderr } = await runTool('stm32flash', args);
  if (status !== 0 && attempts > 1) return stm32flash(args, attempts - 1);
  expect(status, stdout + stderr).to.equal(0);
  return stdout;
}
