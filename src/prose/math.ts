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
]);
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
  'hspace',
  'phantom',
]);

/** A Greek letter's character by its TeX name, with or without `up` or `text` before it. */
export function greekLetter(name: string): string | undefined {
  return (
    lookup(LETTERS, name) ?? (/^(?:up|text)/.test(name) ? lookup(LETTERS, name.replace(/^(?:up|text)/, '')) : undefined)
  );
}

/**
 * Inline math as readable text (`\alpha` → α, `p<0.05` → p < 0.05), or nothing where no plain form
 * exists: an abstract would not hold such a formula either.
 */
export function mathToText(math: string): string {
  let unknown = false;
  const plain = math.replace(/\\([a-zA-Z]+|[^])\s*/g, (_, name: string) => {
    if (/^[%&_#$]$/.test(name)) return name;
    const letter = lookup(LETTERS, name) ?? greekLetter(name);
    if (letter !== undefined) return letter;
    const sign = lookup(SIGNS, name);
    if (sign !== undefined) return sign;
    if (SPACES.has(name)) return ' ';
    if (NOTHING.has(name) || WRAPPERS.has(name)) return '';
    unknown = true;
    return '';
  });
  if (unknown) return '';
  const text = plain
    .replace(/[{}^_]/g, '')
    .replace(/~/g, (sign, at: number, whole: string) => (/[\d.]/.test(whole[at + 1] ?? '') ? sign : ' '))
    .replace(/\s*([=<>≤≥≠≈≪≫±×])\s*/g, ' $1 ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length <= 60 ? text : '';
}

function lookup(table: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
