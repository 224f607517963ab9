export { edgeBackward, edgeForward, edgeForwardOnly } from './edges';
export { finishHeadBias, headBackward, headForward } from './head';
export { loadInput } from './input';
export { lifBackward, lifForward, startGradient } from './lif';
export { backCoefficients, batchCoefficients, runningCoefficients } from './norm';
export { poolBackward, poolForward, poolStartGradient } from './pooling';
export { reluBackward, reluForward } from './relu';
export { finishWeights, prepareWeights } from './weights';
