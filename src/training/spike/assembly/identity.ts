import { activationOf, Edge, Source, View } from './structs';

/** Adds `scale[c]` where the source spiked to the image `currents` of summed currents. */
export function identityForward(edge: Edge, image: i32, scale: usize, currents: usize): void {
  for (let i = 0; i < edge.sourceCount; i++) {
    const source = edge.source(i);
    const view = source.view;
    let offsets = view.offsetsOf(image);
    for (let pixel = 0; pixel < view.positions; pixel++, offsets += 4) {
      const end = <usize>load<u32>(offsets, 4);
      const row = currents + <usize>(pixel * edge.channels + source.channelOffset) * 4;
      for (let event = <usize>load<u32>(offsets); event < end; event += 4) {
        const c = (<usize>load<u32>(event) - <usize>(pixel * view.channels)) * 4;
        const factor = load<f32>(scale + <usize>source.channelOffset * 4 + c);
        store<f32>(row + c, load<f32>(row + c) + factor * activationOf(view, image, event));
      }
    }
  }
}

/** Adds the currents' gradient where the source spiked to `sums` (f64 a channel). */
export function identitySums(edge: Edge, image: i32, sums: usize): void {
  const gradient = edge.target.gradientOf(image);
  for (let i = 0; i < edge.sourceCount; i++) {
    const source = edge.source(i);
    const view = source.view;
    let offsets = view.offsetsOf(image);
    for (let pixel = 0; pixel < view.positions; pixel++, offsets += 4) {
      const end = <usize>load<u32>(offsets, 4);
      const row = gradient + <usize>(pixel * edge.channels + source.channelOffset) * 4;
      for (let event = <usize>load<u32>(offsets); event < end; event += 4) {
        const c = <usize>load<u32>(event) - <usize>(pixel * view.channels);
        const sum = sums + (<usize>source.channelOffset + c) * 8;
        const gradientHere = load<f32>(row + c * 4) * activationOf(view, image, event);
        store<f64>(sum, load<f64>(sum) + <f64>gradientHere);
      }
    }
  }
}

export function identityInputGradient(edge: Edge, image: i32, part: i32): void {
  for (let i = 0; i < edge.sourceCount; i++) {
    const source = edge.source(i);
    const view = source.view;
    const first = <usize>source.channelOffset * 4;
    const scale = edge.scale + <usize>(part * edge.channels) * 4 + first;
    let from = edge.target.gradientOf(image) + first;
    let to = view.gradientOf(image);
    for (let pixel = 0; pixel < view.positions; pixel++) {
      addScaled(source, view, scale, from, to);
      from += <usize>edge.channels * 4;
      to += <usize>view.channels * 4;
    }
  }
}

@inline
function addScaled(source: Source, view: View, scale: usize, from: usize, to: usize): void {
  if ((source.channelOffset & 3) == 0) {
    // Padded channels receive a neighbour's values, which nobody reads.
    for (let c: usize = 0; c < <usize>view.channels * 4; c += 16) {
      v128.store(to + c, f32x4.add(v128.load(to + c), f32x4.mul(v128.load(scale + c), v128.load(from + c))));
    }
    return;
  }
  for (let c: usize = 0; c < <usize>source.channels * 4; c += 4) {
    store<f32>(to + c, load<f32>(to + c) + load<f32>(scale + c) * load<f32>(from + c));
  }
}
