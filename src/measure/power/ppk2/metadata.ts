/** Terms of the conversion to current, per measurement range 0..4. */
export interface Ppk2Calibration {
  /** Shunt, ohm. */
  readonly R: readonly number[];
  readonly GS: readonly number[];
  readonly GI: readonly number[];
  readonly O: readonly number[];
  readonly S: readonly number[];
  readonly I: readonly number[];
  readonly UG: readonly number[];
}

export interface Ppk2Metadata {
  readonly calibrated: boolean;
  readonly hardware: string;
  /** Supply that was set last, volt; undefined when the text has none. */
  readonly volts: number | undefined;
  readonly calibration: Ppk2Calibration;
  /** The instrument says itself that it is a virtual one. */
  readonly simulated: boolean;
}

export const PPK2_RANGES = 5;

const defaults: Ppk2Calibration = {
  R: [1031.64, 101.65, 10.15, 0.94, 0.043],
  GS: [1, 1, 1, 1, 1],
  GI: [1, 1, 1, 1, 1],
  O: [0, 0, 0, 0, 0],
  S: [0, 0, 0, 0, 0],
  I: [0, 0, 0, 0, 0],
  UG: [1, 1, 1, 1, 1],
};

/** User gains outside of this are taken for nonsense, as Nordic's application does. */
const USER_GAIN_RANGE = [0.9, 1.1] as const;

/**
 * The answer to GET_META_DATA, without its last line `END`. Unknown keys are ignored, missing and `nan` values have their defaults; a
 * shunt of 0, by which the conversion would divide, has its default too.
 */
export function parsePpk2Metadata(text: string): Ppk2Metadata {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*(\w+):\s*(\S+)\s*$/.exec(line);
    if (match !== null) values.set(match[1], match[2]);
  }
  const number = (key: string): number | undefined => {
    const value = Number(values.get(key) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const terms = (key: keyof Ppk2Calibration): number[] =>
    defaults[key].map((fallback, range) => number(`${key}${range}`) ?? fallback);
  const [low, high] = USER_GAIN_RANGE;
  const millivolts = number('VDD');
  return {
    calibrated: values.get('Calibrated') === '1',
    hardware: values.get('HW') ?? 'unknown',
    volts: millivolts === undefined ? undefined : millivolts / 1000,
    simulated: values.get('Simulated') === '1',
    calibration: {
      R: terms('R').map((ohm, range) => (ohm > 0 ? ohm : defaults.R[range])),
      GS: terms('GS'),
      GI: terms('GI'),
      O: terms('O'),
      S: terms('S'),
      I: terms('I'),
      UG: terms('UG').map((gain) => (gain >= low && gain <= high ? gain : 1)),
    },
  };
}
