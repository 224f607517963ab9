import { expect } from 'chai';
import fc from 'fast-check';
import { chooseExit, type ExitTrial } from '../../src/search/early-exit.js';

const full = { instructions: 100, right: [true, true, true, false] };

function trial(answers: readonly (readonly [number, boolean])[], instructions = 40): ExitTrial {
  return {
    timesteps: 1,
    instructions,
    answers: answers.map(([margin, right]) => ({ margin, right })),
  };
}

describe('choice of an early exit', () => {
  it('takes the smallest margin that keeps the accuracy', () => {
    const answers = [
      [9, true],
      [8, true],
      [3, false],
      [2, false],
    ] as const;
    const found = chooseExit([trial(answers)], full, 0)!;
    expect(found).include({ timesteps: 1, margin: 8, share: 0.5, accuracy: 0.75, fullAccuracy: 0.75 });
    expect(found.instructions).equal(90);
    // Losing one of four samples pays for all of them.
    expect(chooseExit([trial(answers)], full, 0.25)).include({ margin: 2, share: 1, accuracy: 0.5 });
  });

  it('is none where both passes cost more than all timesteps, on ties, and without samples', () => {
    const answers = [
      [9, true],
      [8, true],
      [3, false],
      [2, false],
    ] as const;
    expect(chooseExit([trial(answers, 51)], full, 0)).equal(undefined);
    expect(chooseExit([trial(answers.map(() => [0, true]))], full, 0)).equal(undefined);
    expect(chooseExit([trial([])], { instructions: 100, right: [] }, 0.5)).equal(undefined);
  });

  it('keeps what it promises on the samples that it was chosen on', () => {
    const sample = fc.record({ margin: fc.nat(20), right: fc.boolean(), fullRight: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer({ min: 1, max: 99 }),
        (samples, loss, instructions) => {
          const right = samples.map(({ fullRight }) => fullRight);
          const found = chooseExit(
            [{ timesteps: 1, instructions, answers: samples }],
            { instructions: 100, right },
            loss,
          );
          if (found === undefined) return;
          const early = samples.filter(({ margin }) => margin >= found.margin);
          const correct =
            early.filter((s) => s.right).length +
            samples.filter((s) => s.margin < found.margin && s.fullRight).length;
          expect(found.share).closeTo(early.length / samples.length, 1e-12);
          expect(found.accuracy).closeTo(correct / samples.length, 1e-12);
          expect(found.fullAccuracy - found.accuracy).at.most(loss + 1e-9);
          expect(found.instructions).lessThan(100);
        },
      ),
    );
  });
});
