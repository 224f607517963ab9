/**
 * Fields of the kernels' descriptors, in the order of the classes of the same names in assembly/structs.ts. Every field has four bytes.
 * A descriptor that is missing a field, or has one too many, does not compile here; the order is what the gradient tests check.
 */
export type Fields<Name extends string> = readonly Name[];

const VIEW = [
  'height',
  'width',
  'channels',
  'flags',
  'events',
  'eventStride',
  'offsets',
  'gradient',
  'values',
] as const;

const SOURCE = [
  'view',
  'channelOffset',
  'channels',
  'weights',
  'backWeights',
  'weightOffset',
  'lists',
] as const;

const EDGE = [
  ...(['kind', 'timesteps', 'batch', 'inHeight', 'inWidth', 'inChannels'] as const),
  ...(['height', 'width', 'channels', 'realChannels'] as const),
  ...(['kernelY', 'kernelX', 'strideY', 'strideX', 'padY', 'padX'] as const),
  ...(['sourceCount', 'sources', 'input', 'current', 'weights', 'weightGradients', 'weightBytes'] as const),
  ...(['sums', 'backSums', 'parts', 'mean', 'inverseDeviation', 'scale', 'backCoefficients'] as const),
  ...(['gamma', 'beta', 'runningMean', 'runningVariance', 'gammaGradient', 'betaGradient'] as const),
  ...(['gate', 'gateGradient', 'target', 'scratch', 'scratchStride'] as const),
] as const;

const POPULATION = [
  ...([
    'timesteps',
    'batch',
    'view',
    'neuron',
    'edgeCount',
    'edges',
    'membrane',
    'bias',
    'backSums',
    'parts',
  ] as const),
  ...(['momentum', 'compaction', 'scratch', 'scratchStride', 'rateGradient'] as const),
] as const;

const POOL = ['timesteps', 'batch', 'source', 'target', 'windowY', 'windowX', 'anySpike'] as const;

const HEAD_SOURCE = ['view', 'channelOffset', 'channels'] as const;

const HEAD = [
  ...([
    'timesteps',
    'batch',
    'classes',
    'features',
    'sourceCount',
    'sources',
    'means',
    'meanGradients',
  ] as const),
  ...([
    'logits',
    'logitGradients',
    'weights',
    'bias',
    'weightGradients',
    'biasGradients',
    'biasGradient',
    'parts',
  ] as const),
] as const;

const WEIGHTS = [
  ...(['edge', 'count', 'values', 'score', 'gradient', 'scoreGradient', 'effective'] as const),
  ...(['gradientParts', 'gradientPartStride', 'parts'] as const),
  ...(['bitChoices', 'bits', 'bitMix', 'steps', 'bitGradients'] as const),
  ...(['keepChoices', 'keepCounts', 'keepOrder', 'keepMix', 'keepGradients', 'levels'] as const),
  ...(['histogram', 'levelMasks', 'levelGradients', 'thresholds', 'rows'] as const),
] as const;

const INPUT = ['elements', 'codes', 'values'] as const;

export const descriptors = {
  view: VIEW,
  source: SOURCE,
  edge: EDGE,
  population: POPULATION,
  pool: POOL,
  headSource: HEAD_SOURCE,
  head: HEAD,
  weights: WEIGHTS,
  input: INPUT,
} as const;

/** `Edge.kind`. */
export const EdgeKind = {
  dense: 0,
  depthwise: 1,
  identity: 2,
  inputDense: 3,
  inputDepthwise: 4,
} as const;
