import { readImage } from '../../build/image.js';
import { startVirtualBoard } from '../../emulator/start.js';
import { choosePort, resolvePort } from '../../flash/link/choose-port.js';
import { listPorts, type PortDescription } from '../../flash/link/list-ports.js';
import { isRemote } from '../../flash/link/open-link.js';
import { loadTarget } from '../../targets/load.js';
import type { Target } from '../../targets/target.js';
import { type BoardInstrument, startBoardInstrument } from './board-instrument.js';
import type { RunFolder } from './run-folder.js';
import type { RunSettings } from './settings.js';

/** A board that can be talked to: a port that the user named, or an emulator that this process started. */
export interface ConnectedBoard {
  readonly port: string;
  /** What runs the firmware, for reports. */
  readonly description: string;
  /** Started here with empty flash: what was flashed before is gone. */
  readonly fresh: boolean;
  /** Of the USB adapter or board, where it has one. */
  readonly serialNumber?: string | undefined;
  /** The virtual analyzer beside an emulated board, where one was asked for. */
  readonly instrument?: BoardInstrument;
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
    if (port !== undefined || target.emulator === undefined) {
      const { path, serialNumber } = await portOf(target, port);
      return { port: path, description: `${target.title} at ${path}`, fresh: false, serialNumber };
    }
    const { elf } = readImage(this.folder.bootloader);
    const { power } = this.settings;
    const instrument = power === undefined ? undefined : await startBoardInstrument(target, power.analyzer);
    if (instrument !== undefined) this.stop = () => instrument.stop();
    const board = await startVirtualBoard(target, { kernel: elf, activity: instrument !== undefined });
    this.stop = async () => {
      await board.stop();
      await instrument?.stop();
    };
    const connected = { port: board.port, description: board.description, fresh: true };
    if (instrument === undefined) return connected;
    board.onActivity?.(instrument.observe);
    return { ...connected, instrument };
  }
}

/** What the user named, or the one port that is surely the board. Rejects with PORT_NEEDED, PORT_AMBIGUOUS, PORT_NOT_FOUND. */
async function portOf(target: Target, named: string | undefined): Promise<PortDescription> {
  if (named !== undefined && isRemote(named)) return { path: named };
  const ports = await listPorts();
  if (named === undefined) return choosePort(target, ports);
  const path = resolvePort(named, ports);
  return ports.find((port) => port.path === path) ?? { path };
}
