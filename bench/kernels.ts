// Instructions of generated networks on emulated cores, counted exactly: one layer in all forms, and whole networks.
import { elementsOf } from '../src/core/geometry.js';
import type { WeightBits } from '../src/model/types.js';
import { runBenchmark, type BenchmarkContext, type BenchmarkResult } from './contract.js';
import { benchCore, coreNames, type CoreName } from './device/core.js';
import { measureNetwork, type MeasuredNetwork } from './networks/measure.js';
import { dsCnn, resnet8, type BuiltNetwork, type NetworkOptions } from './networks/mlperf-tiny.js';
import { storageRows } from './storage.js';
import { LAYER_CONNECTIONS, LAYER_INDEX, LAYER_TIMESTEPS, singleLayer } from './networks/single-layer.js';
import { kernelsHeadline, type KernelRow, type KernelsRow, type NetworkRow } from './kernels-figures.js';

const OPTIONS = {
  cores: { type: 'array', choices: coreNames, default: coreNames, describe: 'cores for the single layer' },
  networks: {
    type: 'array',
    choices: ['resnet8', 'ds-cnn'],
    default: ['resnet8', 'ds-cnn'],
    describe: 'whole networks, on the Cortex-M4',
  },
  rates: { type: 'array', default: [0.05, 0.1, 0.2, 0.3], describe: 'firing rates of the single layer' },
  timesteps: { type: 'array', default: [1, 2, 4], describe: 'timesteps of the whole networks' },
} as const;

interface WeightForm {
  readonly name: string;
  readonly bits: WeightBits;
  readonly keep: number;
}

const FORMS: readonly WeightForm[] = [
  { name: '1-bit', bits: 1, keep: 1 },
  { name: 'ternary 50 %', bits: 1, keep: 0.5 },
  { name: 'ternary 20 %', bits: 1, keep: 0.2 },
  { name: '2-bit', bits: 2, keep: 1 },
  { name: '4-bit', bits: 4, keep: 1 },
];

const NETWORK_RATE = 0.1;

async function layerRow(
  core: CoreName,
  form: WeightForm,
  rate: number,
  context: BenchmarkContext,
): Promise<KernelRow> {
  const board = benchCore(core);
  const built = singleLayer(form.bits, form.keep, rate, context.command);
  const measured = await measureNetwork(board, built, context);
  const { instructions } = measured.runs[0].parts[LAYER_INDEX];
  const layer = measured.plan.layers[LAYER_INDEX];
  const perConnection = instructions / (LAYER_CONNECTIONS * LAYER_TIMESTEPS);
  return {
    kind: 'layer',
    core,
    weights: form.name,
    bits: form.bits,
    keep: form.keep,
    firingIn: measured.rates[0],
    firingOut: measured.rates[LAYER_INDEX],
    rate,
    kernels: layer.edges.map((edge) => edge.kernel).join(', '),
    instructions,
    perConnection,
    ...cyclesOf(board.target.cyclesPerInstruction.value, instructions),
    cyclesPerConnection: perConnection * board.target.cyclesPerInstruction.value,
    weightBytes: layer.flash.weights,
    tableBytes: layer.flash.tables,
    libraryFlashBytes: measured.flashBytes,
    ramBytes: measured.ramBytes,
    predictedInstructions: layer.instructions,
  };
}

/** QEMU has no pipeline: cycles are instructions times an assumed figure of the target. */
function cyclesOf(perInstruction: number, instructions: number) {
  return {
    assumedCyclesPerInstruction: perInstruction,
    estimatedCycles: Math.round(instructions * perInstruction),
  };
}

type Build = (options: NetworkOptions) => BuiltNetwork;
const BUILDERS: Readonly<Record<string, Build>> = { resnet8, 'ds-cnn': dsCnn };

/** Instructions of CMSIS-NN's int8 networks of the same shapes on a Cortex-M4 (design figures: GCC 12.2 -O3, counted alike). */
const CMSIS_NN: Readonly<Record<string, number>> = { resnet8: 29.85e6, 'ds-cnn': 7.845e6 };

function hiddenRate({ model }: BuiltNetwork, rates: readonly number[]): number {
  const neurons = model.layers.map(({ shape }) => elementsOf(shape));
  const total = neurons.reduce((sum, count) => sum + count, 0);
  return neurons.reduce((sum, count, i) => sum + count * rates[i], 0) / total;
}

async function networkRow(
  network: string,
  bits: WeightBits,
  timesteps: number,
  context: BenchmarkContext,
): Promise<NetworkRow> {
  const board = benchCore('m4');
  const built = BUILDERS[network]({ bits, timesteps, rate: NETWORK_RATE, command: context.command });
  const measured = await measureNetwork(board, built, context);
  const { instructions, stackBytes, contextBytes } = measured.runs[0];
  const predicted = measured.plan.instructions;
  return {
    kind: 'network',
    network,
    core: board.name,
    bits,
    timesteps,
    hiddenFiringRate: hiddenRate(built, measured.rates),
    instructions,
    ...cyclesOf(board.target.cyclesPerInstruction.value, instructions),
    cmsisNnInstructions: CMSIS_NN[network],
    timesFewer: CMSIS_NN[network] / instructions,
    flashBytes: measured.flashBytes,
    ramBytes: measured.ramBytes,
    contextBytes,
    stackBytes,
    predictedInstructions: predicted,
    predictionErrorPct: (100 * (predicted - instructions)) / instructions,
    logitsEqual: true,
    layers: layerFigures(built, measured),
  };
}

function layerFigures({ model }: BuiltNetwork, { plan, rates, runs }: MeasuredNetwork) {
  const { parts } = runs[0];
  const layers = model.layers.map((layer, i) => ({
    layer: layer.name,
    kernels: plan.layers[i].edges.map((edge) => edge.kernel),
    firingRate: rates[i],
    instructions: parts[i].instructions,
    predicted: plan.layers[i].instructions,
  }));
  const head = parts[parts.length - 1].instructions;
  return [...layers, { layer: 'head', instructions: head, predicted: plan.head.instructions }];
}

await runBenchmark(
  {
    name: 'kernels',
    describe: 'instructions of generated code on emulated cores, layers and whole networks',
    options: OPTIONS,
  },
  async (args, context) => {
    const jobs: (() => Promise<BenchmarkResult & (KernelRow | NetworkRow)>)[] = [];
    for (const network of args.networks as string[])
      for (const bits of [1, 2, 4] as const)
        for (const timesteps of (args.timesteps as (string | number)[]).map(Number))
          jobs.push(() => networkRow(network, bits, timesteps, context));
    for (const core of args.cores as CoreName[])
      for (const form of FORMS)
        for (const rate of (args.rates as (string | number)[]).map(Number))
          jobs.push(() => layerRow(core, form, rate, context));
    const task = context.progress.start('programs', jobs.length);
    const rows: KernelsRow[] = [];
    for (const job of jobs) {
      context.signal.throwIfAborted();
      rows.push(await job());
      task.update(rows.length);
    }
    task.finish();
    rows.push(...storageRows());
    return { results: rows, headline: kernelsHeadline(rows) };
  },
);
