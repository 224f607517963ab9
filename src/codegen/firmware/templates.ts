import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../../core/paths.js';
import { provenanceLines, type ProvenanceFacts } from '../provenance.js';
import type { GeneratedFile } from '../generated-file.js';

const templatesFolder = join(packageRoot, 'templates');

/** Renders `templates/<template>` into `path`; a template that asks for what the view lacks is a defect and throws. */
export function renderTemplate(
  template: string,
  path: string,
  view: object,
  facts: ProvenanceFacts,
): GeneratedFile {
  const source = readFileSync(join(templatesFolder, template), 'utf8');
  const render = Handlebars.compile<object>(source, { noEscape: true, strict: true });
  return { path, contents: withProvenance(path, render(view), facts) };
}

/** Every `.c` and `.h` file directly in `templates/<from>`, into the folder `to` of the project. */
export function copySources(from: string, to: string, facts: ProvenanceFacts): GeneratedFile[] {
  return readdirSync(join(templatesFolder, from))
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => {
      const path = `${to}/${name}`;
      return {
        path,
        contents: withProvenance(path, readFileSync(join(templatesFolder, from, name), 'utf8'), facts),
      };
    });
}

function withProvenance(path: string, contents: string, facts: ProvenanceFacts): string {
  const lines = provenanceLines(facts);
  const header = /\.(c|h|ld)$/.test(path)
    ? `/*\n${lines.map((line) => ` * ${line}`).join('\n')}\n */`
    : lines.map((line) => `# ${line}`).join('\n');
  return `${header}\n\n${contents}`;
}
