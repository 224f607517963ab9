import type { FrontEndSpec } from '../dataset.js';
import type { Samples } from '../recordings.js';
import {
  frontEndError,
  wrongInput,
  type FrontEnd,
  type FrontEndKind,
  type WindowFormat,
} from './front-end.js';
import { image } from './image.js';
import { logMel } from './log-mel.js';
import { raw } from './raw.js';

/** Every front-end there is; a new one is one more line. */
const KINDS: readonly FrontEndKind[] = [image, logMel, raw];

const DEFAULT_KIND: Readonly<Record<WindowFormat['kind'], string>> = {
  pixels: image.kind,
  pcm16: logMel.kind,
};

/** The front-end that a spec (of a data set or a model file) describes. */
export function createFrontEnd(spec: FrontEndSpec): FrontEnd {
  return kindOf(spec).create(spec);
}

/** The complete spec for settings of a definition; without settings the usual front-end of such data. */
export function completeFrontEnd(
  settings: FrontEndSpec | undefined,
  format: WindowFormat,
  training: readonly Samples[],
): FrontEndSpec {
  const wanted = settings ?? { kind: DEFAULT_KIND[format.kind] };
  const kind = kindOf(wanted);
  if (kind.takes !== format.kind) throw wrongInput(kind.kind, kind.takes);
  return kind.complete(wanted, format, training);
}

function kindOf(spec: FrontEndSpec): FrontEndKind {
  const found = KINDS.find(({ kind }) => kind === spec.kind);
  if (found !== undefined) return found;
  throw frontEndError(spec.kind, `is not known; there are ${KINDS.map(({ kind }) => kind).join(', ')}`);
}
