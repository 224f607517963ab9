import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../core/paths.js';
import type { Comparison } from './compare/comparison.js';
import { comparisonView, comparisonViews } from './compare/view.js';
import type { Predictions } from './predictions/predictions.js';
import { predictionsView } from './predictions/view.js';
import type { Summary } from './summary.js';
import { reportView } from './view.js';
import { type Language, languages } from './words.js';

function templates(): { readonly handlebars: typeof Handlebars; readonly load: (name: string) => string } {
  const handlebars = Handlebars.create();
  const load = (name: string): string => readFileSync(join(packageRoot, 'templates', 'report', name), 'utf8');
  for (const name of ['figures', 'comparison']) handlebars.registerPartial(name, load(`${name}.hbs`));
  return { handlebars, load };
}

/**
 * One self-contained HTML page: inline SVG, no script, no link; every language in it, `language` shown first.
 * @param comparison a section of its own where there is one
 */
export function renderReport(summary: Summary, language: Language, comparison?: Comparison): string {
  const { handlebars, load } = templates();
  handlebars.registerPartial('body', load('body.hbs'));
  const page = handlebars.compile(load('page.hbs'), { strict: true });
  return page({
    name: summary.name,
    language,
    style: load('style.css'),
    views: languages.map((code) => ({
      ...reportView(summary, code),
      comparison: comparison === undefined ? null : comparisonView(comparison, code),
      first: code === language,
    })),
  });
}

/** The comparison alone, as a page of the same kind. */
export function renderComparison(name: string, comparison: Comparison, language: Language): string {
  const { handlebars, load } = templates();
  handlebars.registerPartial('body', load('comparison-page.hbs'));
  const page = handlebars.compile(load('page.hbs'), { strict: true });
  return page({
    name,
    language,
    style: load('style.css'),
    views: comparisonViews(comparison).map((view) => ({
      language: view.language,
      name,
      comparison: view,
      first: view.language === language,
    })),
  });
}

/** How predictions of energy and time held, as a page of the same kind. */
export function renderPredictions(predictions: Predictions, language: Language): string {
  const { handlebars, load } = templates();
  handlebars.registerPartial('body', load('predictions-page.hbs'));
  const page = handlebars.compile(load('page.hbs'), { strict: true });
  return page({
    name: predictions.name,
    language,
    style: load('style.css'),
    views: languages.map((code) => ({ ...predictionsView(predictions, code), first: code === language })),
  });
}
