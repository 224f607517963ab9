import { expect } from 'chai';
import { interruptible } from '../../src/cli/interruptible.js';
import { LitesnnError } from '../../src/core/errors.js';
import type { Progress } from '../../src/core/progress.js';

function recorded(): { progress: Progress; calls: string[] } {
  const calls: string[] = [];
  const progress: Progress = {
    start: (label, total) => {
      calls.push(`start ${label} ${total}`);
      return {
        update: (done, detail) => calls.push(`update ${done} ${detail ?? ''}`),
        finish: () => calls.push('finish'),
      };
    },
    note: (text) => calls.push(`note ${text}`),
  };
  return { progress, calls };
}

describe('interruptible progress', () => {
  it('passes everything on until the signal comes, then ends the work', () => {
    const { progress, calls } = recorded();
    const controller = new AbortController();
    const wrapped = interruptible(progress, controller.signal, 'reading data');
    wrapped.note('hello');
    const task = wrapped.start('work', 3);
    task.update(1, 'one');
    controller.abort();
    expect(() => {
      task.update(2);
    })
      .to.throw(LitesnnError, 'reading data was interrupted')
      .with.property('exitCode', 130);
    expect(calls).to.deep.equal(['note hello', 'start work 3', 'update 1 one', 'finish']);
  });
});
