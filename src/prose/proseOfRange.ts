import type { ProseDocument } from './proseDocument';

/** The prose of a stretch of a document: markup stripped, whitespace collapsed. */
export interface RangeProse {
  text: string;
  /** Where a part of `text` stands in the document, UTF-16 offsets: from its first word to its last. */
  rangeOf(start: number, end: number): { from: number; to: number };
}

/** A run of letters and digits. */
interface Run {
  from: number;
  to: number;
  text: string;
}

const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/** How many words markup may put between two words of prose, or prose between two of the document. */
const APART = 80;
/** Of so many words of LaTeX each is asked whether it is shown; in longer texts a comment may be taken for what it repeats. */
const MOST_LOOKED_AT = 2500;
/** Of a text whose front may be cut, this much tells where it goes on, UTF-16 units. */
const TAIL = 100;

/**
 * What a reader sees of `[from, to)`. Its text is empty where that holds no prose.
 * @param slice the document's text between two offsets
 */
export function proseOfRange(
  document: ProseDocument,
  slice: (from: number, to: number) => string,
  from: number,
  to: number,
): RangeProse {
  const raw = runsOf(slice(from, to), from);
  const maxChars = 2 * (to - from) + 2000;
  const before = (offset: number): string | undefined => {
    const scope = document.scopeAt(offset, { maxChars });
    return scope.prose ? scope.textBefore : undefined;
  };
  const first = raw.find((run) => document.scopeAt(run.from).prose);
  const start = first && before(first.from);
  const end = endOfProse(document, slice, raw, to);
  const whole = end === undefined ? undefined : before(end);
  if (start === undefined || whole === undefined || end! <= first!.from)
    return { text: '', rangeOf: () => ({ from, to: from }) };

  const look = document.language === 'latex' && raw.length <= MOST_LOOKED_AT;
  const shown = look ? raw.filter((run) => isShown(document, run)) : raw;
  const inside = shown.filter((run) => run.from >= first!.from);
  const text = (behind(start.trimEnd(), whole) ?? lastOf(whole, inside)).trim();
  const prose = runsOf(text, 0);
  return { text, rangeOf: placesOf(text, prose, inside, slice) };
}

function runsOf(text: string, shift: number): Run[] {
  return [...text.matchAll(RUN)].map(({ 0: run, index }) => ({
    from: shift + index,
    to: shift + index + run.length,
    text: run,
  }));
}

/** Formulas are shown, spelt otherwise. */
function isShown(document: ProseDocument, { from, to }: Run): boolean {
  const scope = document.scopeAt(Math.ceil((from + to) / 2), { maxChars: 200 });
  return scope.prose || scope.reason === 'math' || scope.reason === 'command';
}

/** The range's end, else the end of its last word that is prose, with the marks that end a sentence. */
function endOfProse(
  document: ProseDocument,
  slice: (from: number, to: number) => string,
  runs: readonly Run[],
  to: number,
): number | undefined {
  if (document.scopeAt(to).prose) return to;
  for (let i = runs.length - 1; i >= 0; i--) {
    const end = runs[i]!.to;
    if (!document.scopeAt(end).prose) continue;
    const marked = end + /^[.!?)\]%’”"']*/.exec(slice(end, Math.min(to, end + 5)))![0].length;
    return document.scopeAt(marked).prose ? marked : end;
  }
  return undefined;
}

/** What `whole` has behind `text`, the front of either of which may be cut off. */
function behind(text: string, whole: string): string | undefined {
  if (whole.startsWith(text)) return whole.slice(text.length);
  const tail = text.slice(-TAIL);
  const at = tail.length < TAIL ? -1 : whole.lastIndexOf(tail);
  return at < 0 ? undefined : whole.slice(at + tail.length);
}

/** The end of a text that begins with the first of the words and is about as long as they are. */
function lastOf(text: string, words: readonly Run[]): string {
  const length = words.at(-1)!.to - words[0]!.from;
  const reach = text.slice(-Math.ceil(length * 1.1) - 20);
  const at = runsOf(reach, 0).find((run) => run.text === words[0]!.text)?.from;
  return at === undefined ? reach : reach.slice(at);
}

/** Pairs the words of the prose with those of the document, in their order. */
function pairs(prose: readonly Run[], raw: readonly Run[]): (number | undefined)[] {
  const found: (number | undefined)[] = prose.map(() => undefined);
  let i = 0;
  let j = 0;
  const same = (a: number, b: number): boolean => prose[a]?.text === raw[b]?.text;
  while (i < prose.length && j < raw.length) {
    if (same(i, j)) {
      found[i++] = j++;
      continue;
    }
    const step = nextPair(i, j, prose.length, raw.length, same);
    if (!step) {
      i++;
      continue;
    }
    [i, j] = step;
  }
  return found;
}

/** The nearest two words that are the same, as are those that follow. */
function nextPair(
  i: number,
  j: number,
  proseLength: number,
  rawLength: number,
  same: (a: number, b: number) => boolean,
): [number, number] | undefined {
  for (let apart = 1; apart <= APART; apart++) {
    for (let k = 0; k <= apart; k++) {
      const [a, b] = [i + k, j + apart - k];
      if (a >= proseLength || b >= rawLength || !same(a, b)) continue;
      const last = a + 1 === proseLength || b + 1 === rawLength;
      // One between them may be spelt otherwise: `$\alpha$`.
      if (last || same(a + 1, b + 1) || same(a + 2, b + 2)) return [a, b];
    }
  }
  return undefined;
}

function placesOf(
  text: string,
  prose: readonly Run[],
  raw: readonly Run[],
  slice: (from: number, to: number) => string,
): RangeProse['rangeOf'] {
  const paired = pairs(prose, raw);
  /** Of a word that markup spells otherwise: what stands between its neighbours. */
  const placeOf = (index: number): { from: number; to: number } => {
    const own = paired[index];
    if (own !== undefined) return raw[own]!;
    const before = paired.slice(0, index).reduce((last, each) => each ?? last, undefined) ?? -1;
    const after = paired.slice(index + 1).find((each) => each !== undefined) ?? raw.length;
    if (after - before > 1) return { from: raw[before + 1]!.from, to: raw[after - 1]!.to };
    const at = before >= 0 ? raw[before]!.to : raw[after]!.from;
    return { from: at, to: at };
  };
  return (start, end) => {
    const first = prose.findIndex((run) => run.to > start);
    const next = prose.findIndex((run) => run.from >= end);
    const last = (next < 0 ? prose.length : next) - 1;
    if (first < 0 || last < first) {
      const at = placeOf(Math.max(0, Math.min(first, prose.length - 1))).from;
      return { from: at, to: at };
    }
    const [a, b] = [placeOf(first), placeOf(last)];
    const exact = (index: number): boolean => paired[index] !== undefined;
    const from = exact(first) ? a.from + Math.max(0, start - prose[first]!.from) : a.from;
    if (!exact(last)) return { from, to: b.to };
    if (end < prose[last]!.to) return { from, to: b.to - (prose[last]!.to - end) };
    // Signs behind the last word belong to the part: `CD4+`, the full stop of a sentence.
    const signs = text.slice(prose[last]!.to, end);
    return { from, to: slice(b.to, b.to + signs.length) === signs ? b.to + signs.length : b.to };
  };
}
