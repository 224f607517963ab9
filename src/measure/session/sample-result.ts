import { z } from 'zod';

const layerCounts = z.object({ ticks: z.number(), spikesIn: z.number(), spikesOut: z.number() });

const sampleResult = z.object({
  /** Index in the measured split. */
  sample: z.number().int().nonnegative(),
  label: z.number().int().nonnegative(),
  classIndex: z.number().int().nonnegative(),
  timesteps: z.number().int().nonnegative(),
  /** Ticks of the device's counter. */
  ticks: z.number().nonnegative(),
  logits: z.array(z.number().int()),
  /** One a layer, then the head's; absent without trace. */
  layers: z.array(layerCounts).optional(),
});

/** What the device answered for one sample; one line of results.jsonl. */
export type SampleResult = z.infer<typeof sampleResult>;

/** Undefined for a line that is none: cut off by a crash, or damaged. */
export function parseSampleResult(line: string): SampleResult | undefined {
  try {
    const parsed = sampleResult.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
