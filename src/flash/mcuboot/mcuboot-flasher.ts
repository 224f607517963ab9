import { LitesnnError, messageOf } from '../../core/errors.js';
import { silentProgress } from '../../core/progress.js';
import type { McubootSpec, Target } from '../../targets/target.js';
import { flasherOf } from '../../targets/ways.js';
import { abortable } from '../abortable.js';
import type { DeviceIdentity, FlashOptions, Flasher, FlashReport } from '../flasher.js';
import type { ByteLink } from '../link/byte-link.js';
import { sleep } from '../link/clock.js';
import { PhaseClock } from '../phase-clock.js';
import {
  answers,
  bufferBytes,
  confirmImage,
  listImages,
  resetDevice,
  type SlotImage,
  testImage,
} from '../smp/image-state.js';
import { SmpClient, type SmpClientOptions } from '../smp/smp-client.js';
import { isUnsupported } from '../smp/smp-errors.js';
import { uploadImage } from '../smp/upload.js';
import { flashError } from '../stm32-uart/loader-errors.js';
import {
  compareImageVersions,
  imageVersionText,
  isImageVersion,
  parseImageVersion,
} from './image-version.js';
import { type PreparedImage, prepareImage, type SigningOptions } from './prepare-image.js';

const RESET_ATTEMPTS = 4;

export type McubootOptions = SmpClientOptions & SigningOptions;

/**
 * A signed image into a board with MCUboot, by SMP over its serial port: into the slot that runs (serial recovery), or into the
 * second slot of a running application, which then has to prove itself before it is kept. Owns the link.
 */
export class McubootFlasher implements Flasher {
  private readonly client: SmpClient;
  private readonly spec: McubootSpec;

  constructor(
    private readonly link: ByteLink,
    private readonly target: Target,
    private readonly options: McubootOptions = {},
  ) {
    this.client = new SmpClient(link, options);
    this.spec = flasherOf(target, 'mcuboot-smp');
  }

  probe(signal?: AbortSignal): Promise<DeviceIdentity> {
    return abortable(this.link, signal, 'the probe', async () => identityOf(await listImages(this.client)));
  }

  flash(image: Uint8Array, options: FlashOptions): Promise<FlashReport> {
    return abortable(this.link, options.signal, 'flashing', () => this.run(image, options));
  }

  close(): Promise<void> {
    return this.link.close();
  }

  /** Prepare, look, upload, compare, start. Nothing is changed before the last check has passed. */
  private async run(bytes: Uint8Array, options: FlashOptions): Promise<FlashReport> {
    const { client, target, spec } = this;
    const phases = new PhaseClock(this.link.clock);
    const prepared = prepareImage(bytes, target, spec, this.options);
    const before = await phases.timed('identify', () => listImages(client));
    checkNotOlder(prepared, before);
    const identity = identityOf(before);
    const common = { identity, bytes: prepared.file.length, pages: 0, seconds: phases.seconds };
    if (options.dryRun === true) {
      return { ...common, verifiedBy: 'nothing', started: false, dryRun: true, retries: 0 };
    }
    if (findImage(before, prepared)?.active !== true) {
      const room = await phases.timed('identify', () => this.bufferBytes());
      await phases.timed('write', () => this.upload(prepared.file, room, options));
    }
    const slot = await phases.timed('verify', () => this.checkArrived(prepared));
    if (options.go) await phases.timed('go', () => this.start(prepared, slot));
    return {
      ...common,
      verifiedBy: slot.hash === undefined ? 'acceptance' : 'hash',
      started: options.go,
      dryRun: false,
      retries: client.retries,
    };
  }

  private async bufferBytes(): Promise<number | undefined> {
    try {
      return await bufferBytes(this.client);
    } catch (error) {
      if (isUnsupported(error)) return undefined;
      throw error;
    }
  }

  private async upload(file: Uint8Array, room: number | undefined, options: FlashOptions): Promise<void> {
    const task = (options.progress ?? silentProgress).start('upload', file.length);
    try {
      await uploadImage(this.client, file, {
        bufferBytes: room,
        onBytes: (done) => {
          task.update(done);
        },
      });
    } finally {
      task.finish();
    }
  }

  /** The image must be in one of the slots now; the device says so by its hash, or at least by its version. */
  private async checkArrived(prepared: PreparedImage): Promise<SlotImage> {
    const found = findImage(await listImages(this.client), prepared);
    if (found !== undefined) return found;
    throw flashError(
      'FLASH_VERIFY_MISMATCH',
      'the device has no image with the hash of the one that was sent',
      'try again; if it stays, MCUboot refuses the image: look at its key and version',
    );
  }

  private async start(prepared: PreparedImage, slot: SlotImage): Promise<void> {
    // Serial recovery wrote what runs next; an application wrote what has to be swapped in first.
    if (slot.slot === 0) {
      await this.leaveRecovery();
      return;
    }
    const { client } = this;
    await testImage(client, prepared.image.digest);
    await this.restartInto(prepared);
    await confirmImage(client);
    const kept = findImage(await listImages(client), prepared);
    if (kept?.confirmed !== true) {
      throw flashError('FLASH_GO_FAILED', 'the new image runs, but was not kept', 'litesnn mcuboot confirm');
    }
  }

  /** A request or its answer may get lost: who is still in recovery answers again, who is not is gone. */
  private async leaveRecovery(): Promise<void> {
    for (let attempt = 1; attempt <= RESET_ATTEMPTS; attempt++) {
      if ((await resetDevice(this.client)) || !(await answers(this.client))) return;
    }
    throw flashError('FLASH_GO_FAILED', 'the device does not leave its recovery', 'reset the board');
  }

  private async restartInto(prepared: PreparedImage): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await resetDevice(this.client);
      const image = findImage(await this.waitForRestart(), prepared);
      if (image?.active === true) return;
      // Still pending: the request to reset was lost on its way.
      if (image?.pending === true && attempt < RESET_ATTEMPTS) continue;
      throw flashError(
        'FLASH_GO_FAILED',
        'MCUboot did not start the new image, the one before runs',
        'its key, its security counter or its dependencies do not please MCUboot: look at the console',
      );
    }
  }

  /** The list of images, once the device answers again. Rejects with FLASH_GO_FAILED. */
  private async waitForRestart(): Promise<SlotImage[]> {
    const { clock } = this.link;
    const { restartMs, restartStepMs } = this.client.limits;
    const end = clock.now() + restartMs;
    for (;;) {
      await sleep(clock, restartStepMs);
      this.link.discardInput();
      try {
        return await listImages(this.client);
      } catch (error) {
        const silent = error instanceof LitesnnError && error.code === 'SMP_NO_REPLY';
        if (!silent) throw error;
        if (clock.now() < end) continue;
        throw flashError(
          'FLASH_GO_FAILED',
          `the device did not answer within ${restartMs / 1000} s of its reset: ${messageOf(error)}`,
          'the new image is not kept: the next reset brings back the one before',
          undefined,
          error,
        );
      }
    }
  }
}

function findImage(images: readonly SlotImage[], { image }: PreparedImage): SlotImage | undefined {
  const version = imageVersionText(image.version);
  return images.find(({ hash, version: found }) =>
    // A recovery that is built without hashes tells the version only.
    hash === undefined ? found === version : Buffer.compare(hash, image.digest) === 0,
  );
}

function identityOf(images: readonly SlotImage[]): DeviceIdentity {
  const slots = images.map(({ slot, version, active }) => `${active ? '*' : ''}${slot}: ${version}`);
  return {
    protocol: 'mcuboot-smp',
    productName: slots.length === 0 ? 'no image' : `images ${slots.join(', ')}`,
    loaderVersion: 'MCUboot',
    commands: [],
    readProtected: false,
  };
}

/** MCUboot itself refuses by its security counter, which cannot be asked for; versions can. */
function checkNotOlder({ image }: PreparedImage, images: readonly SlotImage[]): void {
  const running = images.find(({ active, slot }) => active || (images.length === 1 && slot === 0));
  if (running === undefined || !isImageVersion(running.version)) return;
  const wanted = imageVersionText(image.version);
  if (compareImageVersions(image.version, parseImageVersion(running.version)) >= 0) return;
  throw flashError(
    'FLASH_DOWNGRADE',
    `the device runs version ${running.version}, the image is the older ${wanted}: nothing was changed`,
    'sign it with a higher version: --image-version',
    { found: running.version, wanted },
  );
}
