import { ExitCode, LitesnnError } from '../core/errors.js';
import { type Progress, silentProgress } from '../core/progress.js';
import { toolVersion } from '../core/version.js';
import { abortable } from '../flash/abortable.js';
import type { Target } from '../targets/target.js';
import { AgreementCounter, type ReferenceAnswer } from './agreement.js';
import { type ExpectedModel, checkHello } from './check-hello.js';
import type { Hello } from './frames/types.js';
import type { DeviceLink } from './link/device-link.js';
import { type Measurement, summarize } from './measurement.js';
import type { SampleResult } from './session/sample-result.js';
import { Session } from './session/session.js';
import { provenanceOf } from './timing.js';

/** The samples to measure; a `Split` of a data set is one. */
export interface MeasuredSamples {
  readonly count: number;
  /** `[count][height][width][channels]`. */
  readonly inputs: Int8Array;
  readonly labels: Uint16Array;
}

export interface MeasureOptions {
  readonly target: Target;
  readonly model: ExpectedModel;
  readonly datasetHash: string;
  /** Which samples of the data set these are, for example `test`. */
  readonly split: string;
  /** Only the first so many; default all. */
  readonly limit?: number;
  /** What every answer is compared with. */
  readonly reference: (input: Int8Array) => ReferenceAnswer;
  /** Also counts and spikes of every layer. */
  readonly trace: boolean;
  readonly sessionFolder: string;
  readonly progress?: Progress;
  /** Ends with `INTERRUPTED` (exit code 130) and closes the link; the next call continues. */
  readonly signal?: AbortSignal;
}

/**
 * Runs samples on the device and compares every logit with the reference. What was answered is on disk at once; samples that a
 * session of the same firmware and data already holds are compared again but not measured again.
 */
export function measureSamples(
  link: DeviceLink,
  samples: MeasuredSamples,
  options: MeasureOptions,
): Promise<Measurement> {
  return abortable(link, options.signal, 'measuring', () => run(link, samples, options));
}

async function run(
  link: DeviceLink,
  samples: MeasuredSamples,
  options: MeasureOptions,
): Promise<Measurement> {
  const started = performance.now();
  const count = Math.min(samples.count, options.limit ?? samples.count);
  if (count === 0) throw nothingToMeasure();
  const hello = await link.hello();
  checkHello(hello, options.model, options.target);
  const session = Session.open(options.sessionFolder, metadataOf(hello, options));
  const agreement = new AgreementCounter();
  const earlier = new Map(session.earlier.map((result) => [result.sample, result]));
  const results: SampleResult[] = [];
  let resumedSamples = 0;
  const task = (options.progress ?? silentProgress).start('measure', count);
  try {
    await link.trace(options.trace);
    for (let sample = 0; sample < count; sample++) {
      const input = inputOf(samples, options.model, sample);
      const known = usable(earlier.get(sample), samples.labels[sample], options);
      if (known !== undefined) {
        resumedSamples += 1;
        agreement.add(known, options.reference(input));
        results.push(known);
      } else {
        const { result, reference } = await measureOne(
          link,
          sample,
          input,
          samples.labels[sample],
          options.reference,
        );
        session.append(result);
        agreement.add(result, reference);
        results.push(result);
      }
      task.update(sample + 1, detailOf(agreement));
    }
    const memory = await link.memory();
    const { target, model } = options;
    const seconds = (performance.now() - started) / 1000;
    const parts = { hello, memory, model, target, results, resumedSamples, seconds };
    return summarize({ ...parts, agreement: agreement.result, link: link.counters });
  } finally {
    task.finish();
    session.close();
  }
}

/** The reference runs while the device does, on another core or another machine. */
async function measureOne(
  link: DeviceLink,
  sample: number,
  input: Int8Array,
  label: number,
  compute: MeasureOptions['reference'],
): Promise<{ result: SampleResult; reference: ReferenceAnswer }> {
  let reference: ReferenceAnswer | undefined;
  const [inference] = await link.infer(sample, input, {
    whileRunning: () => {
      reference = compute(input);
    },
  });
  const { classIndex, timesteps, ticks, logits, layers } = inference;
  const counts = layers === undefined ? {} : { layers: [...layers] };
  return {
    result: { sample, label, classIndex, timesteps, ticks, logits: [...logits], ...counts },
    reference: reference ?? compute(input),
  };
}

function inputOf(samples: MeasuredSamples, model: ExpectedModel, sample: number): Int8Array {
  return samples.inputs.subarray(sample * model.inputBytes, (sample + 1) * model.inputBytes);
}

/** An earlier answer, unless it was damaged on disk into one that this model cannot have given. */
function usable(
  result: SampleResult | undefined,
  label: number,
  { model, trace }: MeasureOptions,
): SampleResult | undefined {
  if (result?.label !== label || result.logits.length !== model.classes) return undefined;
  return !trace || result.layers?.length === model.layers.length + 1 ? result : undefined;
}

function metadataOf(hello: Hello, options: MeasureOptions): Parameters<typeof Session.open>[1] {
  return {
    schemaVersion: 1,
    modelHash: hello.modelHash,
    buildId: hello.buildId,
    datasetHash: options.datasetHash,
    split: options.split,
    target: options.target.name,
    trace: options.trace,
    provenance: provenanceOf(hello, options.target),
    tool: `litesnn ${toolVersion}`,
    created: new Date().toISOString(),
  };
}

function detailOf(agreement: AgreementCounter): string {
  const { samples, mismatches } = agreement.result;
  return `${samples} compared, ${mismatches} values differ`;
}

function nothingToMeasure(): LitesnnError {
  return new LitesnnError('MEASURE_NO_SAMPLES', ExitCode.usage, 'there is no sample to measure', {
    hint: 'give a data set with a test split, and a limit above 0',
  });
}
