// The strings of the user interface, read from the sources: what `l10n/bundle.l10n.json` must hold.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import ts from 'typescript';
import { root } from './project.mjs';

/** The bundle, relative to the repository. */
export const BUNDLE = 'l10n/bundle.l10n.json';

/** The text of the bundle: all calls of `vscode.l10n.t` and all `phrase` templates in `src`, sorted. */
export async function bundleText() {
  const folder = join(root, 'src');
  const files = readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, contents: readFileSync(join(folder, path), 'utf8') }));
  const calls = files
    .filter(({ contents }) => contents.includes('l10n.t('))
    .map(({ contents }) => ({ contents, extension: '.ts' }));
  const strings = new Map(Object.entries(await getL10nJson(calls)));
  for (const { path, contents } of files) {
    if (!contents.includes('phrase`')) continue;
    for (const text of phrasesIn(path, contents)) if (!strings.has(text)) strings.set(text, text);
  }
  const sorted = [...strings].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

/** The texts of the templates that are tagged `phrase`, as `phrase` itself makes them: {0}, {1} … for the values. */
export function phrasesIn(path, contents) {
  const found = [];
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'phrase') found.push(textOf(node.template));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, contents, ts.ScriptTarget.Latest, true));
  return found;
}

function textOf(template) {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce((text, { literal }, i) => `${text}{${i}}${literal.text}`, template.head.text);
}
