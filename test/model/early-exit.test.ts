import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { inferWithExit, marginOf } from '../../src/model/early-exit.js';
import { Interpreter } from '../../src/model/interpreter.js';
import { chainInput, chainModel } from '../support/chain-model.js';

describe('early exit', () => {
  it('margins are between the two largest logits, in any order, and may be wider than 31 bits', () => {
    expect(marginOf(Int32Array.of(3, 9, 7))).equal(2);
    expect(marginOf(Int32Array.of(9, 7, 3))).equal(2);
    expect(marginOf(Int32Array.of(5, -1, 5))).equal(0);
    expect(marginOf(Int32Array.of(-0x80000000, 0x7fffffff))).equal(0xffffffff);
  });

  it('answers as the first timesteps alone where the margin is reached, else as all of them', () => {
    const random = Random.fromSeed(12);
    const input = { height: 4, width: 4, channels: 3 };
    const model = chainModel(random, { input, timesteps: 3, channels: [8], bits: 4, keep: 1, threshold: 2 });
    const interpreter = new Interpreter(model);
    const values = chainInput(random, input, 1);
    const early = interpreter.run(values, { timesteps: 2 });
    const margin = Math.max(1, marginOf(early.logits));
    const reached = marginOf(early.logits) >= margin;
    expect(inferWithExit(interpreter, values, { timesteps: 2, margin })).deep.equal(
      reached ? early : interpreter.run(values),
    );
    const out = inferWithExit(interpreter, values, { timesteps: 2, margin: marginOf(early.logits) + 1 });
    expect(out).deep.equal(interpreter.run(values));
    expect(inferWithExit(interpreter, values, undefined)).deep.equal(interpreter.run(values));
  });
});
