import type { ScopeReason } from '../scope';

/**
 * No token but a comment looks further ahead, UTF-16 units: a long line must not cost its square.
 * The patterns below keep to it.
 */
export const LOOKAHEAD = 2000;
/** Whether a line begins here shows in so many before. */
export const LOOKBEHIND = 100;
/** Verbatim text within a line, and options, end within so many. */
export const ON_LINE = 1000;

/** The last token that cannot be divided by a cursor. */
export interface Token {
  from: number;
  to: number;
  reason: ScopeReason;
  /** A cursor right behind it still belongs to it: a control word may go on, a comment does. */
  open: boolean;
}

export const SPECIAL = /[\\{}$%~&\n\]]/g;
export const CONTROL_WORD = /\\([a-zA-Z@]+)\*?/y;
export const BEGIN_END = /\\(begin|end)[ \t]*\{([^{}\n\\%]{0,200})(\}?)/y;
export const DEFINITION = /\\[egx]?def[ \t]*\\[a-zA-Z@]+[^{\n%]{0,200}/y;
export const ALIAS = /\\let[ \t]*\\[a-zA-Z@]+[ \t]*=?[ \t]*(?:\\[a-zA-Z@]+|\S)/y;
/** A command as an argument, without braces: `\newcommand\x{…}`, `\setlength\parindent{…}`. */
export const BARE_COMMAND = /[ \t]*\\[a-zA-Z@]+/y;
/** Verbatim text between two of one character: LaTeX's `\verb`, fancyvrb's `\Verb`, listings, minted. */
export const VERB =
  /\\(?:verb\*?|Verb\*?(?:\[[^\]\n]{0,500}\])?|lstinline(?:\[[^\]\n]{0,500}\])?|mintinline(?:\[[^\]\n]{0,500}\])?\{[^}\n]{0,500}\})([^a-zA-Z\s*{[])/y;
/** Code within braces, closed on its line. */
export const BRACED_CODE =
  /\\(?:lstinline(?:\[[^\]\n]{0,500}\])?|mintinline(?:\[[^\]\n]{0,500}\])?\{[^}\n]{0,500}\})\{((?:[^{}\n]|\{[^{}\n]{0,500}\}){0,500})\}/y;
/** What a verbatim command of the document's own has behind its name. */
export const OWN_VERB = /(?:\[[^\]\n]{0,500}\])?([^a-zA-Z\s*{[])/y;
export const OWN_BRACED_CODE = /(?:\[[^\]\n]{0,500}\])?\{((?:[^{}\n]|\{[^{}\n]{0,500}\}){0,500})\}/y;
/** Verbatim text that is not part of a sentence: minted's blocks of one line, what fancyvrb keeps for later. */
export const SET_ASIDE =
  /\\(?:mint|SaveVerb)(?:\[[^\]\n]{0,500}\])?\{[^}\n]{0,500}\}(?:\{[^}\n]{0,500}\}|([^a-zA-Z\s*{[])(?:(?!\1)[^\n]){0,1000}\1?)/y;
/** An address between two of one character, closed on its line (url.sty, section 2). */
export const DELIMITED_URL = /\\(?:url|path|nolinkurl)([^a-zA-Z\s*{}[\]\\%,.])(?:(?!\1)[^\n]){0,1000}\1/y;
/** What biblatex's multicites have before their keys: `\cites(see)(and others){…}{…}` (biblatex manual, 3.9.3). */
export const MULTICITE_NOTES = /[ \t]*\((?:[^()\n]{0,300}\)(?:\([^()\n]{0,300}\))?|[^()\n]{0,300}$)/my;
/** An argument without groups, and whether another one follows it. */
export const SHORT_ARGUMENT = /([^{}\n]{1,200})\}([{[])?/y;
/** Lengths (`0.5\textwidth`, `2pt`), mixed and hexadecimal colours, `key=value`, `fig:label`. */
export const TECHNICAL =
  /^(?:[-+]?[\d.]*\\[a-zA-Z]+|[-+]?[\d.]+(?:pt|pc|in|bp|cm|mm|dd|cc|sp|ex|em|mu|fill?l?)|[^=]*[a-zA-Z]=[^=].*|[a-zA-Z]+![\d.]+.*|#?[0-9A-F]{6}|(?:fig|tab|tbl|eq|sec|app|alg|lst|def|thm):.*)$/;
/** What an unknown environment is shows in so many characters. */
export const BEGUN_WITHIN = 500;
export const ACCENT =
  /\\(?:(['`^"~=.])|([uvHcdbrk])(?![a-zA-Z]))[ \t]*(?:\{[ \t]*(\\?[a-zA-Z]?)[ \t]*\}|(\\[ij](?![a-zA-Z])|[a-zA-Z]))/y;
export const LINE_BREAK = /\\\\\*?(?:\[[-+\d. a-z\\]*\])?/y;
/** What a writer puts behind a macro to keep the space that follows. */
export const EMPTY_GROUP = /[ \t]*\{\}/y;
export const CLOSES_ON_LINE = /[^{}\n]{0,200}\}/y;
export const SECTIONING = /^(?:part|chapter|section|subsection|subsubsection)$/;
/** Beamer's overlay: `\item<1->`. */
export const OVERLAY = /<[-+\d,.|() ]+>/y;
/** A chunk of Sweave or knitr begins. */
export const CHUNK = /<<[^\n]{0,300}>>=[ \t]*(?=\n)/y;
export const BLANK_REST = /[ \t]*(?:\n|$)/y;
export const BLANKS = /[ \t]*/y;
/** What TeX skips before an argument: blanks and a line's end, with a comment or without (TeXbook, chapters 8 and 20). */
export const ARGUMENT_GAP = /[ \t]*(?:(?:%[^\n]*)?\n[ \t]*(?=[{[]))?/y;

/** What ends a chunk. */
export const CHUNK_END = '\n@';

/** A sticky pattern tried at `pos`. */
export function matchAt(pattern: RegExp, text: string, pos: number): RegExpExecArray | null {
  pattern.lastIndex = pos;
  return pattern.exec(text);
}
