import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { LitesnnError } from '../../../src/core/errors.js';
import type { StepResult, TensorMap } from '../../../src/training/engine.js';
import { createSpikeEngine } from '../../../src/training/spike/engine.js';
import { SpikeSession } from '../../../src/training/spike/session.js';
import { expectClose } from '../../support/engine-agreement.js';
import { engineObjective, EVERYTHING, randomCase, randomObjective } from '../../support/training-cases.js';
import { descend } from './descend.js';

interface Run {
  readonly results: StepResult[];
  readonly parameters: TensorMap;
  readonly bytes: number[];
}

/** A few steps of gradient descent on one batch of a network that uses everything. */
async function train(threads: number, steps: number): Promise<Run> {
  const { graph, batch, parameters, inputs, mix } = randomCase(EVERYTHING, 9, 7);
  const objective = engineObjective(randomObjective(graph, batch, 7));
  const session = await (await createSpikeEngine({ threads })).compile(graph, batch, parameters);
  try {
    const results: StepResult[] = [];
    const bytes: number[] = [];
    for (let step = 0; step < steps; step++) {
      results.push(await session.step(inputs, mix, objective));
      if (session instanceof SpikeSession) bytes.push(session.memoryBytes);
      descend(session.parameters, session.gradients);
    }
    return {
      results,
      bytes,
      parameters: new Map([...session.parameters].map(([name, values]) => [name, values.slice()])),
    };
  } finally {
    session.dispose();
  }
}

describe('spike session', () => {
  for (const threads of [1, 2, 3]) {
    it(`gives the same bits in every run with ${threads} threads`, async () => {
      const [first, second] = [await train(threads, 4), await train(threads, 4)];
      expect(second.results).to.deep.equal(first.results);
      expect(second.parameters).to.deep.equal(first.parameters);
    });
  }

  it('gives the same bits with 1, 2 and 4 threads', async () => {
    const alone = await train(1, 4);
    for (const threads of [2, 4]) {
      const together = await train(threads, 4);
      expect(together.results).to.deep.equal(alone.results);
      expect(together.parameters).to.deep.equal(alone.parameters);
    }
  });

  it('agrees to rounding with a batch in other parts', async () => {
    const four = (await train(1, 1)).results[0];
    const six = (await train(6, 1)).results[0];
    expectClose('logits', six.logits, four.logits);
    expectClose('gates', six.mixGradient.gates, four.mixGradient.gates);
  });

  it('never grows its memory', async () => {
    const { bytes } = await train(2, 5);
    expect(bytes).to.have.length(5);
    expect(new Set(bytes).size).to.equal(1);
  });

  it('takes over tensors that were put into the map', async () => {
    const { graph, batch, parameters, inputs, mix } = randomCase(EVERYTHING, 3, 5);
    const engine = await createSpikeEngine({ threads: 1 });
    const changed = await engine.compile(graph, batch, parameters);
    const before = await changed.evaluate(inputs, mix);
    const bias = Float32Array.of(1, 2, 3, 4);
    const old = parameters.get('head.b')!;
    changed.parameters.set('head.b', bias);
    const after = await changed.evaluate(inputs, mix);
    changed.dispose();
    const expected = before.logits.map((logit, i) => logit - old[i % 4] + bias[i % 4]);
    expectClose('logits', after.logits, expected);
  });

  it('refuses a batch of another size, and any after its end', async () => {
    const { graph, batch, parameters, inputs, mix } = randomCase(EVERYTHING, 2, 5);
    const session = await (await createSpikeEngine({ threads: 2 })).compile(graph, batch, parameters);
    const codeOf = (inputsGiven: Int8Array): Promise<string> =>
      session.evaluate(inputsGiven, mix).then(
        () => 'accepted',
        (error: unknown) => (error instanceof LitesnnError ? error.code : String(error)),
      );
    expect(await codeOf(inputs.subarray(1))).to.equal('TRAINING_BATCH_SIZE');
    session.dispose();
    expect(await codeOf(inputs)).to.equal('TRAINING_DISPOSED');
  });

  it('does not keep the process alive', function () {
    const url = (path: string): string => new URL(path, import.meta.url).href;
    const script = `
      import { createSpikeEngine } from '${url('../../../src/training/spike/engine.js')}';
      import { EVERYTHING, randomCase } from '${url('../../support/training-cases.js')}';
      const { graph, batch, parameters, inputs, mix } = randomCase(EVERYTHING, 4, 1);
      const session = await (await createSpikeEngine({ threads: 3 })).compile(graph, batch, parameters);
      const { rates } = await session.evaluate(inputs, mix);
      console.log(rates.length);`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 10000,
    });
    expect(child.stderr).to.equal('');
    expect(child.stdout.trim()).to.equal(String(EVERYTHING.populations.length * EVERYTHING.timesteps));
    expect(child.status).to.equal(0);
  });
});
