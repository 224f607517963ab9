import { type Progress, silentProgress } from '../../core/progress.js';
import type { Stm32UartSpec, Target } from '../../targets/target.js';
import { flasherOf } from '../../targets/ways.js';
import { abortable } from '../abortable.js';
import type { DeviceIdentity, FlashOptions, FlashPhase, FlashReport, Flasher } from '../flasher.js';
import { checkImage } from '../image-check.js';
import type { ByteLink } from '../link/byte-link.js';
import { checkDevice, identify, type Stm32Identity } from './identify.js';
import { flashError, isNoBootloader, isStepFault } from './loader-errors.js';
import { Stm32Loader } from './loader.js';
import { layoutFor, pagesTouched, type Page } from './page-layout.js';
import { findProduct } from './products.js';
import { Programmer, paddedImage } from './program.js';
import { type LoaderTimeLimits, defaultTimeLimits } from './time-limits.js';
import { LoaderTransport } from './transport.js';
import { planWork } from './work-plan.js';

export interface Stm32UartOptions {
  readonly limits?: Partial<LoaderTimeLimits>;
  /** How often one block is tried before the job fails; default 4. */
  readonly attempts?: number;
  /** Brings the board into its loader, before the first 7F: reset lines, or a request to the running application. */
  readonly enterLoader?: (link: ByteLink) => Promise<void>;
  /** After the application was started: boot pins back to where a reset starts it. */
  readonly leaveLoader?: (link: ByteLink) => Promise<void>;
  /** Rates to try, one after the other, where nothing answers at the link's own. */
  readonly slowerBauds?: readonly number[];
}

/** The STM32 USART loader: in ROM of real parts, and the resident one of docs/bootloader.md. Owns the link. */
export class Stm32UartFlasher implements Flasher {
  private readonly loader: Stm32Loader;
  private readonly attempts: number;
  private readonly spec: Stm32UartSpec;

  constructor(
    private readonly link: ByteLink,
    private readonly target: Target,
    private readonly options: Stm32UartOptions = {},
  ) {
    this.loader = new Stm32Loader(new LoaderTransport(link, { ...defaultTimeLimits, ...options.limits }));
    this.attempts = options.attempts ?? 4;
    this.spec = flasherOf(target, 'stm32-uart');
  }

  probe(signal?: AbortSignal): Promise<DeviceIdentity> {
    return abortable(this.link, signal, 'the probe', () => this.enterAndIdentify());
  }

  flash(image: Uint8Array, options: FlashOptions): Promise<FlashReport> {
    return abortable(this.link, options.signal, 'flashing', () => this.run(image, options));
  }

  close(): Promise<void> {
    return this.link.close();
  }

  /** Identify, check, erase, write, compare, start. Nothing is changed before the last check has passed. */
  private async run(image: Uint8Array, options: FlashOptions): Promise<FlashReport> {
    const { target } = this;
    const progress = options.progress ?? silentProgress;
    const seconds: Record<FlashPhase, number> = { identify: 0, erase: 0, write: 0, verify: 0, go: 0 };
    const timed = async <T>(phase: FlashPhase, work: () => Promise<T>): Promise<T> => {
      const from = this.link.clock.now();
      try {
        return await work();
      } finally {
        seconds[phase] += (this.link.clock.now() - from) / 1000;
      }
    };

    checkImage(image, target);
    const identity = await timed('identify', () => this.enterAndIdentify());
    checkDevice(identity, image.length, { name: target.name, flasher: this.spec });
    const padded = paddedImage(image);
    const pages = this.pagesOf(identity, padded.length);
    const result = { identity, bytes: image.length, pages: pages.length, seconds };
    if (options.dryRun === true) {
      return { ...result, verifiedBy: 'nothing', started: false, dryRun: true, retries: 0 };
    }

    const programmer = new Programmer(this.loader, identity, this.spec.wireBase, this.attempts);
    const comparison = await timed('identify', () => programmer.compare(padded, pages));
    const work = planWork(padded, comparison);
    if (work.erase.length > 0) {
      await timed('erase', () =>
        withTask(progress, 'erase', work.erase.length, (task) => programmer.erase(work.erase, task)),
      );
    }
    let verifiedBy: FlashReport['verifiedBy'] = work.write.length === 0 ? comparison.by : 'nothing';
    const total = work.write.reduce((sum, { bytes }) => sum + bytes.length, 0);
    await withTask(progress, options.verify ? 'write and verify' : 'write', total, async (task) => {
      const count = byteCounter(options.verify ? 0.5 : 1, task.update.bind(task));
      // The vector table last, when the rest has proved right: a job that is cut anywhere leaves nothing that could start.
      for (const step of work.steps) {
        for (const section of step.write) await timed('write', () => programmer.write(section, count));
        if (!options.verify) continue;
        const sections = comparison.by === 'checksum' ? step.whole : step.write;
        for (const section of sections) {
          verifiedBy = await timed('verify', () => programmer.verify(section, count));
        }
      }
    });

    if (options.go) {
      await timed('go', () => this.start());
      await this.options.leaveLoader?.(this.link);
    }
    return {
      ...result,
      ...{ pages: work.erase.length, unchangedPages: work.unchanged },
      ...{ verifiedBy, started: options.go, dryRun: false, retries: programmer.retries },
    };
  }

  private async enterAndIdentify(): Promise<Stm32Identity> {
    await this.enter();
    for (let attempt = 1; ; attempt++) {
      try {
        return await identify(this.loader, this.spec.wireBase);
      } catch (error) {
        if (!isStepFault(error) || attempt >= this.attempts) throw error;
        await this.loader.resync();
      }
    }
  }

  /** A ROM measures the rate from the first byte that it sees: another rate needs another entry. */
  private async enter(): Promise<void> {
    const slower = this.link.setBaud === undefined ? [] : [...(this.options.slowerBauds ?? [])];
    for (;;) {
      try {
        await this.options.enterLoader?.(this.link);
        await this.loader.sync();
        return;
      } catch (error) {
        const baud = slower.shift();
        if (baud === undefined || !isNoBootloader(error)) throw error;
        await this.link.setBaud?.(baud);
      }
    }
  }

  private pagesOf(identity: Stm32Identity, length: number): Page[] {
    const product = findProduct(identity.productId);
    const layout = layoutFor(product, this.spec.pageBytes);
    if (layout === undefined) {
      const message = `${this.target.name} says ${this.spec.pageBytes} bytes a page, ${identity.productName} has others`;
      throw flashError('FLASH_LAYOUT_MISMATCH', message, 'correct flasher.pageBytes in the target file');
    }
    return pagesTouched(layout, 0, length);
  }

  private async start(): Promise<void> {
    try {
      await this.loader.go(this.spec.wireBase);
    } catch (error) {
      if (!isStepFault(error)) throw error;
      const hint = 'the image is written; reset the board to start it';
      throw flashError(
        'FLASH_GO_FAILED',
        `the application was not started: ${error.message}`,
        hint,
        undefined,
        error,
      );
    }
  }
}

/** Sums up bytes of several passes into one task. */
function byteCounter(weight: number, update: (done: number) => void): (bytes: number) => void {
  let done = 0;
  return (bytes) => {
    done += bytes * weight;
    update(Math.round(done));
  };
}

async function withTask<T>(
  progress: Progress,
  label: string,
  total: number,
  work: (task: ReturnType<Progress['start']>) => Promise<T>,
): Promise<T> {
  const task = progress.start(label, total);
  try {
    return await work(task);
  } finally {
    task.finish();
  }
}
