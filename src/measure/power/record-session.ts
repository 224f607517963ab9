import { ExitCode, LitesnnError } from '../../core/errors.js';
import { type Progress, silentProgress } from '../../core/progress.js';
import type { DeviceLink } from '../link/device-link.js';
import type { Recorder } from './recorder/recorder.js';
import type { InferEvent, PowerEvent } from './session/events.js';

/** An input whose energy is measured, and what is known of it. */
export interface PowerInput {
  readonly sample: number;
  readonly input: Int8Array;
  /** Of a traced run. */
  readonly layers: InferEvent['layers'];
}

export interface PowerPlan {
  readonly inputs: readonly PowerInput[];
  /** Inferences of each input. */
  readonly repeats: number;
  readonly idleSeconds: number;
  readonly sleepSeconds: number;
  /** Ticks of the device's counter to seconds of its clock. */
  readonly secondsOf: (ticks: number) => number;
}

/** Waits, in milliseconds; the time that the board itself takes is added. */
const SEEN_LIMIT_MS = 10_000;
/** A pulse too many would come within this. */
const SETTLE_MS = 30;
const FENCE_PULSES = 2;
/** Of an input whose marker windows are not as many as its inferences. */
const ATTEMPTS = 3;

/**
 * Lets the board do what the current is recorded for: wait, infer every input several times, sleep. Every step is numbered by the pulses of the
 * marker that the analyzer saw, so that board, analyzer and computer need no common clock. Trace is off: it would take part of the energy.
 */
export class PowerProcedure {
  constructor(
    private readonly link: DeviceLink,
    private readonly recorder: Recorder,
    private readonly append: (event: PowerEvent) => void,
    private readonly signal?: AbortSignal,
  ) {}

  /** Rejects with `POWER_NO_MARKER` (8), and whatever breaks the link or the recording. */
  async run(plan: PowerPlan, progress: Progress = silentProgress): Promise<void> {
    await this.link.hello();
    await this.link.trace(false);
    await this.waiting(plan.idleSeconds);
    const task = progress.start('current', plan.inputs.length);
    try {
      for (const [done, input] of plan.inputs.entries()) {
        await this.infer(input, plan);
        const { lost, samples } = this.recorder.counts;
        task.update(done + 1, `${samples} samples, ${lost} lost`);
      }
    } finally {
      task.finish();
    }
    await this.sleeping(plan.sleepSeconds);
  }

  private async waiting(seconds: number): Promise<void> {
    const afterPulse = (await this.fence()) - 1;
    await this.instrumentSeconds(seconds);
    const beforePulse = this.pulses;
    await this.fence();
    this.append({ kind: 'idle', afterPulse, beforePulse });
  }

  private async sleeping(seconds: number): Promise<void> {
    const afterPulse = (await this.fence()) - 1;
    await this.link.sleep(Math.round(seconds * 1000));
    const beforePulse = this.pulses;
    await this.fence(1000 * seconds);
    this.append({ kind: 'sleep', afterPulse, beforePulse, seconds });
  }

  private async infer({ sample, input, layers }: PowerInput, plan: PowerPlan): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const afterPulse = this.pulses;
      const inferences = await this.link.infer(sample, input, { repeat: plan.repeats });
      const ticks = inferences.map((inference) => inference.ticks);
      const seconds = ticks.map((value) => plan.secondsOf(value));
      const busyMs = 1000 * seconds.reduce((sum, value) => sum + value, 0);
      const pulses = (await this.seen(afterPulse + plan.repeats, busyMs)) - afterPulse;
      const { timesteps } = inferences[0];
      const traced = layers === undefined ? {} : { layers };
      this.append({ kind: 'infer', sample, afterPulse, pulses, timesteps, ticks, seconds, ...traced });
      if (pulses === plan.repeats || attempt === ATTEMPTS) return;
    }
  }

  /** Pulses that stand for nothing but their place; returns the number of all pulses so far. */
  private async fence(busyMs = 0): Promise<number> {
    const before = this.pulses;
    await this.link.marker(FENCE_PULSES);
    const pulses = await this.seen(before + FENCE_PULSES, busyMs);
    if (pulses !== before + FENCE_PULSES) throw noMarker(pulses - before);
    return pulses;
  }

  /** Waits for that many pulses and, shortly, for more than those. */
  private async seen(pulses: number, busyMs: number): Promise<number> {
    const limitMs = SEEN_LIMIT_MS + 2 * busyMs;
    await this.recorder.until((counts) => counts.pulses >= pulses, limitMs, this.signal);
    await this.recorder.until((counts) => counts.pulses > pulses, SETTLE_MS, this.signal);
    return this.pulses;
  }

  private async instrumentSeconds(seconds: number): Promise<void> {
    const { sampleHz } = this.recorder.identity;
    const { samples, lost } = this.recorder.counts;
    const enough = samples + lost + seconds * sampleHz;
    await this.recorder.until(
      (counts) => counts.samples + counts.lost >= enough,
      SEEN_LIMIT_MS + 2000 * seconds,
      this.signal,
    );
  }

  private get pulses(): number {
    return this.recorder.counts.pulses;
  }
}

function noMarker(seen: number): LitesnnError {
  return new LitesnnError(
    'POWER_NO_MARKER',
    ExitCode.measurementInvalid,
    `the analyzer saw ${seen} pulses of the marker instead of ${FENCE_PULSES}`,
    { hint: "connect digital input 0 of the analyzer with the board's marker pin, and their grounds" },
  );
}
