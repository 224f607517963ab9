import { stm32Crc } from '../../../src/core/stm32-crc.js';
import type { LoaderTimeLimits } from '../../../src/flash/stm32-uart/time-limits.js';
import type { Target } from '../../../src/targets/target.js';

/** A board that exists in no catalogue, with the ids of an STM32L476. */
export const fakeTarget: Target = {
  name: 'fake-board',
  title: 'Fake board',
  family: 'fake',
  tier: 'emulated',
  core: 'cortex-m4',
  clockHz: 25_000_000,
  memory: {
    flash: { origin: 0x8000, bytes: 48 * 1024 },
    ram: { origin: 0x20000000, bytes: 64 * 1024 },
    bootloaderFlash: { origin: 0, bytes: 0x8000 },
    source: 'assumed, for tests',
  },
  uart: { base: 0x40004000, clockHz: 25_000_000, baud: 115_200, irq: 0, source: 'assumed, for tests' },
  counter: {
    kind: 'cmsdk-timer',
    base: 0x40000000,
    hz: 25_000_000,
    counts: 'instructions',
    source: 'assumed, for tests',
  },
  cyclesPerInstruction: { value: 1.5, source: 'assumed, for tests' },
  power: { supplyVolts: 3.3, activeAmperes: 0.01, sleepAmperes: 1e-6, source: 'assumed, for tests' },
  flasher: {
    protocol: 'stm32-uart',
    parity: 'none',
    baud: 115_200,
    productId: 0x415,
    wireBase: 0x08000000,
    pageBytes: 2048,
  },
  emulator: { kind: 'qemu', machine: 'mps2-an386', icountShift: 5 },
};

/** So short that a test of hundreds of silences stays fast; answers in memory need no time at all. */
export const shortLimits: LoaderTimeLimits = {
  replyMs: 4,
  syncMs: 4,
  resyncMs: 300,
  resyncStepMs: 4,
  quietMs: 1,
  writeMs: 4,
  eraseBaseMs: 5,
  erasePerPageMs: 0.1,
  erasePerKibMs: 0.01,
  checksumBaseMs: 4,
  checksumPerKibMs: 0.01,
};

/** An image that the boot loader would start: vectors, length, magic and CRC of docs/bootloader.md, random otherwise. */
export function fakeImage(bytes: number, target: Target = fakeTarget, seed = 1): Uint8Array {
  const image = new Uint8Array(bytes);
  let state = seed;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    image[i] = state >>> 24;
  }
  const view = new DataView(image.buffer);
  view.setUint32(0, target.memory.ram.origin + target.memory.ram.bytes, true);
  view.setUint32(4, target.memory.flash.origin + 0x41, true);
  view.setUint32(0x1c, bytes, true);
  view.setUint32(0x20, 0x4e4e534c, true);
  view.setUint32(bytes - 4, stm32Crc(image.subarray(0, bytes - 4)), true);
  return image;
}
