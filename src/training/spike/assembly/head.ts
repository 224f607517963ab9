import { activationOf, Head } from './structs';

/** Mean spikes over positions, then a linear layer, for each timestep alone. Small, hence scalar. */

function meansOf(head: Head, image: i32): void {
  const means = head.means + <usize>(image * head.features) * 4;
  memory.fill(means, 0, <usize>head.features * 4);
  for (let i = 0; i < head.sourceCount; i++) {
    const source = head.source(i);
    const view = source.view;
    const row = means + <usize>source.channelOffset * 4;
    let offsets = view.offsetsOf(image);
    for (let pixel = 0; pixel < view.positions; pixel++, offsets += 4) {
      const end = <usize>load<u32>(offsets, 4);
      for (let event = <usize>load<u32>(offsets); event < end; event += 4) {
        const at = row + (<usize>load<u32>(event) - <usize>(pixel * view.channels)) * 4;
        store<f32>(at, load<f32>(at) + activationOf(view, image, event));
      }
    }
    for (let c: usize = 0; c < <usize>source.channels * 4; c += 4) {
      store<f32>(row + c, load<f32>(row + c) / <f32>view.positions);
    }
  }
}

export function headForward(address: usize, _part: i32, from: i32, to: i32): void {
  const head = changetype<Head>(address);
  for (let t = 0; t < head.timesteps; t++) {
    for (let sample = from; sample < to; sample++) {
      const image = t * head.batch + sample;
      meansOf(head, image);
      const means = head.means + <usize>(image * head.features) * 4;
      const logits = head.logits + <usize>(image * head.classes) * 4;
      for (let k = 0; k < head.classes; k++) {
        const weights = head.weights + <usize>(k * head.features) * 4;
        let sum = load<f32>(head.bias + <usize>k * 4);
        for (let c: usize = 0; c < <usize>head.features * 4; c += 4)
          sum += load<f32>(weights + c) * load<f32>(means + c);
        store<f32>(logits + <usize>k * 4, sum);
      }
    }
  }
}

/** Adds the means' gradient to dL/dspike at every position. */
function spreadGradient(head: Head, image: i32, meanGradients: usize): void {
  for (let i = 0; i < head.sourceCount; i++) {
    const source = head.source(i);
    const view = source.view;
    const share: f32 = 1 / <f32>view.positions;
    const row = meanGradients + <usize>source.channelOffset * 4;
    let gradient = view.gradientOf(image);
    for (let pixel = 0; pixel < view.positions; pixel++) {
      for (let c: usize = 0; c < <usize>source.channels * 4; c += 4) {
        store<f32>(gradient + c, load<f32>(gradient + c) + load<f32>(row + c) * share);
      }
      gradient += <usize>view.channels * 4;
    }
  }
}

export function headBackward(address: usize, part: i32, from: i32, to: i32): void {
  const head = changetype<Head>(address);
  const row = <usize>head.features * 4;
  const weightGradients = head.weightGradients + <usize>(part * head.classes) * row;
  const biasGradients = head.biasGradients + <usize>(part * head.classes) * 4;
  memory.fill(weightGradients, 0, <usize>head.classes * row);
  memory.fill(biasGradients, 0, <usize>head.classes * 4);
  for (let t = 0; t < head.timesteps; t++) {
    for (let sample = from; sample < to; sample++) {
      const image = t * head.batch + sample;
      const means = head.means + <usize>image * row;
      const meanGradients = head.meanGradients + <usize>image * row;
      memory.fill(meanGradients, 0, row);
      for (let k = 0; k < head.classes; k++) {
        const gradient = load<f32>(head.logitGradients + <usize>(image * head.classes + k) * 4);
        const bias = biasGradients + <usize>k * 4;
        store<f32>(bias, load<f32>(bias) + gradient);
        const weights = head.weights + <usize>k * row;
        const own = weightGradients + <usize>k * row;
        for (let c: usize = 0; c < row; c += 4) {
          store<f32>(own + c, load<f32>(own + c) + gradient * load<f32>(means + c));
          store<f32>(meanGradients + c, load<f32>(meanGradients + c) + gradient * load<f32>(weights + c));
        }
      }
      spreadGradient(head, image, meanGradients);
    }
  }
}

/** Adds up the parts' gradients of the bias. */
export function finishHeadBias(address: usize): void {
  const head = changetype<Head>(address);
  for (let k = 0; k < head.classes; k++) {
    let sum: f32 = 0;
    for (let part = 0; part < head.parts; part++) {
      sum += load<f32>(head.biasGradients + <usize>(part * head.classes + k) * 4);
    }
    store<f32>(head.biasGradient + <usize>k * 4, sum);
  }
}
