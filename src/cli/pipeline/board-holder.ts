import { readImage } from '../../build/image.js';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { startVirtualBoard } from '../../emulator/start.js';
import { loadTarget } from '../../targets/load.js';
import type { RunFolder } from './run-folder.js';
import type { RunSettings } from './settings.js';

/** A board that can be talked to: a port that the user named, or an emulator that this process started. */
export interface ConnectedBoard {
  readonly port: string;
  /** What runs the firmware, for reports. */
  readonly description: string;
  /** Started here with empty flash: what was flashed before is gone. */
  readonly fresh: boolean;
}

/**
 * The board of a run, connected when a stage first needs it and kept for the stages after it. An emulated board forgets what was flashed
 * when its emulator ends; `flashed` tells the measuring stage whether it has to flash first.
 */
export class BoardHolder {
  flashed = false;
  private connected: ConnectedBoard | undefined;
  private stop: (() => Promise<void>) | undefined;

  constructor(
    private readonly folder: RunFolder,
    private readonly settings: RunSettings,
  ) {}

  async connect(): Promise<ConnectedBoard> {
    this.connected ??= await this.open();
    return this.connected;
  }

  async release(): Promise<void> {
    await this.stop?.();
    this.stop = undefined;
    this.connected = undefined;
    this.flashed = false;
  }

  private async open(): Promise<ConnectedBoard> {
    const { port, target: targetName } = this.settings;
    const target = loadTarget(targetName);
    if (port !== undefined) return { port, description: `${target.title} at ${port}`, fresh: false };
    if (target.emulator === undefined) {
      throw new LitesnnError('PORT_NEEDED', ExitCode.usage, `${target.name} is a real board: name its port`, {
        hint: 'litesnn ports lists them; then --port <port>',
      });
    }
    const { elf } = readImage(this.folder.bootloader);
    const board = await startVirtualBoard(target, { kernel: elf });
    this.stop = () => board.stop();
    return { port: board.port, description: board.description, fresh: true };
  }
}
