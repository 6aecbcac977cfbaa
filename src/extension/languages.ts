import * as vscode from 'vscode';
import type { ProseLanguage } from '../prose/scope';

/**
 * The editor's language identifiers, and those of the Quarto, R and LaTeX extensions, whose prose can be
 * told from their markup. Plain text is off until the writer turns it on (see package.json).
 */
const PROSE_LANGUAGES: Readonly<Record<string, ProseLanguage>> = {
  markdown: 'markdown',
  quarto: 'markdown',
  rmd: 'markdown',
  latex: 'latex',
  rsweave: 'latex',
  plaintext: 'plaintext',
};

/**
 * Documents with ghost text: on disk, not yet saved, on a remote machine, in a notebook's Markdown
 * cells. Listed one by one so that previews, diffs and output panels stay without.
 */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell'];

export const documentSelector: readonly { language: string; scheme: string }[] = Object.keys(PROSE_LANGUAGES).flatMap(
  (language) => SCHEMES.map((scheme) => ({ language, scheme })),
);

/**
 * Their identifiers, for the context key `biogpt.proseLanguages`: conditions in package.json ask for
 * `editorLangId in biogpt.proseLanguages`. It is set at activation, which each of these languages but plain text brings
 * about; before that there is nothing that a key or a menu could do.
 */
export const proseLanguageIds: readonly string[] = Object.keys(PROSE_LANGUAGES);

export function proseLanguageOf(languageId: string): ProseLanguage | undefined {
  return Object.hasOwn(PROSE_LANGUAGES, languageId) ? PROSE_LANGUAGES[languageId] : undefined;
}

/** What people call a language. */
export function languageName(languageId: string): string {
  return languageId === 'plaintext' ? vscode.l10n.t('Plain Text') : (NAMES[languageId] ?? languageId);
}

/** The same in every tongue. */
const NAMES: Readonly<Record<string, string>> = {
  markdown: 'Markdown',
  latex: 'LaTeX',
  quarto: 'Quarto',
  rmd: 'R Markdown',
  rsweave: 'Sweave',
};
