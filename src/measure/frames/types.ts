/** Type bytes of docs/device-protocol.md. */
export const CommandType = {
  hello: 0x81,
  load: 0x82,
  infer: 0x83,
  trace: 0x84,
  marker: 0x85,
  reset: 0x86,
  sleep: 0x87,
  memory: 0x88,
} as const;

export type CommandTypeCode = (typeof CommandType)[keyof typeof CommandType];

export const DeviceType = {
  hello: 0x01,
  result: 0x02,
  trace: 0x03,
  current: 0x04,
  log: 0x05,
  error: 0x06,
  ack: 0x07,
  memory: 0x08,
} as const;

export const PROTOCOL_VERSION = 1;

/** Most input bytes of one `load`: the payload less sample and offset. */
export const MAX_LOAD_BYTES = 238;

/** What the device says of itself. */
export interface Hello {
  readonly kind: 'hello';
  readonly version: number;
  /** The counter counts instructions of an emulator, not cycles. */
  readonly countsInstructions: boolean;
  readonly emulated: boolean;
  readonly maxPayload: number;
  readonly clockHz: number;
  readonly counterHz: number;
  /** SHA-256 of model.json, lower-case hexadecimal. */
  readonly modelHash: string;
  /** First 16 bytes of the SHA-256 over the generated sources, lower-case hexadecimal. */
  readonly buildId: string;
  readonly inputBytes: number;
  readonly classes: number;
  readonly timesteps: number;
  readonly layers: number;
  readonly target: string;
  readonly tool: string;
  readonly application: string;
}

export interface ResultFrame {
  readonly kind: 'result';
  readonly sample: number;
  readonly classIndex: number;
  readonly timesteps: number;
  /** Ticks of the counter round one inference. */
  readonly ticks: number;
  /** Class of the first logit of this frame; more than 56 classes come in several. */
  readonly first: number;
  readonly logits: readonly number[];
}

export interface TraceFrame {
  readonly kind: 'trace';
  readonly sample: number;
  /** Number of layers: the head. */
  readonly layer: number;
  readonly ticks: number;
  readonly spikesIn: number;
  readonly spikesOut: number;
}

export interface AckFrame {
  readonly kind: 'ack';
  readonly command: number;
  readonly sequence: number;
  readonly next: number;
}

export interface ErrorFrame {
  readonly kind: 'error';
  readonly command: number;
  readonly sequence: number;
  readonly code: number;
  readonly text: string;
}

export interface MemoryFrame {
  readonly kind: 'memory';
  /** Reserved. */
  readonly stackBytes: number;
  /** Painted before the application ran, and looked at. */
  readonly stackUsed: number;
  /** Static data of the network's context. */
  readonly ramBytes: number;
}

/** A frame whose bytes made sense; `malformed` passed the CRC and has a wrong length, `unknown` is a newer device's. */
export type DeviceFrame =
  | Hello
  | ResultFrame
  | TraceFrame
  | AckFrame
  | ErrorFrame
  | MemoryFrame
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'current'; readonly payload: Uint8Array }
  | { readonly kind: 'unknown'; readonly type: number }
  | { readonly kind: 'malformed'; readonly type: number };
