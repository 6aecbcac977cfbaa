/**
 * Where a text holds a name. Only letters and digits count, so that case, hyphens, dashes, brackets and the spaces a
 * tokenizer has put in make no difference (`IL-6` = `il - 6` = `IL6`); Greek letters equal their names (`TNF-α` =
 * `tnf-alpha`), and a plural `s` may follow.
 */

/** A place in a text, in UTF-16 units, the end exclusive. */
export interface Span {
  start: number;
  end: number;
}

const GREEK: Record<string, string> = {
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  δ: 'delta',
  ε: 'epsilon',
  ζ: 'zeta',
  η: 'eta',
  θ: 'theta',
  ι: 'iota',
  κ: 'kappa',
  λ: 'lambda',
  μ: 'mu',
  ν: 'nu',
  ξ: 'xi',
  ο: 'omicron',
  π: 'pi',
  ρ: 'rho',
  σ: 'sigma',
  ς: 'sigma',
  τ: 'tau',
  υ: 'upsilon',
  φ: 'phi',
  χ: 'chi',
  ψ: 'psi',
  ω: 'omega',
};

const COUNTS = /[\p{L}\p{N}]/u;
/** What may stand inside a name besides letters and digits. */
const INSIDE = /^[^\p{L}\p{N}.;:!?]{0,3}$|^[.,'’][-‐‑–]?$/u;

/** The letters and digits of a text, and where each came from. */
interface Skeleton {
  text: string;
  /** For each unit of `text`, the place of its character in the original; the end of the last one behind them. */
  starts: number[];
  ends: number[];
}

function skeletonOf(original: string): Skeleton {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const character of original) {
    const end = at + character.length;
    if (COUNTS.test(character)) {
      // Accents and styles don't count: `Sjögren` = `Sjogren`, `𝛼` = `α`.
      const bare = character.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
      const spelt = GREEK[bare] ?? bare;
      text += spelt;
      for (let i = 0; i < spelt.length; i++) {
        starts.push(at);
        ends.push(end);
      }
    }
    at = end;
  }
  return { text, starts, ends };
}

/** Finds names in one text; the work on the text is done once. */
export class NameFinder {
  private readonly skeleton: Skeleton;

  constructor(private readonly original: string) {
    this.skeleton = skeletonOf(original);
  }

  /** All places of a name, in the text's order; none for a name without letters and digits. */
  find(name: string): Span[] {
    const sought = skeletonOf(name).text;
    const spans: Span[] = [];
    if (sought === '') return spans;
    const { text } = this.skeleton;
    for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
      const span = this.spanAt(at, at + sought.length);
      if (span) spans.push(span);
    }
    return spans;
  }

  private spanAt(from: number, to: number): Span | null {
    const { text, starts, ends } = this.skeleton;
    if (!this.isEdge(from)) return null;
    let last = to;
    // A plural, as long as it ends there.
    if (!this.isEdge(to)) {
      const plural =
        text.startsWith('es', to) && this.isEdge(to + 2) ? 2 : Number(text[to] === 's' && this.isEdge(to + 1));
      if (plural === 0) return null;
      last = to + plural;
    }
    for (let i = from + 1; i < last; i++) {
      const gap = this.original.slice(ends[i - 1], starts[i]);
      if (starts[i] !== starts[i - 1] && gap !== '' && !INSIDE.test(gap)) return null;
    }
    const span = { start: starts[from]!, end: ends[last - 1]! };
    const inside = this.original.slice(span.start, span.end);
    const open = inside.split('(').length > inside.split(')').length;
    return open && this.original[span.end] === ')' ? { ...span, end: span.end + 1 } : span;
  }

  /** Whether a word may begin or end before this unit of the skeleton: another character than letters and digits is there. */
  private isEdge(at: number): boolean {
    const { text, starts, ends } = this.skeleton;
    if (at <= 0 || at >= text.length) return at === 0 || at === text.length;
    return ends[at - 1]! < starts[at]!;
  }
}
