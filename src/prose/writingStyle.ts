import { memoized } from './memo';
import type { ProseLanguage, ScriptMarkup, WritingStyle } from './scope';
import { TIED_UNIT } from './styledText';

const GREEK_COMMAND =
  /\\(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|Gamma|Delta|Omega|Phi|Psi|Sigma|leq?|geq?|approx)(?![a-zA-Z])/;
const INLINE_MATH = /\$[^$\n]{1,60}\$|\\\([^)\n]{1,60}\\\)/g;
const GREEK = /[\u0391-\u03c9≤≥≈]/g;

/** What a piece of text shows of the ways a document is written. */
interface Evidence {
  /** Greek letters as commands and as characters. */
  commands: number;
  characters: number;
  /** Between numbers and units, in order. */
  ties: string[];
  hyphens: number;
  dashes: number;
  quotes: Record<'straight' | 'curly' | 'tex' | 'enquote', number>;
  plus: boolean;
  charges: Set<ScriptMarkup>;
  scripts: Set<WritingStyle['scripts']>;
}

/**
 * The style of a document as its text near the cursor shows it; without evidence what is safe: in
 * LaTeX, symbols that pdfLaTeX sets with no further package.
 * @param text raw text before the cursor.
 * @param head the document's first characters, where LaTeX names its fonts.
 */
export function writingStyle(language: ProseLanguage, text: string, head: string): WritingStyle {
  const latex = language === 'latex';
  const shown = evidenceIn(text);
  return {
    symbols: language === 'plaintext' ? 'unicode' : symbolsOf(latex, shown, head),
    tie: tieOf(shown),
    dashes: shown.hyphens > shown.dashes || (latex && shown.dashes === 0) ? 'hyphens' : 'unicode',
    quotes: quotesOf(latex, shown.quotes),
    charges: language === 'plaintext' ? 'plain' : chargesOf(latex, shown),
    scripts: language === 'plaintext' ? 'unicode' : scriptsOf(latex, shown, head),
  };
}

/** That of the finished paragraphs, of the current one's finished lines, and of the line being written. */
function evidenceIn(text: string): Evidence {
  const line = text.lastIndexOf('\n') + 1;
  const paragraph = text.lastIndexOf('\n\n') + 1;
  const all = evidenceOf(text.slice(line));
  const ties: string[][] = [all.ties];
  const pieces = text.slice(0, paragraph).split('\n\n').concat(text.slice(paragraph, line).split('\n'));
  for (let i = pieces.length - 1; i >= 0; i--) {
    const one = rememberedEvidence(pieces[i]!);
    all.commands += one.commands;
    all.characters += one.characters;
    if (one.ties.length > 0) ties.push(one.ties);
    all.hyphens += one.hyphens;
    all.dashes += one.dashes;
    all.quotes.straight += one.quotes.straight;
    all.quotes.curly += one.quotes.curly;
    all.quotes.tex += one.quotes.tex;
    all.quotes.enquote += one.quotes.enquote;
    all.plus ||= one.plus;
    for (const how of one.charges) all.charges.add(how);
    for (const how of one.scripts) all.scripts.add(how);
  }
  all.ties = ties.reverse().flat();
  return all;
}

function evidenceOf(piece: string): Evidence {
  const charges = new Set<ScriptMarkup>();
  if (/(?:[A-Za-z]|[A-Za-z]\d)\$\^(?:\{\d?[+-]\}|[+-])\$/.test(piece)) charges.add('math');
  if (/[A-Za-z0-9]\\textsuperscript\{\d?[+−]\}/.test(piece)) charges.add('textsuperscript');
  if (/[A-Za-z0-9]\^\d?[+−]\^/.test(piece)) charges.add('pandoc');
  if (/<sup>\d?[+−]<\/sup>/i.test(piece)) charges.add('html');
  const scripts = new Set<WritingStyle['scripts']>();
  if (/[⁰⁴⁵⁶⁷⁸⁹⁺⁻₀-₉]/.test(piece)) scripts.add('unicode');
  if (/\$(?:10|[a-zA-Z]*)?[\^_]\{?[-+]?\d+\}?\$|\d\s*\\times\s*10\^/.test(piece)) scripts.add('math');
  if (/\\text(?:super|sub)script\s*\{[-−+\d]/.test(piece)) scripts.add('textsuperscript');
  if (/[A-Za-z0-9](?:\^[-−+\d]+\^|~\d+~)/.test(piece)) scripts.add('pandoc');
  if (/<su[bp]>[-−+\d]/i.test(piece)) scripts.add('html');
  return {
    // Equations are written with commands whatever the sentences hold.
    commands: (piece.match(INLINE_MATH) ?? []).filter((math) => GREEK_COMMAND.test(math)).length,
    characters: count(piece, GREEK),
    ties: Array.from(piece.matchAll(TIED_UNIT), ([, tie]) => tie!),
    hyphens: count(piece, /-{2,3}(?= ?[\p{L}\d\\])(?<=[\p{L}\d.,%}] ?-{2,3})/gu),
    dashes: count(piece, /[–—]/g),
    quotes: {
      straight: count(piece, /(?<=[\s(]|^)"(?=\p{L})/gu),
      curly: count(piece, /“/g),
      tex: count(piece, /``/g),
      enquote: count(piece, /\\enquote\s*\{/g),
    },
    plus: /[+−]/.test(piece),
    charges,
    scripts,
  };
}

/** A paragraph that is not being written shows the same at every keystroke. */
const rememberedEvidence = memoized(2048, evidenceOf);

function symbolsOf(latex: boolean, { commands, characters }: Evidence, head: string): WritingStyle['symbols'] {
  if (characters !== commands) return characters > commands ? 'unicode' : 'math';
  return latex && !hasUnicodeFonts(head) ? 'math' : 'unicode';
}

function hasUnicodeFonts(head: string): boolean {
  return /\\usepackage(?:\[[^\]]*\])?\{[^}]*(?:fontspec|unicode-math|mathspec|xunicode)|^%\s*!TEX.*(?:xelatex|lualatex)/im.test(
    head,
  );
}

/** The commonest one; the last one of equals. */
function tieOf({ ties }: Evidence): string {
  const counts = new Map<string, number>();
  let best = ' ';
  for (const tie of ties) {
    counts.set(tie, (counts.get(tie) ?? 0) + 1);
    if (counts.get(tie)! >= (counts.get(best) ?? 0)) best = tie;
  }
  return best;
}

function quotesOf(latex: boolean, { straight, curly, tex, enquote }: Evidence['quotes']): WritingStyle['quotes'] {
  if (!latex) return curly > 0 && curly >= straight ? 'curly' : 'straight';
  const most = Math.max(curly, tex, enquote, straight);
  if (most === 0 || most === tex) return 'tex';
  return most === enquote ? 'enquote' : most === curly ? 'curly' : 'straight';
}

function chargesOf(latex: boolean, { plus, charges }: Evidence): WritingStyle['charges'] {
  if (!plus) return 'plain';
  if (charges.has('math')) return 'math';
  if (latex) return charges.has('textsuperscript') ? 'textsuperscript' : 'plain';
  if (charges.has('pandoc')) return 'pandoc';
  return charges.has('html') ? 'html' : 'plain';
}

function scriptsOf(latex: boolean, { scripts }: Evidence, head: string): WritingStyle['scripts'] {
  if (scripts.has('unicode')) return 'unicode';
  if (scripts.has('math')) return 'math';
  if (latex) {
    if (scripts.has('textsuperscript')) return 'textsuperscript';
    return hasUnicodeFonts(head) ? 'unicode' : 'textsuperscript';
  }
  if (scripts.has('pandoc')) return 'pandoc';
  return scripts.has('html') ? 'html' : 'unicode';
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
