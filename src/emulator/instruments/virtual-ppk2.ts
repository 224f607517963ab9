import { Random } from '../../core/random.js';
import { PPK2_SAMPLE_HZ, Ppk2Command } from '../../measure/power/ppk2/commands.js';
import { ppk2Counts } from '../../measure/power/ppk2/conversion.js';
import { PPK2_RANGES, type Ppk2Calibration } from '../../measure/power/ppk2/metadata.js';
import type { ObservedBoard } from './board-timeline.js';
import { Noise } from './noise.js';
import type { VirtualInstrument } from './virtual-instrument.js';

/** Commands by their length with the code; those that are not named here are one byte and ignored. */
const LENGTHS: Readonly<Record<number, number>> = {
  0x01: 3,
  0x03: 2,
  [Ppk2Command.deviceRunning]: 2,
  [Ppk2Command.regulatorSet]: 3,
  0x0e: 2,
  0x0f: 2,
  [Ppk2Command.setPowerMode]: 2,
  [Ppk2Command.setUserGains]: 6,
};

/** As a calibrated unit tells them; in the order of those that were published. */
const CALIBRATION: Ppk2Calibration = {
  R: [1003.3506, 101.5865, 10.3027, 0.9636, 0.0564],
  GS: [0, 112.789, 18.0115, 2.4217, 0.0729],
  GI: [1, 0.9695, 0.9609, 0.9519, 0.9582],
  O: [112.942, 75.4627, 64.602, 50.4983, 87.2177],
  S: [0.000000048, 0.000000596, 0.000005281, 0.000062577, 0.002940743],
  I: [-0.000000104, -0.000001443, 0.000036439, -0.000374119, -0.009388455],
  UG: [1, 1, 1, 1, 1],
};
const DECIMALS: Readonly<Record<keyof Ppk2Calibration, number>> = {
  R: 4,
  GS: 4,
  GI: 4,
  O: 4,
  S: 9,
  I: 9,
  UG: 2,
};

/** Largest current of each range but the last, ampere; it leaves one downwards below {@link DOWN} of the limit beneath. */
const LIMITS = [50e-6, 500e-6, 5e-3, 60e-3];
const DOWN = 0.8;
/** Samples below before it takes a finer range. */
const DOWN_AFTER = 6;

/** Standard deviation of a sample's noise, ampere, by range. */
const NOISE = [0.08e-6, 0.4e-6, 4e-6, 40e-6, 600e-6];
/** What a change of the range adds to the samples after it, of their value. */
const SPIKE = [0.9, 0.35, 0.08];
/** Slow drift of the gain. */
const DRIFT = 0.0015;
const DRIFT_SECONDS = 37;
/** Error of each range's gain, standard deviation: within what such an instrument is allowed. */
const GAIN_ERROR = 0.02;

const FULL_SCALE = 0x3fff;

/** Nordic's PPK2 as it is on the wire. Says in its metadata that it is virtual. */
export class VirtualPpk2 implements VirtualInstrument {
  readonly sampleHz = PPK2_SAMPLE_HZ;
  streaming = false;
  private command: number[] = [];
  private millivolts = 3741;
  private mode = 2;
  private powered = false;
  private readonly userGains = [...CALIBRATION.UG];
  private counter = 0;
  private range = 0;
  private below = 0;
  private sinceChange = SPIKE.length;
  private seconds = 0;
  private readonly noise: Noise;
  private readonly gains: readonly number[];

  constructor(
    private readonly board: ObservedBoard,
    seed: number,
  ) {
    const random = Random.fromSeed(seed);
    this.gains = CALIBRATION.R.map(() => 1 + GAIN_ERROR * random.gaussian());
    this.noise = new Noise(seed + 1);
  }

  receive(bytes: Uint8Array): Uint8Array {
    const answers: string[] = [];
    for (const byte of bytes) {
      this.command.push(byte);
      if (this.command.length < (LENGTHS[this.command[0]] ?? 1)) continue;
      const answer = this.run(this.command);
      if (answer !== undefined) answers.push(answer);
      this.command = [];
    }
    return Buffer.from(answers.join(''), 'latin1');
  }

  stream(samples: number): Uint8Array {
    const words = Buffer.alloc(4 * samples);
    for (let i = 0; i < samples; i++) words.writeUInt32LE(this.word(), 4 * i);
    return words;
  }

  private run(command: readonly number[]): string | undefined {
    switch (command[0]) {
      case Ppk2Command.averageStart:
        this.streaming = true;
        this.counter = 0;
        return undefined;
      case Ppk2Command.averageStop:
        this.streaming = false;
        return undefined;
      case Ppk2Command.deviceRunning:
        this.powered = command[1] === 1;
        return undefined;
      case Ppk2Command.regulatorSet:
        this.millivolts = Math.min(5000, Math.max(800, (command[1] << 8) | command[2]));
        return undefined;
      case Ppk2Command.setPowerMode:
        if (command[1] === 1 || command[1] === 2) this.mode = command[1];
        return undefined;
      case Ppk2Command.getMetadata:
        return this.metadata();
      case Ppk2Command.reset:
        this.streaming = false;
        this.powered = false;
        return undefined;
      case Ppk2Command.setUserGains:
        if (command[1] < PPK2_RANGES) this.userGains[command[1]] = Buffer.from(command).readFloatLE(2);
        return undefined;
      default:
        return undefined;
    }
  }

  private metadata(): string {
    const terms = (key: keyof Ppk2Calibration): string[] =>
      (key === 'UG' ? this.userGains : CALIBRATION[key]).map(
        (value, range) => `${key}${range}: ${value.toFixed(DECIMALS[key])}`,
      );
    return [
      'Calibrated: 1',
      ...(['R', 'GS', 'GI', 'O'] as const).flatMap(terms),
      `VDD: ${this.millivolts}`,
      'HW: 9173',
      `mode: ${this.mode}`,
      ...(['S', 'I', 'UG'] as const).flatMap(terms),
      'IA: 56',
      'Simulated: 1',
      'END\n',
    ].join('\n');
  }

  private word(): number {
    const step = 1 / PPK2_SAMPLE_HZ;
    this.seconds += step;
    const { amperes, marker } = this.board.after(step);
    const true_ = this.powered ? amperes : 0;
    this.chooseRange(true_);
    const { range } = this;
    const drift = 1 + DRIFT * Math.sin((2 * Math.PI * this.seconds) / DRIFT_SECONDS);
    const spike = this.sinceChange < SPIKE.length ? 1 + SPIKE[this.sinceChange] : 1;
    this.sinceChange += 1;
    const read = true_ * this.gains[range] * drift * spike + NOISE[range] * this.noise.next();
    // The user's gains are applied by the host: what the converter sees does not know them.
    const counts = Math.round(ppk2Counts(CALIBRATION, read, range, this.millivolts / 1000) / 4);
    const adc = Math.min(FULL_SCALE, Math.max(0, counts));
    const word = (adc | (range << 14) | (this.counter << 18) | (marker ? 1 << 24 : 0)) >>> 0;
    this.counter = (this.counter + 1) & 63;
    return word;
  }

  private chooseRange(amperes: number): void {
    if (this.range < LIMITS.length && amperes > LIMITS[this.range]) {
      let range = this.range;
      while (range < LIMITS.length && amperes > LIMITS[range]) range += 1;
      this.change(range);
    } else if (this.range > 0 && amperes < DOWN * LIMITS[this.range - 1]) {
      this.below += 1;
      if (this.below > DOWN_AFTER) this.change(this.range - 1);
    } else this.below = 0;
  }

  private change(range: number): void {
    this.range = range;
    this.below = 0;
    this.sinceChange = 0;
  }
}
