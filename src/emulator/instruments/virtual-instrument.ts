/** An instrument as its port sees it: bytes in, bytes out, and samples whenever its clock has gone on. */
export interface VirtualInstrument {
  /** Samples a second by its own clock, as it is set now. */
  readonly sampleHz: number;
  /** Whether it sends samples now. */
  readonly streaming: boolean;
  /** Takes bytes from the host, cut in any way, and returns what it answers. */
  receive(bytes: Uint8Array): Uint8Array;
  /** The next so many samples as they go on the wire; only while streaming. */
  stream(samples: number): Uint8Array;
}

export const instrumentKinds = ['ppk2', 'lpm01a'] as const;
export type InstrumentKind = (typeof instrumentKinds)[number];
