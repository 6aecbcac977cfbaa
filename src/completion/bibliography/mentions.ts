import type { ProseLanguage } from '../../prose/scope';
import { metadataValues } from './metadata';

/**
 * Commands that name bibliographies: BibTeX's, those of multibib (`\bibliographysupp`) and bibentry, biblatex's (biblatex
 * manual, 3.8.1). `\bibliographystyle` and `\bibliographyunit` name none.
 */
const BIB_RESOURCE =
  /\\(?:(?:no)?bibliography(?!style|unit)[a-zA-Z]*|addbibresource|addglobalbib|addsectionbib)\s*(?:\[[^\]]*\])?\s*\{([^{}]*)\}/g;
const CITED =
  /\\[a-zA-Z]*cite[a-zA-Z]*\*?\s*(?:\[[^\]]*\]\s*)*\{([^{}]*)\}|(?<![\p{L}\p{N}])@\{?([\p{L}\p{N}_][\p{L}\p{N}_:.#$%&+?<>~/-]*)/gu;

/** What TeX does not run: verbatim text, comments, text that is switched off, all behind the document's end. */
const NOT_RUN =
  /\\verb\*?([^a-zA-Z\s*])[^\n]*?\1|(?<=(?:^|[^\\])(?:\\\\)*)%.*|\\begin\{(comment|verbatim\*?|lstlisting)\}[^]*?\\end\{\2\}|\\iffalse(?![a-zA-Z])[^]*?\\fi(?![a-zA-Z])|\\end\{document\}[^]*$/gm;

/**
 * The files of the bibliographies that a document names, relative to its folder; extension included, `/` between folders.
 * Addresses and names of other machines (`\\server\share`) are left out: a document must not make an editor call them.
 */
export function namedBibliographies(language: ProseLanguage, text: string): string[] {
  const names = language === 'latex' ? namedInLatex(text) : metadataValues(text, 'bibliography').filter(isBibTeX);
  return [...new Set(names.map((name) => name.replace(/\\/g, '/')))].filter(
    (name) => !/^\/\/|^[a-z][\w+.-]+:/i.test(name),
  );
}

function namedInLatex(text: string): string[] {
  // Nearly all of most texts is none.
  if (!/\\(?:\w*bibliography|add\w*bib)/.test(text)) return [];
  return [...text.replace(NOT_RUN, '').matchAll(BIB_RESOURCE)]
    .flatMap(([, list]) => list!.split(','))
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '' && !/\\[a-zA-Z]+$/.test(name))
    .map((name) => (isBibTeX(name) ? name : `${name}.bib`));
}

function isBibTeX(name: string): boolean {
  return /\.bib$/i.test(name);
}

/** The keys of the works that a document cites, one at each turn, some several times. */
export function* citedKeys(text: string): Generator<string> {
  for (const [, list, key] of text.matchAll(CITED)) {
    for (const cited of list?.split(',') ?? [key!]) yield cited.trim().replace(/[.:?]+$/, '');
  }
}
