import { shapeText, type Shape } from '../core/geometry.js';
import { ExitCode, LitesnnError } from '../core/errors.js';

export function inputTooSmall(input: Shape, halvings: number): LitesnnError {
  return new LitesnnError(
    'SPACE_INPUT_TOO_SMALL',
    ExitCode.usage,
    `an input of ${shapeText(input)} is too small to be halved ${halvings} times after the stem`,
    { hint: 'use fewer resolutions (levels) or a stem without stride' },
  );
}

export function interrupted(stage: string, folder: string): LitesnnError {
  return new LitesnnError('INTERRUPTED', ExitCode.interrupted, `${stage} was interrupted`, {
    hint: `the state is saved in ${folder}: run the same command again to continue`,
  });
}

/** A loss that is not a number never becomes one again: better to stop than to train on. */
export function checkFinite(stage: string, step: number, loss: number): void {
  if (Number.isFinite(loss)) return;
  throw new LitesnnError(
    'TRAINING_DIVERGED',
    ExitCode.internal,
    `${stage}: the loss is ${loss} at step ${step}`,
    {
      hint: 'lower the learning rate, or check the data for constant or extreme inputs',
    },
  );
}
