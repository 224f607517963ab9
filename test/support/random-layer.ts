import type { Shape, Size2d } from '../../src/core/geometry.js';
import type { Random } from '../../src/core/random.js';
import { INPUT_SOURCE, type Edge, type Layer } from '../../src/model/types.js';
import { edgeSynapses } from '../../src/model/validate-edge.js';
import { edgeMoments, randomConv, randomSource, type Moments } from './random-edge.js';

/** The network so far. */
export interface Built {
  readonly input: Shape;
  readonly layers: Layer[];
  /** Estimated share of spikes of each layer. */
  readonly rates: number[];
  readonly timesteps: number;
}

/** Of wide layers that come before, no small one may be able to read: then the smallest of so many is taken. */
const TRIES = 2_000;

/** A layer of at most `budget` connections, where there is one, that reads the input or earlier layers. */
export function randomLayer(random: Random, built: Built, budget: number): { layer: Layer; rate: number } {
  let smallest: { layer: Layer; rate: number } | undefined;
  let fewest = Infinity;
  for (let tries = 0; smallest === undefined || (fewest > budget && tries < TRIES); tries++) {
    const edges = randomEdges(random, built);
    const { shape } = edges;
    const found = finish(random, built, shape, edges.list);
    const synapses = found.layer.edges.reduce((total, edge) => total + edgeSynapses(found.layer, edge), 0);
    if (synapses < fewest) [smallest, fewest] = [found, synapses];
  }
  return smallest;
}

function randomEdges(random: Random, built: Built): { shape: Shape; list: Edge[] } {
  const first = randomConv(random, randomSource(random, built), undefined);
  const list: Edge[] = [first.edge];
  const extra = random.pick([0, 0, 0, 1, 1, 2]);
  for (let i = 0; i < extra; i++) {
    const edge = anotherEdge(random, built, first.shape);
    if (edge !== undefined) list.push(edge);
  }
  if (random.uniform() < 0.5) list.reverse();
  // An identity may also stand alone.
  const identities = list.filter((edge) => edge.kind === 'identity');
  return { shape: first.shape, list: identities.length > 0 && random.uniform() < 0.15 ? identities : list };
}

/** An identity or convolution from somewhere that gives `shape` too. */
function anotherEdge(random: Random, built: Built, shape: Shape): Edge | undefined {
  for (let tries = 0; tries < 20; tries++) {
    const source = randomSource(random, built);
    const fits = sameSize(source.shape, shape);
    if (fits && source.shape.channels === shape.channels && source.spec.layers[0] !== INPUT_SOURCE) {
      return { kind: 'identity', source: source.spec, multiplier: new Int32Array(shape.channels) };
    }
    const conv = randomConv(random, source, shape.channels);
    if (sameSize(conv.shape, shape)) return conv.edge;
  }
  return undefined;
}

function sameSize(a: Size2d, b: Size2d): boolean {
  return a.height === b.height && a.width === b.width;
}

function finish(
  random: Random,
  built: Built,
  shape: Shape,
  drafts: readonly Edge[],
): { layer: Layer; rate: number } {
  const single = drafts.length === 1 && drafts[0].kind === 'conv';
  const edges = drafts.map((edge) => ({
    ...edge,
    multiplier: randomMultiplier(random, shape.channels, single),
  }));
  const bias = new Int32Array(shape.channels);
  const threshold = new Int32Array(shape.channels);
  // Now and then a whole layer that never or always fires.
  const forced = random.pick([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 1]);
  for (let c = 0; c < shape.channels; c++) {
    const { mean, deviation } = currentMoments(built, edges, c);
    bias[c] = Math.round((random.uniform() - 0.5) * 2 * deviation);
    const z = forced === 0 ? random.uniform() * 2.4 - 1.2 : forced * 30;
    threshold[c] = bias[c] + Math.round(mean + z * deviation - random.uniform());
  }
  const leak = random.pick([0, 51, 51, 128, 255, random.integer(0, 255)]);
  const layer: Layer = { name: `layer${built.layers.length}`, shape, edges, leak, bias, threshold };
  return { layer, rate: forced === 0 ? 0.4 : forced < 0 ? 1 : 0 };
}

function randomMultiplier(random: Random, channels: number, single: boolean): Int32Array {
  const kind = single
    ? random.pick(['one', 'one', 'power', 'any'])
    : random.pick(['one', 'power', 'any', 'any']);
  const largest = random.pick([3, 100, 1000]);
  return Int32Array.from({ length: channels }, () => {
    if (kind === 'one') return 1;
    if (kind === 'power') return 2 ** random.integer(0, 6);
    return random.integer(-largest, largest);
  });
}

function currentMoments(
  built: Built,
  edges: readonly Edge[],
  channel: number,
): { mean: number; deviation: number } {
  const parts: Moments[] = edges.map((edge) => edgeMoments(built, edge, channel));
  const mean = edges.reduce((total, edge, i) => total + edge.multiplier[channel] * parts[i].mean, 0);
  const variance = edges.reduce(
    (total, edge, i) => total + edge.multiplier[channel] ** 2 * parts[i].variance,
    0,
  );
  return { mean, deviation: Math.sqrt(variance) };
}
