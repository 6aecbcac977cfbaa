import { quantityAt } from './quantities';

const LETTERS: Record<string, string> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  varepsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  vartheta: 'θ',
  iota: 'ι',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  varsigma: 'ς',
  tau: 'τ',
  upsilon: 'υ',
  phi: 'φ',
  varphi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  Gamma: 'Γ',
  Delta: 'Δ',
  Theta: 'Θ',
  Lambda: 'Λ',
  Xi: 'Ξ',
  Pi: 'Π',
  Sigma: 'Σ',
  Upsilon: 'Υ',
  Phi: 'Φ',
  Psi: 'Ψ',
  Omega: 'Ω',
  ell: 'l',
};

const SIGNS: Record<string, string> = {
  pm: '±',
  mp: '∓',
  times: '×',
  cdot: '·',
  div: '÷',
  leq: '≤',
  le: '≤',
  geq: '≥',
  ge: '≥',
  neq: '≠',
  ne: '≠',
  lt: '<',
  gt: '>',
  sim: '~',
  approx: '≈',
  simeq: '≈',
  equiv: '≡',
  propto: '∝',
  circ: '°',
  degree: '°',
  prime: '′',
  rightarrow: '→',
  to: '→',
  leftarrow: '←',
  leftrightarrow: '↔',
  uparrow: '↑',
  downarrow: '↓',
  infty: '∞',
  ll: '≪',
  gg: '≫',
  ldots: '…',
  dots: '…',
  cdots: '…',
  ast: '*',
  star: '*',
  dagger: '†',
  ddagger: '‡',
  bullet: '•',
  leqslant: '≤',
  geqslant: '≥',
  leqq: '≤',
  geqq: '≥',
  lesssim: '≲',
  gtrsim: '≳',
  lessapprox: '⪅',
  gtrapprox: '⪆',
  cong: '≅',
  asymp: '≍',
  in: '∈',
  notin: '∉',
  subset: '⊂',
  subseteq: '⊆',
  cup: '∪',
  cap: '∩',
  emptyset: '∅',
  varnothing: '∅',
  setminus: '\\',
  land: '∧',
  wedge: '∧',
  lor: '∨',
  vee: '∨',
  neg: '¬',
  forall: '∀',
  exists: '∃',
  partial: '∂',
  nabla: '∇',
  sum: '∑',
  prod: '∏',
  int: '∫',
  perp: '⊥',
  parallel: '∥',
  mid: ' | ',
  vert: '|',
  lvert: '|',
  rvert: '|',
  langle: '⟨',
  rangle: '⟩',
  oplus: '⊕',
  otimes: '⊗',
  longrightarrow: '→',
  xrightarrow: '→',
  Rightarrow: '⇒',
  implies: '⇒',
  iff: '⇔',
  mapsto: '↦',
  rightleftharpoons: '⇌',
  leftrightharpoons: '⇌',
  nearrow: '↗',
  searrow: '↘',
  hbar: 'ħ',
  backslash: '\\',
  percent: '%',
  lbrace: '{',
  rbrace: '}',
};

const SPACES = new Set(['quad', 'qquad', 'enspace', 'thinspace', ',', ';', ':', ' ', '>']);
const NOTHING = new Set([
  '!',
  'left',
  'right',
  'bigl',
  'bigr',
  'big',
  'Big',
  'displaystyle',
  'textstyle',
  'limits',
  'nolimits',
  'mathstrut',
  'strut',
  'nonumber',
  'notag',
  'middle',
  'bigg',
  'Bigg',
  'biggl',
  'biggr',
  'Bigl',
  'Bigr',
  'Biggl',
  'Biggr',
  'bigm',
  'nobreak',
  'displaylimits',
  'protect',
  'relax',
  'xspace',
  'centering',
]);
/** No abstract has a longer formula, UTF-16 units of its source. */
const LONGEST = 1000;
/** What is set in two dimensions: no line of text says it. */
const LAYOUT =
  /\\(?:begin|end|over(?:set|brace)|under(?:set|brace)|substack|stackrel|atop|choose)(?![a-zA-Z])|\\(?:sum|prod|i*nt|oint)[ \t]*(?:\\(?:no)?limits[ \t]*)?[_^]/;
/** Commands of which an argument is not seen. */
const UNSEEN =
  /\\(?:color|label|tag|hspace|vspace|kern|phantom|hphantom|vphantom|cref|ref|eqref)\*?[ \t]*\{[^{}]*\}|\\textcolor[ \t]*\{[^{}]*\}/g;
const FRACTION = /\\[dtc]?frac[ \t]*(?:\{([^{}]*)\}|(\w))[ \t]*(?:\{([^{}]*)\}|(\w))/g;
const ROOT = /\\sqrt[ \t]*(?:\[[^\]]*\])?[ \t]*\{([^{}]*)\}/g;
const WRAPPERS = new Set([
  'mathrm',
  'mathit',
  'mathbf',
  'mathsf',
  'mathtt',
  'mathcal',
  'mathbb',
  'text',
  'textrm',
  'textit',
  'textbf',
  'textsf',
  'mbox',
  'hbox',
  'rm',
  'it',
  'bf',
  'operatorname',
  'boldsymbol',
  'bm',
  'ensuremath',
  'hat',
  'bar',
  'overline',
  'tilde',
  'vec',
  'mathord',
  'mathop',
  'mathrel',
  'textsubscript',
  'textsuperscript',
]);

/** A Greek letter's character by its TeX name, with or without `up` or `text` before it. */
export function greekLetter(name: string): string | undefined {
  return (
    lookup(LETTERS, name) ?? (/^(?:up|text)/.test(name) ? lookup(LETTERS, name.replace(/^(?:up|text)/, '')) : undefined)
  );
}

/**
 * Inline math as readable text (`\alpha` → α, `p<0.05` → p < 0.05, `\ce{HCO3-}` → HCO3-). A command that is not known
 * has a stand-in: what its braces hold, else its name, as the writer has named the quantity. Nothing for what is set
 * in two dimensions, or long: an abstract would not hold such a formula either.
 */
export function mathToText(math: string): string {
  if (math.length > LONGEST || LAYOUT.test(math)) return '';
  let source = withQuantities(math).replace(UNSEEN, '');
  // From the inside out: an argument may hold another one.
  for (let depth = 0, before = ''; before !== source && depth < 4; depth++) {
    before = source;
    source = source
      .replace(ROOT, (_, of: string) => `{√${grouped(of)}}`)
      .replace(FRACTION, (_, above?: string, a?: string, below?: string, b?: string) => {
        return `{${grouped(above ?? a!)}/${grouped(below ?? b!)}}`;
      });
  }
  const plain = source.replace(/\\([a-zA-Z]+|[^])[ \t\n]*(?=([^])?)/g, (_, name: string, next?: string) => {
    if (/^[%&_#$]$/.test(name)) return name;
    const known = lookup(LETTERS, name) ?? greekLetter(name) ?? lookup(SIGNS, name);
    if (known !== undefined) return known;
    if (SPACES.has(name)) return ' ';
    if (NOTHING.has(name) || WRAPPERS.has(name) || next === '{' || !/^[a-zA-Z]/.test(name)) return '';
    return /[a-zA-Z0-9\\]/.test(next ?? '') ? ` ${name} ` : ` ${name}`;
  });
  const text = plain
    .replace(/[{}^_]/g, '')
    .replace(/~/g, (sign, at: number, whole: string) => (/[\d.]/.test(whole[at + 1] ?? '') ? sign : ' '))
    .replace(/\s*([=<>≤≥≠≈≪≫≲≳≅∈∉⊂⊆∪∩⇒⇔⇌±×])\s*/g, ' $1 ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[,;)\]])/g, '')
    .trim();
  return text.length <= 60 ? text : '';
}

/** With the quantities and chemical formulas as they are printed. */
function withQuantities(math: string): string {
  if (!/\\(?:SI|si|qty|num|unit|ang|ce)/.test(math)) return math;
  let text = '';
  let from = 0;
  for (let at = math.indexOf('\\'); at >= 0; at = math.indexOf('\\', at + 1)) {
    if (at < from) continue;
    const quantity = quantityAt(math, at);
    if (quantity === null) continue;
    text += `${math.slice(from, at)}{${quantity.text}}`;
    from = at + quantity.length;
  }
  return text + math.slice(from);
}

/** In parentheses if it is a sum or the like. */
function grouped(part: string): string {
  return /[-+ =]/.test(part.trim()) ? `(${part.trim()})` : part.trim();
}

function lookup(table: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
