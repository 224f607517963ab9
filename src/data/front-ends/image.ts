import { z } from 'zod';
import type { FrontEndSpec } from '../dataset.js';
import {
  checkedParameters,
  frontEndError,
  wrongInput,
  type FrontEnd,
  type FrontEndKind,
} from './front-end.js';

const KIND = 'image';

const optionalParameters = {
  offset: z.number().int().min(0).max(255).optional(),
  shift: z.number().int().min(0).max(7).optional(),
};

const settingsSchema = z.strictObject({ kind: z.literal(KIND), ...optionalParameters });

const specSchema = z.strictObject({
  kind: z.literal(KIND),
  height: z.number().int().positive(),
  width: z.number().int().positive(),
  channels: z.number().int().positive(),
  offset: z.number().int().min(0).max(255),
  shift: z.number().int().min(0).max(7),
});

/**
 * `out = (pixel - offset) >> shift`, pixel 0..255, for each value where it stands.
 *
 * Grey images default to `pixel >> 1` (0..127): on black ground a background of 0 then gives no current. Colour images default to
 * `pixel - 128`.
 */
export const image: FrontEndKind = {
  kind: KIND,
  takes: 'pixels',
  create,
  complete: (settings, format) => {
    if (format.kind !== 'pixels') throw wrongInput(KIND, 'pixels');
    const usual = format.shape.channels === 1 ? { offset: 0, shift: 1 } : { offset: 128, shift: 0 };
    const { offset = usual.offset, shift = usual.shift } = checkedParameters(settingsSchema, settings);
    const { height, width, channels } = format.shape;
    return { kind: KIND, height, width, channels, offset, shift };
  },
};

function create(spec: FrontEndSpec): FrontEnd {
  const { height, width, channels, offset, shift } = checkedParameters(specSchema, spec);
  if ((255 - offset) >> shift > 127)
    throw frontEndError(KIND, `white does not fit int8 at offset ${offset}, shift ${shift}`);
  if (-offset >> shift < -128)
    throw frontEndError(KIND, `black does not fit int8 at offset ${offset}, shift ${shift}`);
  return {
    spec,
    shape: { height, width, channels },
    apply: (pixels, out) => {
      for (let i = 0; i < pixels.length; i++) out[i] = (pixels[i] - offset) >> shift;
    },
  };
}
