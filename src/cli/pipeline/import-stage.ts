import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { elementsOf } from '../../core/geometry.js';
import { readBytes, sha256, writeJson } from '../../core/files.js';
import { readDataset } from '../../data/dataset-file.js';
import type { Split } from '../../data/dataset.js';
import { MODEL_BIN, MODEL_JSON, writeModel } from '../../model/file.js';
import { argmax, Interpreter } from '../../model/interpreter.js';
import { thinModel } from '../../model/thin.js';
import type { WeightBits } from '../../model/types.js';
import { guessStep } from '../../nir/discretize.js';
import type { NirGraph } from '../../nir/graph.js';
import { importNir } from '../../nir/import.js';
import { readNir } from '../../nir/read.js';
import { simulateNir } from '../../nir/simulate.js';
import { accuracyOf } from '../../report/collect.js';
import { interruptible } from '../interruptible.js';
import { describeModel } from './describe-model.js';
import { importedPath, importedSchema } from './imported-network.js';
import type { Stage } from './stage.js';

export interface ImportRequest {
  readonly file: string;
  readonly timesteps: number;
  /** Seconds; guessed where it is not given. */
  readonly step?: number | undefined;
  readonly bits: WeightBits;
  readonly inputUnit: number;
  /** So many samples of each split are also simulated in floating point. */
  readonly floatSamples: number;
}

interface Answers {
  readonly float: Uint16Array;
  readonly integer: Uint16Array;
}

function channelsFirst(input: Int8Array, channels: number, unit: number): Float64Array {
  const positions = input.length / channels;
  return Float64Array.from(
    { length: input.length },
    (_, i) => unit * input[(i % positions) * channels + Math.floor(i / positions)],
  );
}

function argmaxOf(values: Float64Array): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

function count(answers: Uint16Array, split: Split): number {
  return answers.reduce((correct, answer, i) => correct + Number(answer === split.labels[i]), 0);
}

function parametersOf(graph: NirGraph): number {
  let sum = 0;
  for (const node of graph.nodes.values()) {
    if (node.type === 'Conv' || node.type === 'Linear')
      sum += node.weight.values.length + (node.bias?.values.length ?? 0);
  }
  return sum;
}

/** Imports a NIR file in place of the search: from a float network of another program to the integer model. */
export function importStage(request: ImportRequest): Stage {
  const { file, timesteps, bits, inputUnit, floatSamples } = request;
  return {
    name: 'search',
    dependsOn: () => ({ ...request, file: sha256(readBytes(file)) }),
    outputs: (folder) => [
      importedPath(folder),
      join(folder.model, MODEL_JSON),
      join(folder.model, MODEL_BIN),
    ],
    async work({ folder, settings, progress, signal, command }) {
      const { dataset } = readDataset(folder.data);
      const graph = await readNir(file);
      const step = request.step ?? guessStep(graph);
      const about = describeModel(dataset, settings.seed, command);
      const options = { timesteps, step, bits, inputUnit, input: dataset.shape };
      const imported = importNir(graph, about, options);
      const model = thinModel(imported.model);
      const stoppable = interruptible(progress, signal, 'import');
      const answersOn = (split: Split): Answers => {
        const samples = Math.min(split.count, floatSamples);
        const task = stoppable.start('float simulation', samples);
        const size = elementsOf(dataset.shape);
        const interpreter = new Interpreter(model);
        const { height, width, channels } = dataset.shape;
        const answers = { float: new Uint16Array(samples), integer: new Uint16Array(samples) };
        for (let i = 0; i < samples; i++) {
          const input = split.inputs.subarray(i * size, (i + 1) * size);
          const values = channelsFirst(input, channels, inputUnit);
          const shape = [channels, height, width] as const;
          answers.float[i] = argmaxOf(simulateNir(graph, { shape, values }, { timesteps, step }).outputs);
          answers.integer[i] = argmax(interpreter.run(input).logits);
          task.update(i + 1);
        }
        task.finish();
        return answers;
      };
      const validation = answersOn(dataset.validation);
      const test = answersOn(dataset.test);
      const samples = test.float.length;
      rmSync(folder.search, { recursive: true, force: true });
      writeModel(folder.model, model);
      writeJson(
        importedPath(folder),
        importedSchema.parse({
          formatVersion: 1,
          file: basename(file),
          sha256: sha256(readBytes(file)),
          ...{ timesteps, step, bits, inputUnit },
          parameters: parametersOf(graph),
          losses: imported.losses,
          float: {
            validation: accuracyOf(count(validation.float, dataset.validation), validation.float.length),
            test: accuracyOf(count(test.float, dataset.test), samples),
          },
          integer: {
            samples,
            sameClass: test.float.reduce((same, answer, i) => same + Number(answer === test.integer[i]), 0),
            correct: count(test.integer, dataset.test),
          },
        }),
      );
    },
  };
}
