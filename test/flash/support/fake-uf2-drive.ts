import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeUf2, type Uf2Image } from '../../../src/build/uf2.js';

export interface FakeDriveOptions {
  readonly boardId?: string;
  readonly familyId: number;
}

/** A boot loader's drive: a folder with INFO_UF2.TXT that vanishes when a whole file of its family has come. */
export class FakeUf2Drive {
  readonly root = mkdtempSync(join(tmpdir(), 'litesnn-uf2-'));
  readonly mountTable = join(this.root, 'mounts');
  /** What the device would run; a file that is not whole changes nothing. */
  flashed: Uf2Image | undefined;
  private readonly folder = join(this.root, 'RPI RP2');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: FakeDriveOptions) {
    writeFileSync(this.mountTable, 'proc /proc proc rw 0 0\n');
  }

  appear(): void {
    mkdirSync(this.folder);
    const boardId = this.options.boardId ?? 'RPI-RP2';
    writeFileSync(
      join(this.folder, 'INFO_UF2.TXT'),
      `UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: ${boardId}\r\n`,
    );
    const mounted = this.folder.replaceAll(' ', '\\040');
    writeFileSync(this.mountTable, `/dev/sdb1 ${mounted} vfat rw 0 0\n`, { flag: 'a' });
    this.timer = setInterval(() => {
      this.look();
    }, 5);
  }

  remove(): void {
    clearInterval(this.timer);
    rmSync(this.root, { recursive: true, force: true });
  }

  private look(): void {
    const file = join(this.folder, 'LITESNN.UF2');
    if (!existsSync(file)) return;
    try {
      this.flashed = decodeUf2(readFileSync(file), this.options.familyId);
    } catch {
      // Not whole yet, or of another family: the ROM ignores it silently.
      return;
    }
    clearInterval(this.timer);
    rmSync(this.folder, { recursive: true });
  }
}
