import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { interpret } from '../../src/model/interpreter.js';
import { listTargets } from '../../src/targets/load.js';
import { writeFirmware, projectModelHash } from '../support/firmware-project.js';
import { randomInput, randomModel } from '../support/random-model.js';
import { Device, u16, u32 } from './device.js';

describe('every emulated board', function () {
  const random = Random.fromSeed(21);

  for (const target of listTargets().filter(({ emulator }) => emulator !== undefined)) {
    // Each a network of its own: the stack's computed bound is held against as many.
    const model = randomModel(random, { synapses: 30_000 });
    const inputs = [1, 2, 3].map(() => randomInput(random, model));

    it(`${target.name} computes the same logits as the reference, in the same number of instructions each time, within its stack`, async () => {
      const device = await Device.start(target, (folder) => {
        writeFirmware(folder, target, model);
      });
      try {
        const hello = await device.next('hello');
        expect(hello).to.include({
          target: target.name,
          modelHash: projectModelHash,
          counterHz: target.counter.hz,
        });
        for (const input of inputs) {
          await device.load(new Uint8Array(input.buffer));
          await device.ask(0x83, 1, [...u32(5), ...u16(2)]);
          const [first, second] = [await device.next('result'), await device.next('result')];
          const reference = interpret(model, input);
          expect(first.logits).to.deep.equal([...reference.logits]);
          expect(first.classIndex).to.equal(reference.classIndex);
          expect(second).to.deep.equal(first);
          expect(first.ticks).to.be.greaterThan(1000);
        }
        await device.ask(0x88, 2);
        expect((await device.next('memory')).stackUsed).to.be.within(200, device.image.stackBytes);
      } finally {
        await device.stop();
      }
    });
  }
});
