import type { MemoryRegion, Target } from '../../targets/target.js';
import type { GeneratedFile } from '../generated-file.js';
import type { ProvenanceFacts } from '../provenance.js';
import { hex, hexDefine, unsignedDefine } from './define.js';
import { familyOf } from './families/registry.js';
import { compileFlags, defaultOptimize, linkFlags, sourceFolders, toolPrefix } from './toolchain.js';
import { copySources, renderTemplate } from './templates.js';
import { vectorTable } from './vectors.js';

/** Memories that the image may use. */
export interface ImageRegions {
  readonly flash: MemoryRegion;
  readonly ram: MemoryRegion;
}

/** Start-up, drivers, linker script and Makefile: what the application and the bootloader have in common. */
export function boardFiles(
  target: Target,
  role: 'application' | 'bootloader',
  regions: ImageRegions,
  facts: ProvenanceFacts,
): GeneratedFile[] {
  const family = familyOf(target);
  const common = 'boards/common';
  const { title, name } = target;
  return [
    ...copySources(common, 'board', facts),
    ...family.folders(target).flatMap((folder) => copySources(`boards/${folder}`, 'board', facts)),
    renderTemplate(
      `${common}/board_config.h.hbs`,
      'board/board_config.h',
      { title, name, defines: [...commonDefines(target), ...family.defines(target)] },
      facts,
    ),
    renderTemplate(
      `${common}/vectors.c.hbs`,
      'board/vectors.c',
      { title, vectors: vectorTable(family.interrupts(target)) },
      facts,
    ),
    renderTemplate(
      `${common}/link.ld.hbs`,
      'link.ld',
      { title, role, flash: regionView(regions.flash), ram: regionView(regions.ram) },
      facts,
    ),
    renderTemplate('firmware/Makefile.hbs', 'Makefile', makefileView(target, role), facts),
    ...copySources('firmware/tools', 'tools', facts),
  ];
}

/** Names of the interrupt handlers that the image's vector table has. */
export function interruptHandlers(target: Target): string[] {
  return [
    'board_tick_interrupt',
    ...familyOf(target)
      .interrupts(target)
      .map(({ handler }) => handler),
  ];
}

function commonDefines(target: Target) {
  return [
    unsignedDefine('BOARD_CLOCK_HZ', target.clockHz),
    hexDefine('BOARD_UART_BASE', target.uart.base),
    unsignedDefine('BOARD_UART_IRQ', target.uart.irq),
    unsignedDefine('BOARD_COUNTER_HZ', target.counter.hz),
    // An image for silicon that an emulator runs as well has to find out by itself.
    unsignedDefine('BOARD_EMULATED', target.emulator === undefined ? 0 : 1),
    ...(target.i2c === undefined ? [] : [unsignedDefine('BOARD_I2C_HZ', target.i2c.hz)]),
  ];
}

function regionView({ origin, bytes }: MemoryRegion) {
  return { origin: hex(origin), bytes: hex(bytes) };
}

function makefileView(target: Target, role: 'application' | 'bootloader') {
  return {
    title: target.title,
    role,
    toolPrefix,
    flags: compileFlags(target, defaultOptimize[role]).join(' '),
    linkFlags: linkFlags(target).join(' '),
    sources: sourceFolders.map((folder) => `${folder}/*.c`).join(' '),
  };
}
