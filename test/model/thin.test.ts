import { expect } from 'chai';
import { elementsOf, type Padding } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import { Interpreter } from '../../src/model/interpreter.js';
import { thinModel } from '../../src/model/thin.js';
import type { ConvEdge, Edge, IdentityEdge, IntegerModel, Layer } from '../../src/model/types.js';
import { validateModel } from '../../src/model/validate.js';
import { randomInput, randomModel } from '../support/random-model.js';
import { tinyModel } from '../support/tiny-model.js';

const NONE: Padding = { top: 0, bottom: 0, left: 0, right: 0 };
const { layers: tinyLayers } = tinyModel();
const [stem, body] = tinyLayers;
const depthwise = body.edges[0] as ConvEdge;
const identity = body.edges[1] as IdentityEdge;
const point: ConvEdge = {
  ...depthwise,
  source: { layers: [0] },
  kernel: { height: 1, width: 1 },
  stride: { height: 2, width: 2 },
  padding: NONE,
  codes: Int8Array.of(1, 3),
};

function withBody(...edges: readonly Edge[]): IntegerModel {
  return tinyModel({ layers: [stem, { ...body, edges }] });
}

function neurons(model: IntegerModel): number {
  return model.layers.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
}

function strideOf({ edges }: Layer): unknown {
  return (edges[0] as ConvEdge).stride;
}

describe('thinning', () => {
  it('keeps the pixels that nearest pooling reads', () => {
    const [first, second] = thinModel(withBody(identity)).layers;
    expect(first.shape).deep.equal({ height: 2, width: 2, channels: 2 });
    expect(strideOf(first)).deep.equal({ height: 2, width: 2 });
    expect(second.edges).deep.equal([{ ...identity, source: { layers: [0] } }]);
  });

  it('keeps the pixels that a kernel of one reads with its stride', () => {
    const [first, second] = thinModel(withBody(point)).layers;
    expect(first.shape).deep.equal({ height: 2, width: 2, channels: 2 });
    expect(strideOf(second)).deep.equal({ height: 1, width: 1 });
  });

  it('goes on to what a thinner layer reads through an identity', () => {
    const straight: Edge = { ...identity, source: { layers: [0] } };
    const middle: Layer = { ...stem, name: 'middle', edges: [straight] };
    const last: Layer = { ...body, edges: [{ ...point, source: { layers: [1] } }] };
    const model = tinyModel({
      layers: [stem, middle, last],
      head: { ...tinyModel().head, layers: [2] },
    });
    const thin = thinModel(model);
    expect(thin.layers.map(({ shape }) => shape.height)).deep.equal([2, 2, 2]);
    expect(thin.layers[1].edges).deep.equal([straight]);
  });

  it('leaves a layer whose readers read different pixels', () => {
    const model = withBody(depthwise, identity);
    expect(thinModel(model)).deep.equal(model);
  });

  it('leaves a layer that the head reads', () => {
    const { head } = tinyModel();
    const model = { ...withBody(point), head: { ...head, layers: [0, 1], codes: new Int8Array(8).fill(1) } };
    expect(thinModel(model)).deep.equal(model);
  });

  it('drops layers that feed nothing', () => {
    const unread = { ...body, name: 'unread' };
    const model = tinyModel({ layers: [stem, unread, body], head: { ...tinyModel().head, layers: [2] } });
    const thin = thinModel(model);
    expect(thin.layers.map(({ name }) => name)).deep.equal(['stem', 'body']);
    expect(thin.head.layers).deep.equal([1]);
  });

  it('gives valid networks with the same logits, whatever the network', () => {
    const random = Random.fromSeed(61);
    let smaller = 0;
    let stepped = 0;
    for (let i = 0; i < 400; i++) {
      const model = randomModel(random, { synapses: 20_000 });
      const thin = thinModel(model);
      validateModel(thin);
      expect(neurons(thin)).at.most(neurons(model));
      if (neurons(thin) === neurons(model)) continue;
      smaller++;
      if (thin.layers.length === model.layers.length) stepped++;
      const [whole, part] = [new Interpreter(model), new Interpreter(thin)];
      for (let k = 0; k < 2; k++) {
        const input = randomInput(random, model);
        expect([...part.run(input).logits]).deep.equal([...whole.run(input).logits]);
      }
      expect(thinModel(thin), 'nothing is left to drop').deep.equal(thin);
    }
    expect(smaller).above(100);
    expect(stepped).above(15);
  });
});
