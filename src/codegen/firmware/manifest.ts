import { z } from 'zod';

export const manifestPath = 'firmware.json';

/** What a generated project says about itself to the build; `firmware.json` in its folder. */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.enum(['application', 'bootloader']),
  target: z.string(),
  tool: z.string(),
  command: z.string(),
  modelHash: z.string(),
  /** 32 hexadecimal digits; what the device's hello gives (docs/device-protocol.md). */
  buildId: z.string(),
  /** Function that runs from reset, and those that interrupts run: the roots of the stack analysis. */
  entry: z.string(),
  interruptHandlers: z.array(z.string()),
  /** Functions that are called through pointers: every indirect call may reach each of them. */
  indirectCalls: z.array(z.string()),
});

export type FirmwareManifest = z.infer<typeof manifestSchema>;
