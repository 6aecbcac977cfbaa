import type { ProseLanguage, ScriptMarkup, WritingStyle } from './scope';

const UNITS =
  '(?:[kcmdµμnpf]?(?:g|m|L|l|M|mol|Da|Pa|Hz|V|A|W|J|Bq|Gy|Sv|Ci|Eq)|s|h|U|IU|kU|MBq|min|ms|kcal|kJ|mmHg|bpm|ppm|kb|Mb|bp|rpm|' +
  'days?|weeks?|months?|years?|hours?|minutes?|°C|\\\\textdegree|\\$\\^\\{?\\\\circ)';
/** A number, what ties it to a unit, and the unit. */
export const TIED_UNIT = new RegExp(
  `(?<=\\d)(~|\\\\,|\\\\ |&nbsp;|&thinsp;|[ \\u00a0\\u2009\\u202f])(?=${UNITS}(?![\\p{L}\\p{N}]))`,
  'gu',
);
const SPACED_UNIT = new RegExp(`(?<=\\d) (?=${UNITS}(?![\\p{L}\\p{N}]))`, 'gu');

const ION = '(?<![A-Za-z])(?:Na|K|H|Ca|Mg|Cl|Fe|Zn|Cu|Mn|Co|Ni|NAD|NADP|NH4|HCO3|CD\\d{1,3}[a-z]?)';
const CHARGED = new RegExp(`(${ION})(\\d?[+−])(?![\\p{N}=])`, 'gu');

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
  if (style.tie !== ' ') written = behind(before, written, (whole) => whole.replace(SPACED_UNIT, style.tie));
  if (style.charges !== 'plain') {
    written = written.replace(
      CHARGED,
      (_, ion: string, charge: string) => ion + superscript(charge, style.charges as ScriptMarkup),
    );
  }
  if (style.scripts !== 'unicode')
    written = written.replace(SCRIPT_RUN, (run) => scripts(run, style.scripts as ScriptMarkup));
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

function scripts(run: string, how: ScriptMarkup): string {
  const raised = SUPERSCRIPTS.includes(run[0]!);
  const from = raised ? SUPERSCRIPTS : SUBSCRIPTS;
  const plain = [...run].map((sign) => PLAIN[from.indexOf(sign)]!).join('');
  return raised ? superscript(plain, how) : subscript(plain, how);
}

function superscript(plain: string, how: ScriptMarkup): string {
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

function subscript(plain: string, how: ScriptMarkup): string {
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
