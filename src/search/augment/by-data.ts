import type { LearningSplits } from '../../data/dataset.js';
import type { Along, AugmentSpec } from './spec.js';

/** A spec, or: what suits the data. */
export type AugmentChoice = AugmentSpec | 'by-data';

/** Class of recordings without any word, in Speech Commands and sets like it. */
const NOISE_CLASS = '_silence_';

/** What suits data of this kind, told by its front-end; a spec is taken as it is. */
export function augmentationFor(
  choice: AugmentChoice | undefined,
  data: Pick<LearningSplits, 'classes' | 'shape' | 'frontEnd'>,
): AugmentSpec | undefined {
  if (choice !== 'by-data') return choice;
  const { height, width, channels } = data.shape;
  const share = (along: Along): Along => ({
    rows: Math.round(along.rows * height),
    columns: Math.round(along.columns * width),
  });
  switch (data.frontEnd.kind) {
    case 'log-mel':
      return {
        shift: share({ rows: 0.075, columns: 0 }),
        stretch: { rows: 0.15, columns: 0.12 },
        // Half a standard deviation of the front-end's output.
        offset: 24,
        background: backgroundOf(data.classes),
        mask: { widest: share({ rows: 0.125, columns: 0.125 }), count: { rows: 1, columns: 1 } },
      };
    case 'raw':
      return { shift: share({ rows: 0, columns: 0.05 }), amplitude: 0.2, noise: 3 };
    case 'image':
      // Colour pictures show things, which may be mirrored; grey ones may show letters.
      return channels === 3
        ? { shift: share({ rows: 0.1, columns: 0.1 }), flip: true, cutout: Math.round(0.25 * width) }
        : { shift: share({ rows: 0.05, columns: 0.05 }) };
    default:
      return undefined;
  }
}

function backgroundOf(classes: readonly string[]): AugmentSpec['background'] {
  const label = classes.indexOf(NOISE_CLASS);
  return label < 0 ? undefined : { label, share: 0.5, lowered: 100 };
}
