import { defines as definesAnything } from '../latex/definitionReader';
import type { ProseLanguage } from '../scope';

/** TeX's comments, but for an escaped percent sign. */
const COMMENT = /(?<=(?:^|[^\\])(?:\\\\)*)%.*/gm;
const END = /\\end\{document\}[^]*$/;
/** `\input` takes a name without braces too (TeX); `\import` and its kin take a folder first (import package). */
const INCLUDE =
  /\\(?:input|include|subfile|subfileinclude|InputIfFileExists|loadglsentries)\s*\{([^{}]+)\}|\\input\s+([^\s{}\\%]+)|\\(?:sub)?(?:import|inputfrom|includefrom)\*?\s*\{([^{}]*)\}\s*\{([^{}]+)\}/g;
/** Quarto's and R Markdown's: `{{< include _part.qmd >}}`; a chunk's `child = "part.Rmd"`, one or several. */
const SHORTCODE = /\{\{<\s*include\s+["']?([^"'>\s]+)["']?\s*>\}\}/g;
const CHILD = /^```+\s*\{[^}\n]*?\bchild\s*=\s*(c\([^()\n]{0,2000}\)|"[^"\n]*"|'[^'\n]*')/gm;
/** MyST's and Sphinx': ```` ```{include} part.md ````. */
const DIRECTIVE = /^[`:]{3,}\s*\{include\}\s+(\S+)/gm;
const READS = /\\(?:input|include|subfile|sub?import|import|inputfrom|InputIf|loadgls)/;
/** Definitions in the body of a file, characters. */
const MOST_DEFINING = 30_000;
const QUOTED = /["']([^"'\n]+)["']/g;

const ROOT = /^%+\s*!TEX\s+root\s*=\s*(\S.*)$/im;
/** The main document of a part (subfiles package). */
const SUBFILE_OF = /\\documentclass\s*\[([^\]]+)\]\s*\{subfiles\}/;
/** Names of books' own files, as Quarto, bookdown, Jupyter Book and MyST look for them. */
export const BOOK_FILES = ['_quarto.yml', '_quarto.yaml', '_bookdown.yml', '_toc.yml', 'myst.yml'] as const;

/** What a file does with other files of its manuscript, in order. */
export type Part =
  /** It defines macros or environments. */
  | { kind: 'defines'; text: string }
  /** It reads a file: its name relative to a folder, `/` between folders. */
  | { kind: 'reads'; name: string }
  /** A main document's head ends. */
  | { kind: 'body' };

/**
 * The files that a document reads, in order, relative to its folder; `/` between folders. Names that a program makes
 * (`\input{\jobname}`) are left out.
 */
export function includedFiles(language: ProseLanguage, text: string): string[] {
  return partsOf(language, text).flatMap((part) => (part.kind === 'reads' ? [part.name] : []));
}

/** What a document defines and reads. Of what stands behind a head, only the definitions and what lies between them. */
export function partsOf(language: ProseLanguage, text: string): Part[] {
  const parts = language === 'latex' ? latexParts(text) : language === 'markdown' ? inMarkdown(text).map(reads) : [];
  return parts.filter((part) => part.kind !== 'reads' || isName(part.name));
}

function reads(name: string): Part {
  const plain = name.trim().replace(/^"(.*)"$/, '$1');
  return { kind: 'reads', name: plain.replace(/\\/g, '/') };
}

function latexParts(text: string): Part[] {
  const readsFiles = READS.test(text);
  if (!readsFiles && !definesAnything(text)) return [];
  const visible = text.replace(COMMENT, (comment) => ' '.repeat(comment.length)).replace(END, '');
  const begin = /\\begin[ \t]*\{document\}/.exec(visible)?.index;
  const parts: Part[] = [];
  const define = (from: number, to: number): void => {
    const defined = begin !== undefined && to <= begin ? text.slice(from, to) : definitionsOf(text.slice(from, to));
    if (definesAnything(defined)) parts.push({ kind: 'defines', text: defined });
  };
  let from = 0;
  const upTo = (to: number): void => {
    if (begin !== undefined && from <= begin && begin <= to) {
      define(from, begin);
      parts.push({ kind: 'body' });
      from = begin;
    }
    define(from, to);
  };
  for (const match of readsFiles ? visible.matchAll(INCLUDE) : []) {
    upTo(match.index);
    parts.push(reads(fileNamed(match)));
    from = match.index + match[0].length;
  }
  upTo(visible.length);
  return parts;
}

function fileNamed([, braced, bare, folder, name]: RegExpMatchArray): string {
  const file = braced ?? bare ?? `${folder!.replace(/\/?$/, '/').replace(/^\/$/, '')}${name!}`;
  const plain = file.trim().replace(/^"(.*)"$/, '$1');
  return /\.[a-zA-Z]\w*$/.test(plain) ? plain : `${plain}.tex`;
}

/** From the first line of a text that defines something to the end of the last one's paragraph; '' where none does. */
function definitionsOf(text: string): string {
  if (!definesAnything(text)) return '';
  let first = -1;
  let last = 0;
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline + 1;
    if (definesAnything(text.slice(from, to))) {
      if (first < 0) first = from;
      last = to;
    }
    from = to;
  }
  if (first < 0) return '';
  const blank = text.indexOf('\n\n', last - 1);
  return text.slice(first, Math.min(blank < 0 ? text.length : blank, first + MOST_DEFINING));
}

function inMarkdown(text: string): string[] {
  if (!/include|child/.test(text)) return [];
  const found: { at: number; name: string }[] = [];
  for (const match of text.matchAll(SHORTCODE)) found.push({ at: match.index, name: match[1]! });
  for (const match of text.matchAll(DIRECTIVE)) found.push({ at: match.index, name: match[1]! });
  for (const match of text.matchAll(CHILD)) {
    for (const [, name] of match[1]!.matchAll(QUOTED)) found.push({ at: match.index, name: name! });
  }
  return found.sort((a, b) => a.at - b.at).map(({ name }) => name);
}

/** The main document of a part of a LaTeX document, if it names one, relative to the part's folder. */
export function rootOf(text: string): string | undefined {
  const head = text.slice(0, 2_000);
  return (ROOT.exec(head) ?? SUBFILE_OF.exec(head))?.[1]?.trim();
}

/** Whether a LaTeX file is a document of its own. */
export function isMainDocument(text: string): boolean {
  if (!text.includes('\\documentclass')) return false;
  return /\\documentclass(?!\s*\[[^\]]*\]\s*\{subfiles\})/.test(text.replace(COMMENT, ''));
}

/**
 * The files that a book names, in order, relative to its own file: every scalar that is a Markdown file's name, and what
 * `file:` and `root:` name without an extension (Jupyter Book, MyST). What is a comment in YAML is none.
 */
export function bookFiles(yaml: string): string[] {
  const names: string[] = [];
  for (const line of yaml.split(/\r?\n/)) {
    const text = line.replace(/(?<=^|\s)#.*$/, '');
    const named = /^\s*(?:-\s*)?(?:file|root)\s*:\s*["']?([^"'\s]+)["']?\s*$/.exec(text)?.[1];
    if (named !== undefined) names.push(/\.\w+$/.test(named) ? named : `${named}.md`);
    else
      names.push(...text.split(/[\s"',[\]]+/).filter((token) => /\.(?:qmd|md|rmd|markdown)$/i.test(token.slice(-10))));
  }
  return [...new Set(names)].filter(isName);
}

/** Relative, on this machine, of a length that files have, and made of what names are made of. */
function isName(name: string): boolean {
  return name !== '' && name.length <= 500 && !/^\/\/|^[a-z][\w+.-]+:|[\0-\x1f\x7f]|\\|#\d/i.test(name);
}
