import { Memo } from './memo';
import type { ProseLanguage } from './scope';

/** How a document writes what can be written in several ways. */
export interface WritingStyle {
  /** Greek letters and signs such as ≤: as characters or as `$\alpha$`. */
  symbols: 'unicode' | 'math';
  /** What stands between a number and its unit. */
  tie: string;
  /** En and em dashes: `–` `—` or `--` `---`. */
  dashes: 'unicode' | 'hyphens';
  quotes: 'straight' | 'curly' | 'tex' | 'enquote';
  /** The `+` of `Na+`. */
  charges: 'plain' | 'math' | 'textsuperscript' | 'pandoc' | 'html';
  /** The figures of `10⁻³` and `H₂O`. */
  scripts: 'unicode' | 'math' | 'textsuperscript' | 'pandoc' | 'html';
}

const UNITS =
  '(?:[kcmdµμnpf]?(?:g|m|L|l|M|mol|Da|Pa|Hz|V|A|W|J|Bq|Gy|Sv|Ci|Eq)|s|h|U|IU|kU|MBq|min|ms|kcal|kJ|mmHg|bpm|ppm|kb|Mb|bp|rpm|' +
  'days?|weeks?|months?|years?|hours?|minutes?|°C|\\\\textdegree|\\$\\^\\{?\\\\circ)';
/** A number, what ties it to a unit, and the unit. */
const TIED = new RegExp(
  `(?<=\\d)(~|\\\\,|\\\\ |&nbsp;|&thinsp;|[ \\u00a0\\u2009\\u202f])(?=${UNITS}(?![\\p{L}\\p{N}]))`,
  'gu',
);
const SPACED = new RegExp(`(?<=\\d) (?=${UNITS}(?![\\p{L}\\p{N}]))`, 'gu');

const GREEK_COMMAND =
  /\\(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|Gamma|Delta|Omega|Phi|Psi|Sigma|leq?|geq?|approx)(?![a-zA-Z])/;
const INLINE_MATH = /\$[^$\n]{1,60}\$|\\\([^)\n]{1,60}\\\)/g;
const GREEK = /[\u0391-\u03c9≤≥≈]/g;
const ION = '(?<![A-Za-z])(?:Na|K|H|Ca|Mg|Cl|Fe|Zn|Cu|Mn|Co|Ni|NAD|NADP|NH4|HCO3|CD\\d{1,3}[a-z]?)';
const CHARGED = new RegExp(`(${ION})(\\d?[+−])(?![\\p{N}=])`, 'gu');

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
  charges: Set<Scripts>;
  scripts: Set<WritingStyle['scripts']>;
}

/** A paragraph that is not being written shows the same at every keystroke. */
const PIECES = new Memo<Evidence>(512);

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
    const one = PIECES.get(pieces[i]!, evidenceOf);
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
  const charges = new Set<Scripts>();
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
    ties: Array.from(piece.matchAll(TIED), ([, tie]) => tie!),
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

/** Characters that pdfLaTeX does not set in text, and their commands in math. */
const MATH: Readonly<Record<string, string>> = {
  α: '\\alpha',
  β: '\\beta',
  γ: '\\gamma',
  δ: '\\delta',
  ε: '\\varepsilon',
  ϵ: '\\epsilon',
  ζ: '\\zeta',
  η: '\\eta',
  θ: '\\theta',
  ϑ: '\\vartheta',
  ι: '\\iota',
  κ: '\\kappa',
  λ: '\\lambda',
  μ: '\\mu',
  ν: '\\nu',
  ξ: '\\xi',
  ο: 'o',
  π: '\\pi',
  ρ: '\\rho',
  σ: '\\sigma',
  ς: '\\varsigma',
  τ: '\\tau',
  υ: '\\upsilon',
  φ: '\\varphi',
  ϕ: '\\phi',
  χ: '\\chi',
  ψ: '\\psi',
  ω: '\\omega',
  Γ: '\\Gamma',
  Δ: '\\Delta',
  '∆': '\\Delta',
  Θ: '\\Theta',
  Λ: '\\Lambda',
  Ξ: '\\Xi',
  Π: '\\Pi',
  Σ: '\\Sigma',
  Υ: '\\Upsilon',
  Φ: '\\Phi',
  Ψ: '\\Psi',
  Ω: '\\Omega',
  '\u2126': '\\Omega',
  Α: '\\mathrm{A}',
  Β: '\\mathrm{B}',
  Ε: '\\mathrm{E}',
  Ζ: '\\mathrm{Z}',
  Η: '\\mathrm{H}',
  Ι: '\\mathrm{I}',
  Κ: '\\mathrm{K}',
  Μ: '\\mathrm{M}',
  Ν: '\\mathrm{N}',
  Ο: '\\mathrm{O}',
  Ρ: '\\mathrm{P}',
  Τ: '\\mathrm{T}',
  Χ: '\\mathrm{X}',
  '⩽': '\\leq',
  '⩾': '\\geq',
  '≤': '\\leq',
  '≥': '\\geq',
  '≠': '\\neq',
  '≈': '\\approx',
  '∼': '\\sim',
  '≡': '\\equiv',
  '≪': '\\ll',
  '≫': '\\gg',
  '∞': '\\infty',
  '∝': '\\propto',
  '→': '\\rightarrow',
  '←': '\\leftarrow',
  '↔': '\\leftrightarrow',
  '↑': '\\uparrow',
  '↓': '\\downarrow',
  '∙': '\\cdot',
  '⋅': '\\cdot',
  '′': "'",
  '″': "''",
  '√': '\\surd',
  '−': '-',
};
const MATH_RUN = new RegExp(`[${Object.keys(MATH).join('')}]+`, 'gu');
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉₊₋';
const PLAIN = '0123456789+-';
const SCRIPT_RUN = new RegExp(`[${SUPERSCRIPTS}]+|[${SUBSCRIPTS}]+`, 'gu');

/** From the first character on that LaTeX's input encoding does not declare. */
const UNSET =
  /[^\x20-\x7e\u00a1-\u017f\u02c6\u02c7\u02d8-\u02dd\u2013-\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u2070-\u209c\u20ac\u2122\u2190-\u2193].*$/u;

/**
 * Escaped text of a model as the document would write it.
 * @param linePrefix the raw text of the line before it.
 */
export function inStyle(language: ProseLanguage, style: WritingStyle, linePrefix: string, text: string): string {
  const latex = language === 'latex';
  const before = linePrefix.slice(-24);
  let written = text;
  if (style.tie !== ' ') written = behind(before, written, (whole) => whole.replace(SPACED, style.tie));
  if (style.charges !== 'plain') {
    written = written.replace(
      CHARGED,
      (_, ion: string, charge: string) => ion + superscript(charge, style.charges as Scripts),
    );
  }
  if (style.scripts !== 'unicode')
    written = written.replace(SCRIPT_RUN, (run) => scripts(run, style.scripts as Scripts));
  if (style.symbols === 'math') written = symbolsToMath(written, latex, before);
  if (style.dashes === 'hyphens') written = written.replace(/—/g, '---').replace(/–/g, '--');
  written = quoted(written, style.quotes, before);
  if (!latex) return written;
  written = written
    .replace(/[‐‑]/g, '-')
    .replace(/[\u2009\u202f]/g, '\\,')
    .replace(/\u00a0/g, '~')
    .replace(/˚/g, '°');
  // pdfLaTeX stops at a character that it has no glyph for: rather a shorter suggestion.
  if (style.symbols === 'math') written = written.replace(UNSET, '').trimEnd();
  return written;
}

type Scripts = 'math' | 'textsuperscript' | 'pandoc' | 'html';

/** Applies `change` to the text together with what stands before it. */
function behind(before: string, text: string, change: (whole: string) => string): string {
  const tail = /\d$/.exec(before)?.[0] ?? '';
  return change(tail + text).slice(tail.length);
}

function symbolsToMath(text: string, latex: boolean, before: string): string {
  return text.replace(MATH_RUN, (run: string, at: number) => {
    // A dollar sign right before would begin display math of Markdown.
    if (!latex && at === 0 && before.endsWith('$') && !before.endsWith('\\$')) return run;
    const digit = text[at + run.length] ?? '';
    // Pandoc takes `$…$5` for money.
    if (!latex && /\d/.test(digit)) return run;
    let math = '';
    for (const sign of run) {
      const command = MATH[sign]!;
      // A command's name must not run into the next letter.
      math += /\\[a-zA-Z]+$/.test(math) && /^[a-zA-Z]/.test(command) ? ` ${command}` : command;
    }
    return `$${math}$`;
  });
}

function scripts(run: string, how: Scripts): string {
  const raised = SUPERSCRIPTS.includes(run[0]!);
  const from = raised ? SUPERSCRIPTS : SUBSCRIPTS;
  const plain = [...run].map((sign) => PLAIN[from.indexOf(sign)]!).join('');
  return raised ? superscript(plain, how) : subscript(plain, how);
}

function superscript(plain: string, how: Scripts): string {
  switch (how) {
    case 'math':
      return `$^${grouped(plain.replace('−', '-'))}$`;
    case 'textsuperscript':
      return `\\textsuperscript{${plain.replace(/^-(?=\d)/, '--')}}`;
    case 'pandoc':
      return `^${plain}^`;
    case 'html':
      return `<sup>${plain}</sup>`;
  }
}

function subscript(plain: string, how: Scripts): string {
  switch (how) {
    case 'math':
      return `$_${grouped(plain)}$`;
    case 'textsuperscript':
      return `\\textsubscript{${plain}}`;
    case 'pandoc':
      return `~${plain}~`;
    case 'html':
      return `<sub>${plain}</sub>`;
  }
}

function grouped(plain: string): string {
  return plain.length === 1 ? plain : `{${plain}}`;
}

function quoted(text: string, style: WritingStyle['quotes'], before: string): string {
  if (style === 'straight' || !/["“”]/.test(text)) return text;
  if (style === 'enquote') {
    const whole = text.replace(/["“]([^"“”]*)["”]/g, '\\enquote{$1}');
    return whole.replace(/[“”"]/g, (mark, at: number) => texQuote(opens(mark, whole[at - 1] ?? before.slice(-1))));
  }
  return text.replace(/["“”]/g, (mark, at: number) => {
    const opening = opens(mark, at > 0 ? text[at - 1]! : before.slice(-1));
    return style === 'curly' ? (opening ? '“' : '”') : texQuote(opening);
  });
}

function opens(mark: string, left: string): boolean {
  return mark === '“' || (mark === '"' && /^[\s([{~—–-]?$/.test(left));
}

function texQuote(opening: boolean): string {
  return opening ? '``' : "''";
}
