import type { Frame } from './frame-codec.js';
import { PayloadReader } from './payload-reader.js';
import { type DeviceFrame, DeviceType } from './types.js';

const FLAG_COUNTS_INSTRUCTIONS = 1;
const FLAG_EMULATED = 2;

type Parser = (payload: PayloadReader) => DeviceFrame;

function parseHello(payload: PayloadReader): DeviceFrame {
  const version = payload.u8();
  const flags = payload.u8();
  return {
    kind: 'hello',
    version,
    countsInstructions: (flags & FLAG_COUNTS_INSTRUCTIONS) !== 0,
    emulated: (flags & FLAG_EMULATED) !== 0,
    maxPayload: payload.u16(),
    clockHz: payload.u32(),
    counterHz: payload.u32(),
    modelHash: payload.hex(32),
    buildId: payload.hex(16),
    inputBytes: payload.u32(),
    classes: payload.u16(),
    timesteps: payload.u8(),
    layers: payload.u16(),
    target: payload.text(),
    tool: payload.text(),
    application: payload.text(),
  };
}

function parseResult(payload: PayloadReader): DeviceFrame {
  const sample = payload.u32();
  const classIndex = payload.u16();
  const timesteps = payload.u8();
  payload.u8(); // flags, none defined
  const ticks = payload.u64();
  const first = payload.u16();
  const logits = Array.from({ length: payload.u16() }, () => payload.i32());
  return { kind: 'result', sample, classIndex, timesteps, ticks, first, logits };
}

function parseTrace(payload: PayloadReader): DeviceFrame {
  return {
    kind: 'trace',
    sample: payload.u32(),
    layer: payload.u16(),
    ticks: payload.u32(),
    spikesIn: payload.u32(),
    spikesOut: payload.u32(),
  };
}

const parsers: Readonly<Record<number, Parser>> = {
  [DeviceType.hello]: parseHello,
  [DeviceType.result]: parseResult,
  [DeviceType.trace]: parseTrace,
  [DeviceType.current]: (payload) => ({ kind: 'current', payload: payload.rest() }),
  [DeviceType.log]: (payload) => ({ kind: 'log', text: Buffer.from(payload.rest()).toString('utf8') }),
  [DeviceType.error]: (payload) => ({
    kind: 'error',
    command: payload.u8(),
    sequence: payload.u8(),
    code: payload.u16(),
    text: Buffer.from(payload.rest()).toString('utf8'),
  }),
  [DeviceType.ack]: (payload) => ({
    kind: 'ack',
    command: payload.u8(),
    sequence: payload.u8(),
    next: payload.u32(),
  }),
  [DeviceType.memory]: (payload) => ({
    kind: 'memory',
    stackBytes: payload.u32(),
    stackUsed: payload.u32(),
    ramBytes: payload.u32(),
  }),
};

/** Never throws: a frame that cannot be understood is a value too. */
export function parseDeviceFrame({ type, payload }: Frame): DeviceFrame {
  if (!Object.hasOwn(parsers, type)) return { kind: 'unknown', type };
  const reader = new PayloadReader(payload);
  const frame = parsers[type](reader);
  return reader.complete ? frame : { kind: 'malformed', type };
}
