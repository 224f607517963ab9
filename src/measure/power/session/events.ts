import { z } from 'zod';

/** Pulses are counted from the start of the recording: times that the marker fell. */
const event = z.discriminatedUnion('kind', [
  /** Between those two pulses the board only waited for a command. */
  z.object({ kind: z.literal('idle'), afterPulse: z.number().int(), beforePulse: z.number().int() }),
  /** Between those two pulses the board slept for so long, and was awake shortly before and after. */
  z.object({
    kind: z.literal('sleep'),
    afterPulse: z.number().int(),
    beforePulse: z.number().int(),
    seconds: z.number().positive(),
  }),
  z.object({
    kind: z.literal('infer'),
    sample: z.number().int().nonnegative(),
    /** The first inference is the pulse after this one. */
    afterPulse: z.number().int(),
    /** Pulses that were seen; another number than that of the inferences makes all of them useless. */
    pulses: z.number().int().nonnegative(),
    timesteps: z.number().int().nonnegative(),
    /** Ticks of the device's counter, an inference. */
    ticks: z.array(z.number().nonnegative()),
    /** The same as seconds of the board's clock (estimated where the counter counts instructions). */
    seconds: z.array(z.number().nonnegative()),
    /** Of a traced run of the same sample before: layers, then the head. */
    layers: z.array(z.object({ ticks: z.number(), spikesIn: z.number(), spikesOut: z.number() })).optional(),
  }),
  z.object({ kind: z.literal('frame'), atSeconds: z.number(), frame: z.unknown() }),
  z.object({ kind: z.literal('trouble'), atSeconds: z.number(), code: z.string(), message: z.string() }),
]);

/** What was done while the current was recorded; a line of `events.jsonl`. */
export type PowerEvent = z.infer<typeof event>;
export type InferEvent = Extract<PowerEvent, { kind: 'infer' }>;

/** Undefined for a line that is none: cut off by a crash, or damaged. */
export function parsePowerEvent(line: string): PowerEvent | undefined {
  try {
    const parsed = event.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
