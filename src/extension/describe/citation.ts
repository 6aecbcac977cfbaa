import type { Entry } from '../../glossary/entry';
import { escapeFor } from '../../prose/escape';
import type { ProseLanguage } from '../../prose/scope';

/** How an inserted definition carries its source. */
export type CitationForm = 'none' | 'parentheses' | 'footnote' | 'bibliography';

/** The forms that a language has, in the order they are offered. */
export const CITATION_FORMS: Readonly<Record<ProseLanguage, readonly CitationForm[]>> = {
  markdown: ['footnote', 'bibliography', 'parentheses', 'none'],
  latex: ['footnote', 'bibliography', 'parentheses', 'none'],
  plaintext: ['parentheses', 'none'],
};

/** The form that a document uses already, else the plainest one. */
export function likelyForm(language: ProseLanguage, text: string): CitationForm {
  if (language === 'plaintext') return 'parentheses';
  const cites = language === 'latex' ? LATEX_CITES : MARKDOWN_CITES;
  return cites.test(text) ? 'bibliography' : 'footnote';
}

const LATEX_CITES = /\\(?:bibliography|addbibresource)\s*(?:\[[^\]]*\])?\{|\\[a-z]*cite[a-z]*\*?\s*(?:\[[^\]]*\])*\{/i;
const MARKDOWN_CITES = /^bibliography\s*:|(?<![\p{L}\p{N}\\])-?@\{?[\p{L}\p{N}_]+[\w:.#$%&+?<>~/-]*(?=[\s;,.\]}]|$)/mu;

/** What an inserted definition carries. */
export interface Citation {
  /** Written at the definition's end. */
  marker: string;
  /** Whether it stands before the definition's full stop, set off by a space, or behind it. */
  place: 'inside' | 'behind';
  /** A paragraph for the end of the document. */
  note?: string;
  /** What belongs into the bibliography. */
  work?: { key: string; bibtex: string };
}

/** The source of a definition in one of the forms; undefined for `none`. @param text the document */
export function citationOf(
  form: CitationForm,
  language: ProseLanguage,
  text: string,
  entry: Entry,
): Citation | undefined {
  const key = citationKey(entry);
  switch (form) {
    case 'none':
      return undefined;
    case 'parentheses':
      return { marker: `(${plainEscape(language, `${entry.source}, ${entry.id}`)})`, place: 'inside' };
    case 'footnote':
      if (language === 'latex') return { marker: `\\footnote{${sourceInLatex(text, entry)}}`, place: 'behind' };
      return {
        marker: `[^${key}]`,
        place: 'behind',
        ...(!text.includes(`[^${key}]:`) && { note: `[^${key}]: ${sourceInMarkdown(entry)}` }),
      };
    case 'bibliography':
      return {
        marker: language === 'latex' ? `${citeCommand(text)}{${key}}` : `[@${key}]`,
        place: 'inside',
        work: { key, bibtex: bibtexOf(key, entry) },
      };
  }
}

/** A key that BibTeX, Pandoc and footnotes take: `DOID:2841` → `doid-2841`. */
export function citationKey({ id }: Pick<Entry, 'id'>): string {
  return id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Whether a BibTeX file has an entry of that key. */
export function hasEntry(bibtex: string, key: string): boolean {
  return new RegExp(`@[a-z]+\\s*[{(]\\s*${key}\\s*,`, 'i').test(bibtex);
}

/** `source, id, address. licence.`, what each licence asks to be named. */
function sourceInMarkdown(entry: Entry): string {
  const address = entry.url === '' ? '' : `, <${entry.url}>`;
  return `${plainEscape('markdown', `${entry.source}, ${entry.id}`)}${address}. ${plainEscape('markdown', licenceOf(entry))}.`;
}

function sourceInLatex(text: string, entry: Entry): string {
  const address = entry.url === '' ? '' : `, ${addressInLatex(text, entry.url)}`;
  return `${plainEscape('latex', `${entry.source}, ${entry.id}`)}${address}. ${plainEscape('latex', licenceOf(entry))}.`;
}

/** In English, as the manuscript is. */
function licenceOf({ licence }: Entry): string {
  return `License: ${licence}`;
}

const LOADS_URL = /\\(?:url|href)\{|\\usepackage(?:\[[^\]]*\])?\{[^}]*\b(?:hyperref|x?url|biblatex)\b/;

/** `\url` where the document has it; a footnote can't hold it with special characters. */
function addressInLatex(text: string, url: string): string {
  return LOADS_URL.test(text) && !/[%#\\{}^~&]/.test(url) ? `\\url{${url}}` : plainEscape('latex', url);
}

/** The command that the document cites with most often. */
function citeCommand(text: string): string {
  const counts = new Map<string, number>();
  for (const [command] of text.matchAll(/\\(?:citep|cite|parencite|autocite|footcite|supercite)(?=\s*[[{])/g))
    counts.set(command, (counts.get(command) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '\\cite';
}

/** `@misc` is known to BibTeX and biblatex. */
function bibtexOf(key: string, entry: Entry): string {
  const field = (text: string): string => plainEscape('latex', text);
  const lines = [
    `  author = {{${field(entry.source)}}},`,
    `  title = {{${field(entry.term.replace(/^\p{Ll}(?!\p{Lu})/u, (letter) => letter.toUpperCase()))}}},`,
    `  howpublished = {${field(`${entry.id}. ${licenceOf(entry)}`)}},`,
    ...(entry.url === '' ? [] : [`  url = {${entry.url}},`]),
  ];
  return `@misc{${key},\n${lines.join('\n')}\n}\n`;
}

function plainEscape(language: ProseLanguage, text: string): string {
  return escapeFor(language, { block: 'paragraph', linePrefix: 'x ' }, text);
}
