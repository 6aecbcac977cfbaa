// What is checked: Markdown files and the strings of the user interface, each with a way from an offset to a line.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { root } from '../lib/project.mjs';

/** Names of files, settings, keys, tensors and signals, and what stands in backticks already. */
const CODE =
  /`[^`]*`|npm run [^.]*|--\w[\w-]*|(?<!\w)\.?\w[\w-]*(?:\.[a-z]\w*)+\b(?:=\w+)?|\b\w+_\w+\b(?:=\w+)?|\b[a-z]+[A-Z]\w*\b|\bSIG[A-Z]+\b|\bB?F\d\d\b|\bsafetensors\b|\S+\/\S+/g;

/** Texts that are data: a manuscript to try things in, and what tests read. */
const NOT_PROSE = /^(samples|test\/e2e\/fixtures)\//;

/** Paths of the repository's Markdown files, relative to its root. */
export function markdownFiles() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n');
  return listed.filter((file) => file && !NOT_PROSE.test(file) && existsSync(join(root, file)));
}

/** @returns {{ file: string, text: string, prose: string, lineAt: (offset: number) => number }} */
export function readMarkdown(path) {
  const file = relative(root, resolve(root, path)).replaceAll('\\', '/');
  return markdown(file, readFileSync(join(root, file), 'utf8'));
}

/** A document whose `prose` has the same offsets as its `text`, without what isn't prose. */
export function markdown(file, text) {
  const newlines = [...text.matchAll(/\n/g)].map(({ index }) => index);
  const lineAt = (offset) => newlines.filter((index) => index < offset).length + 1;
  return { file, text, prose: proseOf(text), lineAt };
}

/** Blanks out by code, which the grammar checker passes over; a line's length and number stay. */
function proseOf(text) {
  const asCode = (match) => `\`${'x'.repeat(match.length - 2)}\``;
  const blank = (match) => match.replace(/[^\n]/g, ' ');
  return text
    .replace(/^---\n[\s\S]*?\n---\n/, blank)
    .replace(/<!-- language: off -->[\s\S]*?<!-- language: on -->/g, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/^```[\s\S]*?^```/gm, blank)
    .replace(/(?<=\]\()[^)\s]*(?=\))/g, (url) => 'x'.repeat(url.length))
    .replace(/(<kbd>[^<]*<\/kbd>\+?)+/g, asCode);
}

/** The texts of the user interface: those of the manifest and those of the code. */
export function readStrings() {
  return ['package.nls.json', 'l10n/bundle.l10n.json'].flatMap((file) => {
    if (!existsSync(join(root, file))) return [];
    const source = readFileSync(join(root, file), 'utf8');
    return strings(file, source);
  });
}

/** The strings of a JSON file of translatable texts. */
export function strings(file, source) {
  return Object.entries(JSON.parse(source)).map(([key, value]) => {
    const text = typeof value === 'string' ? value : value.message;
    const line = source.slice(0, source.indexOf(JSON.stringify(key))).split('\n').length;
    // A placeholder stands for a name; camelCase, snake_case, dotted and all-capital names are code.
    const prose = text
      .replace(/\]\(command:[^)]*\)/g, ']')
      .replace(/\$\([a-z~-]+\)/g, '')
      .replace(/"(\{\d+\})+"/g, '`x`')
      .replace(/`\{\w+\}`|(\{\w+\}\s*)*\{\w+\}/g, 'BioGPT')
      .replace(CODE, (code) => (code.startsWith('`') ? code : `\`${code}\``));
    return { file, key, text, prose, lineAt: () => line };
  });
}

/**
 * The manifest as users see it: titles of commands, names and defaults of settings.
 * @returns {{ commands: Map<string, string>, settings: Map<string, unknown> }}
 */
export function readManifest() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const nlsFile = join(root, 'package.nls.json');
  const nls = existsSync(nlsFile) ? JSON.parse(readFileSync(nlsFile, 'utf8')) : {};
  const localized = (text) => text.replace(/^%(.*)%$/, (_, key) => nls[key] ?? key);
  const { commands, configuration } = manifest.contributes;
  return {
    commands: new Map(commands.map(({ command, title }) => [command, localized(title)])),
    settings: new Map(configuration.flatMap(({ properties }) => Object.entries(properties))),
  };
}
