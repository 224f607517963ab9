import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../core/paths.js';
import type { Summary } from './summary.js';
import { reportView } from './view.js';
import { type Language, languages } from './words.js';

/** One self-contained HTML page: inline SVG, no script, no link; every language in it, `language` shown first. */
export function renderReport(summary: Summary, language: Language): string {
  const handlebars = Handlebars.create();
  const load = (name: string): string => readFileSync(join(packageRoot, 'templates', 'report', name), 'utf8');
  handlebars.registerPartial('body', load('body.hbs'));
  handlebars.registerPartial('figures', load('figures.hbs'));
  const page = handlebars.compile(load('page.hbs'), { strict: true });
  return page({
    name: summary.name,
    language,
    style: load('style.css'),
    views: languages.map((code) => ({ ...reportView(summary, code), first: code === language })),
  });
}
