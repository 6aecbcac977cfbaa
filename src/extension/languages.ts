import type { ProseLanguage } from '../prose';

/** The editor's language identifiers whose prose can be told from their markup. */
const PROSE_LANGUAGES: Readonly<Record<string, ProseLanguage>> = { markdown: 'markdown', latex: 'latex' };

/**
 * Documents with ghost text: on disk, not yet saved, on a remote machine, in a notebook's Markdown
 * cells. Listed one by one so that previews, diffs and output panels stay without.
 */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell'];

export const documentSelector: readonly { language: string; scheme: string }[] = Object.keys(PROSE_LANGUAGES).flatMap(
  (language) => SCHEMES.map((scheme) => ({ language, scheme })),
);

export function proseLanguageOf(languageId: string): ProseLanguage | undefined {
  return Object.hasOwn(PROSE_LANGUAGES, languageId) ? PROSE_LANGUAGES[languageId] : undefined;
}
