import type { BenchmarkResult } from './contract.js';
import type { StorageRow } from './storage.js';

export type KernelsRow = KernelRow | NetworkRow | StorageRow;

/** One layer on one core. */
export interface KernelRow extends BenchmarkResult {
  readonly kind: 'layer';
  readonly core: string;
  readonly weights: string;
  /** Asked for; what was measured is beside it. */
  readonly rate: number;
  readonly perConnection: number;
}

/** One whole network. */
export interface NetworkRow extends BenchmarkResult {
  readonly kind: 'network';
  readonly network: string;
  readonly bits: number;
  readonly timesteps: number;
  readonly timesFewer: number;
  readonly ramBytes: number;
  readonly predictionErrorPct: number;
}

/** The figures that the benchmark is run for; one whose program was not run is absent. */
export function kernelsHeadline(rows: readonly KernelsRow[]): Record<string, number> {
  const layer = (weights: string): number | undefined =>
    rows.find(
      (row) => row.kind === 'layer' && row.core === 'm4' && row.weights === weights && row.rate === 0.1,
    )?.perConnection as number | undefined;
  const networks = rows.filter((row) => row.kind === 'network');
  const network = (name: string, bits: number): NetworkRow | undefined =>
    networks.find((row) => row.network === name && row.bits === bits && row.timesteps === 2);
  const figures: Record<string, number | undefined> = {
    m4Bits1: layer('1-bit'),
    m4Bits2: layer('2-bit'),
    m4Bits4: layer('4-bit'),
    resnet8T2Bits1: network('resnet8', 1)?.timesFewer,
    resnet8T2Bits4: network('resnet8', 4)?.timesFewer,
    dscnnT2Bits1: network('ds-cnn', 1)?.timesFewer,
    dscnnT2Bits4: network('ds-cnn', 4)?.timesFewer,
    resnet8T2RamBytes: network('resnet8', 1)?.ramBytes,
    entropyRatio: worstRatio(rows.filter((row) => row.kind === 'storage')),
    plannerErrorPct: worstError(networks),
  };
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

/** Bytes of the tightest format over the entropy, of the layer where it is largest. */
function worstRatio(rows: readonly StorageRow[]): number | undefined {
  return rows.length === 0 ? undefined : Math.max(...rows.map(({ ratio }) => ratio));
}

/** Of all whole networks the largest difference between predicted and counted instructions, in percent of what was counted. */
function worstError(networks: readonly NetworkRow[]): number | undefined {
  if (networks.length === 0) return undefined;
  return Math.max(...networks.map(({ predictionErrorPct }) => Math.abs(predictionErrorPct)));
}
