import { denseForward } from './dense-forward';
import { denseInputGradient } from './dense-input-gradient';
import { denseWeightGradient } from './dense-weight-gradient';
import { depthwiseForward, depthwiseInputGradient, depthwiseWeightGradient, inputDepthwiseForward, inputDepthwiseWeightGradient } from './depthwise';
import { identityInputGradient } from './identity';
import { inputConvForward, inputConvWeightGradient } from './input-conv';
import { addImageSums, inputGradientOfNorm, spikeGradientOfNorm } from './norm';
import { isListed, makePlanes, sparseInputGradient } from './sparse-input-gradient';
import { DENSE, DEPTHWISE, Edge, IDENTITY, INPUT_DENSE, INPUT_DEPTHWISE } from './structs';

/** Current of one image (or sample, from the input) before normalization. */
function currentOfImage(edge: Edge, image: i32): void {
  const out = edge.currentOf(image);
  const kind = edge.kind;
  if (kind == INPUT_DENSE) return inputConvForward(edge, image, out);
  if (kind != DENSE) memory.fill(out, 0, <usize>edge.size * 4);
  if (kind == INPUT_DEPTHWISE) return inputDepthwiseForward(edge, image, out);
  for (let i = 0; i < edge.sourceCount; i++) {
    if (kind == DENSE) denseForward(edge, edge.source(i), image, out, i == 0);
    else depthwiseForward(edge, edge.source(i), image, out);
  }
}

@inline
function forward(edge: Edge, part: i32, from: i32, to: i32, withSums: bool): void {
  if (edge.kind == IDENTITY) return;
  const sums = edge.sums + <usize>(part * edge.channels) * 16;
  if (withSums) memory.fill(sums, 0, <usize>edge.channels * 16);
  for (let t = 0; t < edge.steps; t++) {
    for (let sample = from; sample < to; sample++) {
      const image = t * edge.batch + sample;
      currentOfImage(edge, image);
      if (withSums) addImageSums(edge.currentOf(image), edge.height * edge.width, edge.channels, sums);
    }
  }
}

/** Currents of the part's samples and, for batch normalization, their sums and sums of squares. */
export function edgeForward(address: usize, part: i32, from: i32, to: i32): void {
  forward(changetype<Edge>(address), part, from, to, true);
}

/** Currents alone, for running statistics. */
export function edgeForwardOnly(address: usize, part: i32, from: i32, to: i32): void {
  forward(changetype<Edge>(address), part, from, to, false);
}

function listedInputGradients(edge: Edge, image: i32, out: usize, scratch: usize): void {
  makePlanes(edge, out, scratch);
  for (let i = 0; i < edge.sourceCount; i++) {
    const source = edge.source(i);
    if (isListed(source)) sparseInputGradient(edge, source, image, scratch);
  }
}

/** From the currents' gradient to that of the weights (this part's share) and of the source's spikes. */
export function edgeBackward(address: usize, part: i32, from: i32, to: i32): void {
  const edge = changetype<Edge>(address);
  const kind = edge.kind;
  const weightGradients = edge.weightGradients + <usize>part * <usize>edge.weightBytes;
  if (kind != IDENTITY) memory.fill(weightGradients, 0, edge.weightBytes);
  const scratch = edge.scratch + <usize>part * <usize>edge.scratchStride;
  for (let t = 0; t < edge.steps; t++) {
    for (let sample = from; sample < to; sample++) {
      const image = t * edge.batch + sample;
      const out = edge.currentOf(image);
      if (kind == IDENTITY) {
        identityInputGradient(edge, image, part);
      } else if (kind == INPUT_DENSE) {
        inputGradientOfNorm(edge, part, sample);
        inputConvWeightGradient(edge, sample, out, weightGradients);
      } else if (kind == INPUT_DEPTHWISE) {
        inputGradientOfNorm(edge, part, sample);
        inputDepthwiseWeightGradient(edge, sample, out, weightGradients);
      } else {
        spikeGradientOfNorm(edge, part, image);
        let planes = false;
        for (let i = 0; i < edge.sourceCount; i++) {
          const source = edge.source(i);
          if (kind == DEPTHWISE) {
            depthwiseWeightGradient(edge, source, image, out, weightGradients);
            depthwiseInputGradient(edge, source, image, out);
          } else {
            denseWeightGradient(edge, source, image, out, weightGradients + <usize>source.weightOffset);
            if (isListed(source)) planes = true;
            else denseInputGradient(edge, source, image, out, scratch);
          }
        }
        if (planes) listedInputGradients(edge, image, out, scratch);
      }
    }
  }
}
