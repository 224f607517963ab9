import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { silentProgress } from '../../src/core/progress.js';
import { runStage, type LoopControl, type Stage } from '../../src/search/loop.js';

/** A stage whose outcome depends on every step, on the order of the steps, and on its state. */
class Recurrence implements Stage {
  readonly label = 'recurrence';
  readonly epochs = 3;
  readonly stepsPerEpoch = 4;
  readonly value = new Float32Array([0.5]);
  stepsRun = 0;
  private sum = 0;

  constructor(
    readonly fingerprint = 'a',
    private readonly beforeStep: (step: number) => void = () => undefined,
  ) {}

  step(step: number): Promise<string> {
    this.beforeStep(step);
    this.stepsRun++;
    this.value[0] = 3.7 * this.value[0] * (1 - this.value[0]) + 1e-3 * step;
    this.sum += this.value[0];
    return Promise.resolve('');
  }

  endEpoch(epoch: number): Promise<{ epoch: number; sum: number }> {
    const { sum } = this;
    this.sum = 0;
    return Promise.resolve({ epoch, sum });
  }

  tensors(): ReadonlyMap<string, Float32Array> {
    return new Map([['value', this.value]]);
  }

  restoreTensors(saved: ReadonlyMap<string, Float32Array>): void {
    this.value.set(saved.get('value')!);
  }

  state(): unknown {
    return { sum: this.sum };
  }

  restoreState(saved: unknown): void {
    this.sum = (saved as { sum: number }).sum;
  }
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (error instanceof LitesnnError) return `${error.code} ${error.exitCode}`;
    throw error;
  }
  return 'none';
}

describe('search: stages and checkpoints', () => {
  let folder: string;
  const control = (more: Partial<LoopControl> = {}): LoopControl => ({
    folder,
    progress: silentProgress,
    ...more,
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'litesnn-loop-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function uninterrupted(): Promise<{ value: number; history: unknown }> {
    const stage = new Recurrence();
    const { history } = await runStage(stage, control({ folder: join(folder, 'whole') }));
    return { value: stage.value[0], history };
  }

  for (let killedAt = 0; killedAt < 12; killedAt++) {
    it(`killed before step ${killedAt}, it ends as if it had not been`, async () => {
      const whole = await uninterrupted();
      const killed = new Recurrence('a', (step) => {
        if (step === killedAt) throw new Error('killed');
      });
      let time = 0;
      const now = (): number => (time += 1000);
      // Ticks once a step or more: a checkpoint every few steps, so that work is lost and repeated.
      await runStage(killed, control({ checkpointSeconds: 3, now })).catch(() => undefined);
      const resumed = new Recurrence();
      const { history } = await runStage(resumed, control());
      expect(resumed.value[0]).to.equal(whole.value);
      expect(history).to.deep.equal(whole.history);
      if (killedAt > 4) expect(resumed.stepsRun).to.be.lessThan(12);
    });
  }

  it('aborted, it saves, says so with exit code 130, and loses nothing', async () => {
    const abort = new AbortController();
    const first = new Recurrence('a', (step) => {
      if (step === 5) abort.abort();
    });
    expect(await codeOf(runStage(first, control({ signal: abort.signal })))).to.equal('INTERRUPTED 130');
    const second = new Recurrence();
    await runStage(second, control());
    expect(second.stepsRun).to.equal(12 - 6);
    expect(second.value[0]).to.equal((await uninterrupted()).value);
  });

  it('finished, it runs no step again', async () => {
    const first = new Recurrence();
    await runStage(first, control());
    const second = new Recurrence();
    await runStage(second, control());
    expect(second.stepsRun).to.equal(0);
    expect(second.value[0]).to.equal(first.value[0]);
  });

  it('keeps one binary file', async () => {
    await runStage(new Recurrence(), control({ checkpointSeconds: 0 }));
    expect(readdirSync(folder).filter((name) => name.endsWith('.bin'))).to.have.length(1);
  });

  it('a kill between the two files of a checkpoint leaves the older one whole', async () => {
    const killed = new Recurrence('a', (step) => {
      if (step === 7) throw new Error('killed');
    });
    await runStage(killed, control({ checkpointSeconds: 0 })).catch(() => undefined);
    // What a kill after the first of the two writes leaves behind.
    writeFileSync(join(folder, 'checkpoint-0123456789abcdef.bin'), 'half');
    const resumed = new Recurrence();
    await runStage(resumed, control());
    expect(resumed.value[0]).to.equal((await uninterrupted()).value);
    expect(existsSync(join(folder, 'checkpoint-0123456789abcdef.bin'))).to.equal(false);
  });

  it('refuses a checkpoint of another run and a damaged one', async () => {
    await runStage(new Recurrence(), control());
    expect(await codeOf(runStage(new Recurrence('b'), control()))).to.equal('CHECKPOINT_OTHER_RUN 2');
    const binary = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.bin'))!,
    );
    const bytes = readFileSync(binary);
    bytes[0] ^= 1;
    writeFileSync(binary, bytes);
    expect(await codeOf(runStage(new Recurrence(), control()))).to.equal('CHECKPOINT_DAMAGED 2');
    rmSync(binary);
    expect(await codeOf(runStage(new Recurrence(), control()))).to.equal('CHECKPOINT_DAMAGED 2');
    writeFileSync(join(folder, 'checkpoint.json'), '{}');
    expect(await codeOf(runStage(new Recurrence(), control()))).to.equal('CHECKPOINT_DAMAGED 2');
  });
});
