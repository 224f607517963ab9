/** The int8 input as numbers: divided by 128. */
@unmanaged
class Input {
  elements: i32;
  codes: usize;
  values: usize;
}

export function loadInput(address: usize, _part: i32, from: i32, to: i32): void {
  const input = changetype<Input>(address);
  const end = to * input.elements;
  for (let i = from * input.elements; i < end; i++) {
    store<f32>(input.values + <usize>i * 4, <f32>load<i8>(input.codes + <usize>i) / 128);
  }
}
