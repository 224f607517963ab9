import { expect } from 'chai';
import { LitesnnError } from '../../../src/core/errors.js';
import { instantiateKernels, loadKernels, type Kernels } from '../../../src/training/spike/kernels.js';
import { partsOf, type Programs } from '../../../src/training/spike/program.js';
import { controlWords, TeamMember } from '../../../src/training/spike/team.js';

const PARTS = partsOf(7, 3);
const ITEMS = 5;

/** Two phases; tasks and calls are told apart by their descriptors. */
const SETUP: Programs = {
  programs: [
    [
      {
        tasks: [
          { kernel: 'prepareWeights', descriptor: 1, owner: 0 },
          { kernel: 'prepareWeights', descriptor: 2, owner: 1 },
        ],
        calls: [],
      },
      {
        tasks: [],
        calls: [
          { kernel: 'loadInput', descriptor: 3 },
          { kernel: 'headForward', descriptor: 4 },
        ],
      },
    ],
  ],
  parts: PARTS,
  control: 0,
  threads: 2,
  items: ITEMS,
};

/** Real exports, but for what the setup calls. */
async function recordingKernels(
  memory: WebAssembly.Memory,
  record: (call: string) => void,
): Promise<Kernels> {
  return {
    ...instantiateKernels(await loadKernels(), memory),
    prepareWeights: (descriptor) => {
      record(`prepareWeights ${descriptor}`);
    },
    loadInput: (descriptor, part, from, to) => {
      record(`loadInput ${descriptor} ${part} ${from}-${to}`);
    },
    headForward: (descriptor, part, from, to) => {
      record(`headForward ${descriptor} ${part} ${from}-${to}`);
    },
  };
}

function sharedMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({
    initial: Math.ceil((4 * controlWords(ITEMS)) / 65536),
    maximum: 1,
    shared: true,
  });
}

describe('spike team', () => {
  it('does everything once, in order, though the other thread never comes', async () => {
    const memory = sharedMemory();
    const calls: string[] = [];
    const leader = new TeamMember(
      SETUP,
      await recordingKernels(memory, (call) => calls.push(call)),
      memory,
      0,
    );
    const once = [
      'prepareWeights 1',
      'prepareWeights 2',
      ...['loadInput 3 0 0-2', 'headForward 4 0 0-2'],
      ...['loadInput 3 2 4-7', 'headForward 4 2 4-7'],
      ...['loadInput 3 1 2-4', 'headForward 4 1 2-4'],
    ];
    leader.command(0);
    expect(calls).to.deep.equal(once);
    leader.command(0);
    expect(calls).to.deep.equal([...once, ...once]);
  });

  it('lets a thread that comes too late do nothing', async () => {
    const memory = sharedMemory();
    const late: string[] = [];
    const leader = new TeamMember(SETUP, await recordingKernels(memory, () => undefined), memory, 0);
    const follower = new TeamMember(
      SETUP,
      await recordingKernels(memory, (call) => late.push(call)),
      memory,
      1,
    );
    leader.command(0);
    leader.command(0);
    leader.stop();
    follower.obey();
    expect(late).to.deep.equal([]);
  });

  it('fails for good when a kernel fails', async () => {
    const memory = sharedMemory();
    const kernels = await recordingKernels(memory, (call) => {
      if (call.startsWith('loadInput')) throw new Error('out of bounds');
    });
    const leader = new TeamMember(SETUP, kernels, memory, 0);
    expect(() => {
      leader.command(0);
    }).to.throw('out of bounds');
    expect(() => {
      leader.command(0);
    })
      .to.throw(LitesnnError)
      .with.property('code', 'TRAINING_THREAD_FAILED');
  });
});
