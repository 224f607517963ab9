import { resolve } from 'node:path';
import type { InferredOptionTypes } from 'yargs';
import { parseImageVersion } from '../flash/mcuboot/image-version.js';
import { FLASH_METHODS } from '../flash/open-flasher.js';
import { parsePins } from '../flash/pins/pin-sequence.js';
import { POWER_EXAMPLES } from '../measure/power/power-spec.js';
import { presetNames } from '../search/presets.js';
import { SPACE_NAMES } from '../search/space.js';
import {
  parseBytes,
  parseCount,
  parseFraction,
  parseJoules,
  parseNumbers,
  parseSeconds,
  parseSeed,
} from './numbers.js';
import type { RunSettings } from './pipeline/settings.js';
import { changedPower } from './power-options.js';

/** An option with a value; numbers are texts here too, because the parser would turn a misspelt one into NaN. */
export const text = { type: 'string', requiresArg: true } as const;

const choice = { requiresArg: true } as const;

/** Options that several commands share. */
export const runOption = {
  ...text,
  demandOption: true,
  describe: 'folder of the run; every stage starts from the files of the one before it there',
} as const;

export const modelFolderOption = {
  ...text,
  describe: "folder of a model (model.json, model.bin) instead of the run's",
} as const;

/** Which recordings are read. */
export const recordingOptions = {
  definition: { ...text, describe: 'dataset.yaml for data that has none of its own' },
  'data-root': { ...text, describe: 'folder that the path in a definition starts from, instead of its own' },
  'limit-train': { ...text, describe: 'at most so many training samples' },
  'limit-validation': { ...text, describe: 'at most so many validation samples' },
  'limit-test': { ...text, describe: 'at most so many test samples' },
} as const;

export const dataOptions = {
  ...recordingOptions,
  'bad-files': {
    ...choice,
    choices: ['fail', 'skip'] as const,
    describe:
      "a damaged file ends the command, or is counted and left out; by default the definition's word, else fail",
  },
} as const;

/** What a run is asked for, without defaults: a stage command changes only what is given. */
export const changeOptions = {
  target: { ...text, describe: 'board: a name of `litesnn targets`, or a YAML file' },
  flash: { ...text, describe: 'flash budget, bytes or with k' },
  ram: { ...text, describe: 'RAM budget including the stack, bytes or with k' },
  latency: { ...text, describe: 'latency budget of an inference, for example 20ms' },
  energy: { ...text, describe: 'energy budget of an inference, for example 150uJ' },
  'min-accuracy': { ...text, describe: 'least accuracy on the validation split, for example 0.86 or 86%' },
  preset: { ...choice, choices: presetNames, describe: 'how long and in which space to search' },
  space: { ...choice, choices: SPACE_NAMES, describe: "search space, instead of the preset's" },
  cells: { ...text, describe: 'cells of the network' },
  nodes: { ...text, describe: 'nodes of each cell' },
  width: { ...text, describe: 'channels at full resolution' },
  timesteps: { ...text, describe: 'most timesteps that may be chosen, up to 8' },
  bits: { ...text, describe: 'widths of weights to choose from, of 1,2,4' },
  keep: { ...text, describe: 'fractions of weights kept to choose from, for example 0.1,0.5,1' },
  firing: {
    ...text,
    describe: 'firing rate that training aims at, spikes per neuron and timestep, for example 8%',
  },
  'warm-start': { ...text, describe: 'folder of a run, or of its search, from which this one starts' },
  calibration: {
    ...text,
    describe: "calibration file of the board: time and energy are its, not the data sheet's",
  },
  engine: { ...choice, choices: ['auto', 'spike', 'tfjs'] as const, describe: 'training engine' },
  threads: { ...text, describe: 'threads of the training engine' },
  seed: { ...text, describe: 'seed of everything random' },
  'early-exit': {
    ...text,
    describe: 'end inferences early where validation accuracy loses at most this, for example 0.5%',
  },
  storage: {
    ...choice,
    choices: ['auto', 'dense', 'packed'] as const,
    describe: 'weights in flash: as kernels read them, packed and unpacked into RAM at start, or as it fits',
  },
  samples: { ...text, describe: 'test samples to measure on the board; all by default' },
  port: {
    ...text,
    describe:
      'port of the board: a path, serial:<number>, rfc2217://host:port or tcp://host:port; without it the one port that is surely the board, or an emulator',
  },
  method: { ...choice, choices: FLASH_METHODS, describe: "way into the board, instead of the target's" },
  pins: {
    ...text,
    describe: 'DTR and RTS as reset and boot pins, for example rts,dtr,-dtr:-rts,dtr,-dtr; or none',
  },
  key: { ...text, describe: 'private key that an MCUboot image is signed with (PEM)' },
  'image-version': { ...text, describe: 'version of an MCUboot image, for example 1.2.3+4' },
  'security-counter': { ...text, describe: 'security counter of an MCUboot image, against older ones' },
  'probe-serial': { ...text, describe: 'serial number of the debug probe' },
  power: {
    ...text,
    describe: `also measure current, by a power analyzer: ${POWER_EXAMPLES}`,
  },
  'power-samples': { ...text, describe: 'test samples whose energy is measured; 16 by default' },
  'power-repeats': { ...text, describe: 'inferences of each of them; 5 by default' },
  supply: { ...text, describe: "supply voltage, for example 3.3V, instead of the target's" },
  duty: { ...text, describe: 'an inference every so often, for average power: for example 10s' },
  battery: { ...text, describe: 'what feeds the board, for its life: for example 220mAh@3V' },
  'loss-budget': { ...text, describe: 'most samples of the current that may be lost; 0.1% by default' },
  lang: { ...choice, choices: ['en', 'ja'] as const, describe: 'language that the report opens in' },
} as const;

/** Options of single commands. */
const ownOptionNames = [
  'run',
  'seeds',
  'variants',
  'effort',
  'data',
  'out',
  'model',
  'split',
  'tolerance',
  'serial',
  'temperature',
  'dry-run',
  'image',
  'kind',
  'header-bytes',
  'baud',
  'as',
  'step',
  'input-unit',
  'weight-bits',
  'float-samples',
  'json',
  'help',
  'version',
];

/** Every option there is, for "did you mean". */
export const optionNames: readonly string[] = [
  ...Object.keys(dataOptions),
  ...Object.keys(changeOptions),
  ...ownOptionNames,
];

export type RecordingArguments = InferredOptionTypes<typeof recordingOptions>;
export type DataArguments = InferredOptionTypes<typeof dataOptions>;
export type ChangeArguments = Partial<InferredOptionTypes<typeof changeOptions>>;

export function limitOf(
  args: Pick<RecordingArguments, 'limit-train' | 'limit-validation' | 'limit-test'>,
): RunSettings['limit'] {
  return {
    train: parseCount(args['limit-train'], 'limit-train'),
    validation: parseCount(args['limit-validation'], 'limit-validation'),
    test: parseCount(args['limit-test'], 'limit-test'),
  };
}

export function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined)) as Partial<T>;
}

/** A board's own file has to be found again from any folder; a name stays as it is. */
function absoluteTarget(nameOrPath: string): string {
  return /[\\/]|\.yaml$/.test(nameOrPath) ? resolve(nameOrPath) : nameOrPath;
}

/** Settings with what was given on the command line changed. */
export function changedSettings(before: RunSettings, args: ChangeArguments): RunSettings {
  const { preset, engine, port, lang, storage } = args;
  const warmStart = args['warm-start'] === undefined ? undefined : resolve(args['warm-start']);
  const calibration = args.calibration === undefined ? undefined : resolve(args.calibration);
  const target = args.target === undefined ? undefined : absoluteTarget(args.target);
  const threads = parseCount(args.threads, 'threads');
  const seed = parseSeed(args.seed, 'seed');
  const samples = parseCount(args.samples, 'samples');
  const earlyExit = parsed(args['early-exit'], 'early-exit', parseFraction);
  const firing = parsed(args.firing, 'firing', parseFraction);
  return {
    ...before,
    ...withoutUndefined({
      target,
      preset,
      engine,
      threads,
      seed,
      samples,
      port,
      firing,
      earlyExit,
      storage,
      warmStart,
      calibration,
      language: lang,
    }),
    ...changedSpace(before, args),
    ...changedFlashing(before, args),
    ...changedPower(before, args),
    budget: { ...before.budget, ...changedBudget(args) },
  };
}

export function parsed<Value>(
  text: string | undefined,
  option: string,
  parse: (text: string, option: string) => Value,
): Value | undefined {
  return text === undefined ? undefined : parse(text, option);
}

function changedBudget(args: ChangeArguments): RunSettings['budget'] {
  return withoutUndefined({
    flashBytes: parsed(args.flash, 'flash', parseBytes),
    ramBytes: parsed(args.ram, 'ram', parseBytes),
    latencySeconds: parsed(args.latency, 'latency', parseSeconds),
    energyJoules: parsed(args.energy, 'energy', parseJoules),
    accuracy: parsed(args['min-accuracy'], 'min-accuracy', parseFraction),
  });
}

function changedSpace(before: RunSettings, args: ChangeArguments): Pick<RunSettings, 'space'> {
  const changes = withoutUndefined({
    name: args.space,
    cells: parseCount(args.cells, 'cells'),
    nodes: parseCount(args.nodes, 'nodes'),
    width: parseCount(args.width, 'width'),
    timesteps: parseCount(args.timesteps, 'timesteps'),
    bits: parseNumbers(args.bits, 'bits'),
    keep: parseNumbers(args.keep, 'keep'),
  });
  return Object.keys(changes).length === 0 ? {} : { space: { ...before.space, ...changes } };
}

function changedFlashing(before: RunSettings, args: ChangeArguments): Pick<RunSettings, 'flashing'> {
  const imageVersion = args['image-version'];
  if (imageVersion !== undefined) parseImageVersion(imageVersion);
  if (args.pins !== undefined && args.pins !== 'none') parsePins(args.pins);
  const changes = withoutUndefined({
    method: args.method,
    pins: args.pins,
    key: args.key === undefined ? undefined : resolve(args.key),
    imageVersion,
    securityCounter: parsed(args['security-counter'], 'security-counter', parseSeed),
    probeSerial: args['probe-serial'],
  });
  return Object.keys(changes).length === 0 ? {} : { flashing: { ...before.flashing, ...changes } };
}

/** Settings of a new run. */
export function newSettings(
  data: string,
  args: DataArguments & ChangeArguments & { target: string },
): RunSettings {
  const base: RunSettings = {
    data: resolve(data),
    definition: args.definition === undefined ? undefined : resolve(args.definition),
    dataRoot: args['data-root'] === undefined ? undefined : resolve(args['data-root']),
    badFiles: args['bad-files'],
    limit: limitOf(args),
    target: args.target,
    budget: {},
    preset: 'standard',
    engine: 'auto',
    seed: 1,
    language: 'en',
  };
  return changedSettings(base, args);
}
