import { MemoryLink } from '../../flash/support/memory-link.js';
import { LitesnnError } from '../../../src/core/errors.js';
import { fakeTarget } from '../../flash/support/fixtures.js';
import type { MeasureOptions, MeasuredSamples } from '../../../src/measure/measure-samples.js';
import { DeviceLink } from '../../../src/measure/link/device-link.js';
import { FakeDevice, type FakeDeviceOptions, argmax, fakeHash, fakeLogits } from './fake-device.js';

export interface Bench {
  readonly wire: MemoryLink;
  readonly device: FakeDevice;
  readonly link: DeviceLink;
}

const opened: DeviceLink[] = [];

/** To be called after each test: an open link listens for ever. */
export async function closeBenches(): Promise<void> {
  await Promise.all(opened.splice(0).map((link) => link.close()));
}

export function bench(options: FakeDeviceOptions = {}): Bench {
  const wire = new MemoryLink();
  const device = new FakeDevice(
    (bytes) => {
      wire.deliver(bytes);
    },
    () => {
      wire.unplug();
    },
    options,
  );
  wire.peer = device;
  const limits = {
    replyMs: 10,
    attempts: 4,
    firstInferenceMs: 20,
    leastInferenceMs: 20,
    resetMs: 20,
    wakeMs: 5,
  };
  const link = new DeviceLink(wire, limits);
  opened.push(link);
  return { wire, device, link };
}

/** Random inputs of 300 bytes, labelled by what the network says, but every fourth wrongly. */
export function samples(count: number): MeasuredSamples {
  const inputs = Int8Array.from({ length: count * 300 }, (_, i) => ((i * 2654435761) >>> 7) & 0xff);
  const labels = Uint16Array.from({ length: count }, (_, i) => {
    const answer = argmax(fakeLogits(inputs.subarray(i * 300, (i + 1) * 300), 10));
    return i % 4 === 3 ? (answer + 1) % 10 : answer;
  });
  return { count, inputs, labels };
}

export function measureOptions(sessionFolder: string, changes: Partial<MeasureOptions> = {}): MeasureOptions {
  return {
    target: fakeTarget,
    model: { modelHash: fakeHash, inputBytes: 300, classes: 10, timesteps: 4, layers: ['stem', 'cell'] },
    datasetHash: 'data',
    split: 'test',
    reference: (input) => {
      const logits = fakeLogits(input, 10);
      return { logits, classIndex: argmax(logits) };
    },
    trace: true,
    sessionFolder,
    ...changes,
  };
}

export async function failureOf(work: Promise<unknown>): Promise<LitesnnError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LitesnnError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
