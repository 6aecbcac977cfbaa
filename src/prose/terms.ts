/** A term's place in a text, UTF-16 offsets. */
export interface Term {
  text: string;
  from: number;
  to: number;
}

/** What joins parts of one term: `IL-6`, `TNF-α`, `5'-UTR`, `β-catenin/TCF-4`, `Na+/K+-ATPase`, `H₂O`. */
const TERM =
  /(?:\[\d{1,3}[A-Z][a-z]?\])?[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}⁺⁻₊₋]|[+](?=[-/][\p{L}\p{N}])|['’′](?=-?[\p{L}\p{N}])|[-‐‑–/](?=[\p{L}\p{N}])|\.(?=\d)|[-‐‑],?(?=\d)|,(?=\d+[-‐‑]))*[+⁺⁻]*/gu;
const AROUND = 200;

/**
 * The biomedical term at an offset, hyphens, Greek letters, slashes and charges included; null where
 * there is none. A cursor right behind a term belongs to it. Dashes between numbers, sentence
 * punctuation and possessives end it.
 */
export function wordOrTermAt(text: string, offset: number): Term | null {
  const at = Math.min(Math.max(0, offset), text.length);
  const start = Math.max(0, at - AROUND, text.lastIndexOf('\n', at - 1) + 1);
  const piece = text.slice(start, at + AROUND);
  TERM.lastIndex = 0;
  for (let match = TERM.exec(piece); match !== null; match = TERM.exec(piece)) {
    const from = start + match.index;
    const term = match[0].replace(/['’]s$/u, '');
    if (from > at) return null;
    if (at <= from + term.length) return narrowed(term, from, at);
  }
  return null;
}

/** Two plain words around a slash are two terms; `PI3K/Akt` and `Na+/K+-ATPase` stay one. */
function narrowed(term: string, from: number, at: number): Term {
  if (!/\p{Ll}{4,}\/\p{Ll}{4,}/u.test(term)) return { text: term, from, to: from + term.length };
  const left = term.lastIndexOf('/', at - from - 1) + 1;
  const slash = term.indexOf('/', at - from);
  const right = slash < 0 ? term.length : slash;
  return { text: term.slice(left, right), from: from + left, to: from + right };
}
