/** DTR, RTS and break as a program sees them; on a TTL adapter an asserted line is at low voltage. */
export interface PinState {
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly brk: boolean;
}
