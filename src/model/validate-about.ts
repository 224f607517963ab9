import { demand, isIntegerIn } from './demand.js';
import { MODEL_LIMITS } from './limits.js';
import type { IntegerModel } from './types.js';

/** Names and origin: everything in a model that is not arithmetic. */
export function validateAbout(model: IntegerModel): void {
  demand(
    isIntegerIn(model.name.length, 1, MODEL_LIMITS.nameLength),
    'MODEL_NAME',
    `its name has ${model.name.length} characters, not 1 to ${MODEL_LIMITS.nameLength}`,
  );
  validateClasses(model.classes);
  demand(model.frontEnd.kind.length > 0, 'MODEL_FRONT_END', 'its front-end has no kind');
  const { seed, ...texts } = model.provenance;
  demand(Number.isSafeInteger(seed), 'MODEL_SEED', `the seed ${seed} is not an integer`);
  for (const [key, text] of Object.entries(texts)) {
    demand(
      text.length <= MODEL_LIMITS.textLength,
      'MODEL_PROVENANCE',
      `provenance.${key} is longer than ${MODEL_LIMITS.textLength}`,
    );
  }
}

function validateClasses(classes: readonly string[]): void {
  const { length } = classes;
  demand(
    isIntegerIn(length, 1, MODEL_LIMITS.classes),
    'MODEL_CLASS_COUNT',
    `${length} classes, not 1 to ${MODEL_LIMITS.classes}`,
  );
  classes.forEach((name, index) => {
    demand(
      isIntegerIn(name.length, 1, MODEL_LIMITS.nameLength),
      'MODEL_CLASS_NAME',
      `the name of class ${index} has ${name.length} characters, not 1 to ${MODEL_LIMITS.nameLength}`,
    );
  });
  demand(new Set(classes).size === length, 'MODEL_CLASS_DUPLICATE', 'two classes have the same name');
}
