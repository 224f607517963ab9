import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { chainInput, chainModel } from '../support/chain-model.js';
import { countInstructions } from '../support/instructions.js';
import { missingTools } from '../support/qemu-c.js';

/** The layer of the kernel figures: 3x3, 16x16 pixels, 32 to 32 channels, padding 1. */
const INPUT = { height: 16, width: 16, channels: 32 };
const CONNECTIONS = 9 * 16 * 16 * 32 * 32;
const TIMESTEPS = 2;
const RATE = 0.1;

describe('instructions on a Cortex-M4', function () {
  before(async function () {
    const missing = await missingTools(['arm-none-eabi-gcc', 'qemu-system-arm']);
    if (missing.length === 0) return;
    console.warn(`skipped: ${missing.join(' and ')} not found (Debian: gcc-arm-none-eabi qemu-system-arm)`);
    this.skip();
  });

  for (const bits of [1, 2, 4] as const) {
    it(`${bits}-bit weights at 10 % firing: below 0.3 a connection and timestep, and near the prediction`, async () => {
      const random = Random.fromSeed(31);
      const model = chainModel(random, { input: INPUT, timesteps: TIMESTEPS, channels: [32], bits, keep: 1 });
      const [, layer] = await countInstructions(model, chainInput(random, INPUT, RATE), 'fast');
      const predicted = planNetwork(model, undefined, { firingRate: RATE }).layers[1].instructions;
      expect(layer / (CONNECTIONS * TIMESTEPS)).below(0.3);
      expect(predicted / layer).within(1 / 1.3, 1.3);
    });
  }

  it('are at least 40 times fewer than with the reference kernel', async () => {
    const random = Random.fromSeed(32);
    const model = chainModel(random, {
      input: INPUT,
      timesteps: TIMESTEPS,
      channels: [32],
      bits: 4,
      keep: 1,
    });
    const input = chainInput(random, INPUT, RATE);
    const [, fast] = await countInstructions(model, input, 'fast');
    const [, reference] = await countInstructions(model, input, 'reference');
    expect(reference / fast).above(40);
  });
});
