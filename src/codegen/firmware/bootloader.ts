import { ExitCode, LitesnnError } from '../../core/errors.js';
import { toolVersion } from '../../core/version.js';
import type { Target } from '../../targets/target.js';
import { flasherOf } from '../../targets/ways.js';
import type { GeneratedFile } from '../generated-file.js';
import type { ProvenanceFacts } from '../provenance.js';
import { boardFiles, interruptHandlers, type ImageRegions } from './board-files.js';
import { familyOf } from './families/registry.js';
import { hexDefine, unsignedDefine } from './define.js';
import { manifestPath, type FirmwareManifest } from './manifest.js';
import { buildIdOf } from './firmware.js';
import { copySources, renderTemplate } from './templates.js';

const defaultEntryWaitMs = 500;
const defaultByteTimeoutMs = 1000;

/**
 * The resident bootloader of a target as a project of its own (docs/bootloader.md): paths `board/`, `boot/`, `tools/`,
 * `link.ld`, `Makefile`, `firmware.json`.
 * @throws LitesnnError TARGET_NO_BOOTLOADER, and those of renderFirmware
 */
export function renderBootloader(target: Target, about: { readonly command: string }): GeneratedFile[] {
  const facts: ProvenanceFacts = { command: about.command, modelHash: 'none, this is the bootloader' };
  const sources = [
    ...boardFiles(target, 'bootloader', bootloaderRegions(target), facts),
    ...copySources('bootloader', 'boot', facts),
    ...copySources(`boards/flash/${flashDriver(target)}`, 'boot', facts),
    renderTemplate(
      'bootloader/boot_config.h.hbs',
      'boot/boot_config.h',
      { title: target.title, defines: bootDefines(target) },
      facts,
    ),
  ];
  const manifest: FirmwareManifest = {
    schemaVersion: 1,
    kind: 'bootloader',
    target: target.name,
    tool: toolVersion,
    command: about.command,
    modelHash: '',
    buildId: buildIdOf(sources),
    entry: 'board_reset_handler',
    interruptHandlers: interruptHandlers(target),
    indirectCalls: [],
  };
  return [...sources, { path: manifestPath, contents: `${JSON.stringify(manifest, null, 2)}\n` }];
}

/** Whether the board is flashed through a bootloader of ours, which has to be built too. */
export function hasBootloader({ memory }: Target): boolean {
  return memory.bootloaderFlash !== undefined;
}

/** @throws LitesnnError TARGET_NO_BOOTLOADER */
export function bootloaderRegions({ name, memory }: Target): ImageRegions {
  const { bootloaderFlash: flash, bootloaderRam: ram } = memory;
  if (flash !== undefined && ram !== undefined) return { flash, ram };
  throw new LitesnnError('TARGET_NO_BOOTLOADER', ExitCode.usage, `${name} has no resident bootloader`, {
    hint: 'its memory has no bootloaderFlash and bootloaderRam: it is flashed through its ROM loader',
  });
}

function flashDriver(target: Target): string {
  const { flashDriver: driver } = familyOf(target);
  if (driver !== undefined) return driver;
  throw new LitesnnError(
    'TARGET_NO_BOOTLOADER',
    ExitCode.usage,
    `${target.name}: the resident bootloader cannot write the flash of family ${target.family}`,
    { hint: 'leave bootloaderFlash and bootloaderRam out: the part is flashed through its ROM loader' },
  );
}

function bootDefines(target: Target) {
  const { memory, counter } = target;
  const flasher = flasherOf(target, 'stm32-uart');
  const ticks = (milliseconds: number) => Math.round((milliseconds * counter.hz) / 1000);
  return [
    hexDefine('BOOT_APPLICATION_ORIGIN', memory.flash.origin),
    hexDefine('BOOT_APPLICATION_BYTES', memory.flash.bytes),
    hexDefine('BOOT_RAM_ORIGIN', memory.ram.origin),
    hexDefine('BOOT_RAM_BYTES', memory.ram.bytes),
    hexDefine('BOOT_WIRE_BASE', flasher.wireBase),
    unsignedDefine('BOOT_PAGE_BYTES', flasher.pageBytes),
    unsignedDefine('BOOT_PAGES', memory.flash.bytes / flasher.pageBytes),
    hexDefine('BOOT_PRODUCT_ID', flasher.productId),
    { name: 'BOOT_ENTRY_TICKS', value: `${ticks(flasher.entryWaitMs ?? defaultEntryWaitMs)}ull` },
    { name: 'BOOT_BYTE_TICKS', value: `${ticks(flasher.byteTimeoutMs ?? defaultByteTimeoutMs)}ull` },
  ];
}
