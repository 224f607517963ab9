import { planNetwork } from '../src/codegen/plan/network.js';
import type { NetworkPlan } from '../src/codegen/plan/types.js';
import { toolVersion } from '../src/core/version.js';
import type { Progress } from '../src/core/progress.js';
import type { Dataset } from '../src/data/dataset.js';
import { countOperations } from '../src/energy/operations.js';
import { foldNetwork } from '../src/model/fold.js';
import { scoreModel } from '../src/report/score.js';
import { storedBitsOf } from '../src/search/compare/sizes.js';
import type { TrainedNetwork } from '../src/search/trained-network.js';
import type { Target } from '../src/targets/target.js';

/** A network as the device would run it, on the test split; numbers only, so that seeds can be averaged. */
export interface Score extends Readonly<Record<string, number>> {
  readonly accuracy: number;
  readonly timesteps: number;
  readonly hiddenFiringRate: number;
  /** Bits of all kept weights and the entropy of their masks. */
  readonly modelBits: number;
  /** As the firmware stores them, with tables. */
  readonly storedBytes: number;
  readonly bitSynOps: number;
}

function storedBytes({ layers, head }: NetworkPlan): number {
  return [...layers, head].reduce((sum, { flash }) => sum + flash.weights + flash.tables, 0);
}

/** Folds the network and runs the integer interpreter once over the test split. */
export async function scoreOnTest(
  network: TrainedNetwork,
  { name, classes, frontEnd, hash, test }: Dataset,
  target: Target,
  command: string,
  progress: Progress,
): Promise<Score> {
  const model = foldNetwork(network, {
    name,
    classes,
    frontEnd,
    provenance: {
      tool: `litesnn ${toolVersion}`,
      command,
      datasetName: name,
      datasetHash: hash,
      seed: network.seed,
      created: new Date().toISOString(),
    },
  });
  const { correct, rates } = await scoreModel(model, test, progress);
  return {
    accuracy: correct / test.count,
    timesteps: model.timesteps,
    hiddenFiringRate: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    modelBits: storedBitsOf(network.graph),
    storedBytes: storedBytes(planNetwork(model, target)),
    bitSynOps: countOperations(model, rates, model.timesteps).bitSynapticOperations,
  };
}
