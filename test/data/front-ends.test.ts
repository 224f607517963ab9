import { expect } from 'chai';
import fc from 'fast-check';
import type { FrontEndSpec } from '../../src/data/dataset.js';
import { completeFrontEnd, createFrontEnd } from '../../src/data/front-ends/registry.js';
import { failure } from './fixtures.js';

function applied(spec: FrontEndSpec, samples: Int16Array | Uint8Array): number[] {
  const frontEnd = createFrontEnd(spec);
  const { height, width, channels } = frontEnd.shape;
  const out = new Int8Array(height * width * channels);
  frontEnd.apply(samples, out);
  return [...out];
}

describe('front-end image', () => {
  const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
  const format = (channels: number) =>
    ({ kind: 'pixels', shape: { height: 1, width: 256, channels } }) as const;

  it('halves grey images and centres colour images', () => {
    const grey = completeFrontEnd(undefined, format(1), []);
    expect(applied(grey, pixels)).to.deep.equal([...pixels].map((pixel) => pixel >> 1));
    const colour = completeFrontEnd(undefined, format(3), []);
    const triple = Uint8Array.from({ length: 768 }, (_, i) => i % 256);
    expect(applied(colour, triple)).to.deep.equal([...triple].map((pixel) => pixel - 128));
  });

  it('takes other parameters, and refuses those that leave int8', async () => {
    const centred = completeFrontEnd({ kind: 'image', offset: 128, shift: 1 }, format(1), []);
    expect(applied(centred, Uint8Array.from(pixels)).slice(0, 2)).to.deep.equal([-64, -64]);
    const white = completeFrontEnd({ kind: 'image', offset: 10, shift: 0 }, format(1), []);
    await failure('FRONT_END_INVALID', () => createFrontEnd(white));
    const black = completeFrontEnd({ kind: 'image', offset: 200, shift: 0 }, format(1), []);
    await failure('FRONT_END_INVALID', () => createFrontEnd(black));
  });
});

describe('front-end raw', () => {
  const format = { kind: 'pcm16', sampleRate: 8000, samples: 4 } as const;

  it('shifts, rounds half up and clamps', () => {
    const spec = { kind: 'raw', sampleRate: 8000, samples: 4, shift: 8 };
    expect(applied(spec, Int16Array.of(-32768, 128, 127, 32767))).to.deep.equal([-128, 1, 0, 127]);
    expect(applied({ ...spec, shift: 0 }, Int16Array.of(-129, 5, 127, 128))).to.deep.equal([
      -128, 5, 127, 127,
    ]);
  });

  it('chooses the shift from the training windows', () => {
    const chosen = (...peak: number[]): unknown =>
      completeFrontEnd({ kind: 'raw' }, format, [Int16Array.from(peak)]).shift;
    expect(chosen(100, -100)).to.equal(0);
    expect(chosen(1000, -1000)).to.equal(3);
    expect(chosen(32767, -32768)).to.equal(8);
  });
});

describe('front-end specs', () => {
  it('are refused unless they are complete, in range and fully understood', async () => {
    const good = { kind: 'raw', sampleRate: 8000, samples: 4, shift: 8 };
    for (const bad of [
      { ...good, shift: 9 },
      { ...good, shift: 1.5 },
      { ...good, extra: 1 },
      { kind: 'raw', samples: 4, shift: 8 },
      { kind: 'other' },
    ]) {
      await failure('FRONT_END_INVALID', () => createFrontEnd(bad));
    }
  });

  it('give the same bits after a trip through JSON', () => {
    const format = { kind: 'pcm16', sampleRate: 8000, samples: 1000 } as const;
    const settings = { kind: 'log-mel', frames: 5, mels: 8 };
    fc.assert(
      fc.property(fc.int16Array({ minLength: 1000, maxLength: 1000 }), (window) => {
        const spec = completeFrontEnd(settings, format, [window]);
        const again = JSON.parse(JSON.stringify(spec)) as FrontEndSpec;
        expect(applied(again, window)).to.deep.equal(applied(spec, window));
      }),
      { numRuns: 20 },
    );
  });
});
