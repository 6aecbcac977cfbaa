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
const QUOTED = /["']([^"'\n]+)["']/g;

const ROOT = /^%+\s*!TEX\s+root\s*=\s*(\S.*)$/im;
/** The main document of a part (subfiles package). */
const SUBFILE_OF = /\\documentclass\s*\[([^\]]+)\]\s*\{subfiles\}/;
/** Names of books' own files, as Quarto, bookdown, Jupyter Book and MyST look for them. */
export const BOOK_FILES = ['_quarto.yml', '_quarto.yaml', '_bookdown.yml', '_toc.yml', 'myst.yml'] as const;

/**
 * The files that a document reads, in order, relative to its folder; `/` between folders. Names that a program makes
 * (`\input{\jobname}`) are left out.
 */
export function includedFiles(language: ProseLanguage, text: string): string[] {
  const names = language === 'latex' ? inLatex(text) : language === 'markdown' ? inMarkdown(text) : [];
  return names
    .map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .replace(/\\/g, '/'),
    )
    .filter(isName);
}

function inLatex(text: string): string[] {
  if (!/\\(?:input|include|subfile|sub?import|import|inputfrom|InputIf|loadgls)/.test(text)) return [];
  return [...text.replace(COMMENT, '').replace(END, '').matchAll(INCLUDE)]
    .map(
      ([, braced, bare, folder, name]) =>
        braced ?? bare ?? `${folder!.replace(/\/?$/, '/').replace(/^\/$/, '')}${name!}`,
    )
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .map((name) => (/\.[a-zA-Z]\w*$/.test(name) ? name : `${name}.tex`));
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
