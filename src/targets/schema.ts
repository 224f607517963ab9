import { z } from 'zod';
import type { Target } from './target.js';

const source = z.string().trim().min(1, 'names where the figure comes from');
const count = z.int().positive();
const address = z
  .int()
  .min(0)
  .max(0xffff_ffff)
  .refine((value) => value % 4 === 0, 'must be a multiple of 4');
const interruptNumber = z.int().min(0).max(479);

const region = z
  .strictObject({ origin: address, bytes: count })
  .refine(({ bytes }) => bytes % 8 === 0, { message: 'must be a multiple of 8', path: ['bytes'] })
  .refine(({ origin, bytes }) => origin + bytes <= 2 ** 32, {
    message: 'reaches past the end of memory',
    path: ['bytes'],
  });

const memory = z
  .strictObject({
    source,
    flash: region,
    ram: region,
    bootloaderFlash: region.optional(),
    bootloaderRam: region.optional(),
  })
  .superRefine((regions, context) => {
    const named = [
      ['flash', regions.flash],
      ['ram', regions.ram],
      ['bootloaderFlash', regions.bootloaderFlash],
      ['bootloaderRam', regions.bootloaderRam],
    ] as const;
    named.forEach(([name, a], index) => {
      for (const [otherName, b] of named.slice(0, index)) {
        if (
          a !== undefined &&
          b !== undefined &&
          a.origin < b.origin + b.bytes &&
          b.origin < a.origin + a.bytes
        ) {
          context.addIssue({ code: 'custom', path: [name], message: `overlaps ${otherName}` });
        }
      }
    });
    if ((regions.bootloaderFlash === undefined) !== (regions.bootloaderRam === undefined)) {
      context.addIssue({ code: 'custom', message: 'bootloaderFlash and bootloaderRam come together' });
    }
  });

const pinName = z
  .string()
  .regex(/^(P[A-K]([0-9]|1[0-5])|P[01]\.[0-3][0-9]|GPIO([12]?[0-9]))$/, 'is a pin as PA2, P0.06 or GPIO0');

const pin = z.strictObject({ pin: pinName, function: z.int().min(0).max(15).optional() });

const clock = z.strictObject({
  source,
  reference: z.enum(['internal', 'bypass', 'crystal']),
  referenceHz: count,
  pllM: count,
  pllN: count,
  pllDivider: count,
  ahbDivider: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  apb1Divider: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
  apb2Divider: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
  flashWaitStates: z.int().min(0).max(15),
  boost: z.boolean(),
  fallbackHz: count,
});

const uart = z.strictObject({
  source,
  base: address,
  clockHz: count,
  baud: count,
  irq: interruptNumber,
  kind: z.literal('low-power').optional(),
  enable: z.strictObject({ register: address, bit: z.int().min(0).max(31) }).optional(),
  tx: pin.optional(),
  rx: pin.optional(),
});

const marker = z
  .strictObject({
    source,
    pin: pinName.optional(),
    base: address.optional(),
    bit: z.int().min(0).max(31).optional(),
  })
  .refine(({ pin: at, base, bit }) => (at === undefined) === (base !== undefined && bit !== undefined), {
    message: 'is a pin, or base and bit',
  });

const i2c = z
  .strictObject({
    source,
    hz: count.max(400_000),
    scl: pinName.optional(),
    sda: pinName.optional(),
    base: address.optional(),
  })
  .refine(({ scl, sda, base }) => (scl !== undefined && sda !== undefined) !== (base !== undefined), {
    message: 'is scl and sda, or base',
  });

const emulator = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('qemu'),
    machine: z.string().regex(/^[a-z0-9-]+$/),
    icountShift: z.int().min(0).max(10),
  }),
]);

const counter = z
  .strictObject({
    source,
    kind: z.enum(['cmsdk-timer', 'dwt', 'systick', 'nrf-timer']),
    base: address.optional(),
    hz: count,
    counts: z.enum(['cycles', 'instructions']),
    irq: interruptNumber.optional(),
  })
  .superRefine(({ kind, base, irq }, context) => {
    if (kind === 'dwt' || kind === 'systick') return;
    const message = `is needed for a ${kind}`;
    if (base === undefined) context.addIssue({ code: 'custom', path: ['base'], message });
    if (irq === undefined) context.addIssue({ code: 'custom', path: ['irq'], message });
  });

const usbNumber = z.int().min(0).max(0xffff);

/** `rts,dtr,-dtr:-rts,dtr,-dtr`: see src/flash/pins/pin-sequence.ts. */
const pins = z
  .string()
  .regex(/^[-,&:a-z]+$/, 'must be rts, dtr, brk, with - before it, commas, ampersands and one colon');

const flasher = z.discriminatedUnion('protocol', [
  z.strictObject({
    protocol: z.literal('stm32-uart'),
    parity: z.enum(['none', 'even']),
    baud: count,
    productId: z.int().min(0).max(0xffff),
    wireBase: address,
    pageBytes: count.refine((value) => value % 4 === 0, 'must be a multiple of 4'),
    entryWaitMs: count.optional(),
    byteTimeoutMs: count.optional(),
    pins: pins.optional(),
  }),
  z.strictObject({
    protocol: z.literal('uf2'),
    familyId: z.int().min(0).max(0xffff_ffff),
    boardId: z.string().min(1).max(80),
  }),
  z.strictObject({
    protocol: z.literal('mcuboot-smp'),
    baud: count,
    headerBytes: count.min(32).refine((value) => value % 32 === 0, 'must be a multiple of 32'),
    slotBytes: count,
    align: z.union([z.literal(8), z.literal(16), z.literal(32)]).optional(),
  }),
]);

/** `src/targets/target.ts` as a schema: strict, so that a misspelt key is an error and not a default. */
export const targetSchema = z
  .strictObject({
    /** It travels in the device's hello with two other texts in one frame. */
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be small letters, digits and hyphens')
      .max(48),
    title: z.string().min(1).max(80),
    family: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be small letters, digits and hyphens'),
    tier: z.enum(['silicon', 'emulated', 'compiled']),
    core: z.enum([
      'cortex-m0',
      'cortex-m0plus',
      'cortex-m3',
      'cortex-m4',
      'cortex-m7',
      'cortex-m33',
      'cortex-m55',
    ]),
    clockHz: count,
    memory,
    clock: clock.optional(),
    uart,
    counter,
    marker: marker.optional(),
    i2c: i2c.optional(),
    cyclesPerInstruction: z.strictObject({ source, value: z.number().positive() }),
    power: z.strictObject({
      source,
      supplyVolts: z.number().positive(),
      activeAmperes: z.number().positive(),
      sleepAmperes: z.number().nonnegative(),
    }),
    flasher,
    usb: z
      .array(z.strictObject({ vendor: usbNumber, product: usbNumber, name: z.string().min(1) }))
      .optional(),
    probe: z
      .strictObject({
        openocd: z
          .string()
          .regex(/^(board|target)\/[A-Za-z0-9_-]+\.cfg$/, "must be one of OpenOCD's board or target files")
          .optional(),
        probeRs: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be a chip name')
          .optional(),
        stFlash: z.boolean().optional(),
        picotool: z.boolean().optional(),
      })
      .optional(),
    emulator: emulator.optional(),
  })
  .refine(
    ({ memory, flasher: way }) => way.protocol !== 'stm32-uart' || memory.flash.bytes % way.pageBytes === 0,
    { message: 'must divide memory.flash.bytes', path: ['flasher', 'pageBytes'] },
  )
  .refine(
    ({ memory, flasher: way }) =>
      way.protocol !== 'mcuboot-smp' || way.headerBytes + memory.flash.bytes < way.slotBytes,
    { message: 'must hold header, memory.flash and trailer', path: ['flasher', 'slotBytes'] },
  )
  .refine(
    ({ memory, flasher: way }) => memory.bootloaderFlash === undefined || way.protocol === 'stm32-uart',
    { message: 'must be stm32-uart where there is a resident boot loader', path: ['flasher', 'protocol'] },
  )
  .refine(
    ({ clock: tree, clockHz }) =>
      tree === undefined ||
      Math.abs((tree.referenceHz / tree.pllM) * (tree.pllN / tree.pllDivider) - clockHz) < 1,
    { message: 'does not give clockHz: it is referenceHz / pllM * pllN / pllDivider', path: ['clock'] },
  )
  .refine(({ counter: { counts }, emulator: kind }) => counts !== 'instructions' || kind !== undefined, {
    message: 'can be instructions only where an emulator is named',
    path: ['counter', 'counts'],
  }) satisfies z.ZodType<Target>;
