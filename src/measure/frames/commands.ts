import { CommandType, type CommandTypeCode } from './types.js';

/** A command without its sequence number, which the link gives. */
export interface Command {
  readonly type: CommandTypeCode;
  readonly payload: Uint8Array;
}

function command(type: CommandTypeCode, bytes: number, fill: (payload: DataView) => void): Command {
  const payload = new Uint8Array(bytes);
  fill(new DataView(payload.buffer));
  return { type, payload };
}

const nothing = (): void => undefined;

export const helloCommand = (): Command => command(CommandType.hello, 0, nothing);
export const memoryCommand = (): Command => command(CommandType.memory, 0, nothing);
export const resetCommand = (): Command => command(CommandType.reset, 0, nothing);

/** 1..238 bytes of the input, from `offset` on. */
export function loadCommand(sample: number, offset: number, data: Uint8Array): Command {
  const payload = new Uint8Array(8 + data.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, sample, true);
  view.setUint32(4, offset, true);
  payload.set(data, 8);
  return { type: CommandType.load, payload };
}

export function inferCommand(sample: number, repeat: number): Command {
  return command(CommandType.infer, 6, (payload) => {
    payload.setUint32(0, sample, true);
    payload.setUint16(4, repeat, true);
  });
}

export function traceCommand(on: boolean): Command {
  return command(CommandType.trace, 1, (payload) => {
    payload.setUint8(0, on ? 1 : 0);
  });
}

export function markerCommand(pulses: number): Command {
  return command(CommandType.marker, 1, (payload) => {
    payload.setUint8(0, pulses);
  });
}

export function sleepCommand(milliseconds: number): Command {
  return command(CommandType.sleep, 4, (payload) => {
    payload.setUint32(0, milliseconds, true);
  });
}
