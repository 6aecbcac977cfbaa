import type { ProseDocument } from './proseDocument';
import type { ScopeReason } from './scope';

/** The prose around a place of a document, as a reader sees it: markup stripped, whitespace collapsed. */
export interface ProseAround {
  text: string;
  /** The place in `text`, UTF-16 units. */
  at: number;
  /**
   * Where a part of `text` that holds the place stands in the document, UTF-16 offsets; of a part that can't be found
   * there word by word, the word at the place.
   */
  rangeOf(start: number, end: number): { from: number; to: number };
}

/** A run of letters and digits: its place in the document and its end in the prose. */
interface Run {
  from: number;
  to: number;
  text: string;
  proseEnd: number;
}

const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/** Prose before the place, UTF-16 units: more than the longest term. */
const BEFORE = 240;
/** Runs on each side: more than the longest term has. */
const RUNS = 10;
/** How much of the document is looked at on each side, UTF-16 units. */
const REACH = 300;
/** What may stand between words of one term: `\emph{…}`, `**…**`, `<i>…</i>`. */
const MARKS: readonly ScopeReason[] = ['command', 'commandArgument', 'markup', 'html'];

/** What opens code, formulas, commands, links, citations, and comments. */
const MARKUP = /[`$\\<>[\]{}@%]/;

/**
 * The prose around a place, if the word there is prose; undefined in code, math, markup, and between words.
 * @param slice the document's text between two offsets (clamped by the caller)
 */
export function proseAround(
  document: ProseDocument,
  slice: (from: number, to: number) => string,
  offset: number,
): ProseAround | undefined {
  const start = Math.max(0, offset - REACH);
  const raw = slice(start, offset + REACH);
  const runs = [...raw.matchAll(RUN)].map(({ 0: text, index }) => ({
    from: start + index,
    to: start + index + text.length,
    text,
  }));
  const index = runs.findIndex(({ from, to }) => from <= offset && offset <= to);
  const here = runs[index];
  if (here === undefined) return undefined;
  const before = proseAt(document, here.to);
  if (before === undefined || !before.endsWith(here.text)) return undefined;
  if (!document.scopeAt(here.from).prose || !document.scopeAt(offset).prose) return undefined;

  const text = before.slice(-BEFORE);
  const found: Run[] = [{ ...here, proseEnd: text.length }];
  const after = textAfter(document, before, runs.slice(index + 1, index + 1 + RUNS), found, raw, start);
  const left = (): void => addRunsBefore(document, text.slice(0, -here.text.length), runs.slice(0, index), found);
  return {
    text: text + after,
    at: text.length - (here.to - offset),
    rangeOf(proseStart, proseEnd) {
      if (found[0]!.from === here.from) left();
      const first = found.find((run) => run.proseEnd - run.text.length === proseStart);
      const last = found.filter((run) => run.proseEnd <= proseEnd).at(-1);
      if (first === undefined || last === undefined || last.from < here.from) return { from: here.from, to: here.to };
      // Signs behind the last run belong to the term (`CD4+`), unless a command writes them (`TNF-\textalpha{}`).
      const signs = (text + after).slice(last.proseEnd, proseEnd);
      const written = slice(last.to, last.to + signs.length) === signs;
      return { from: first.from, to: last.to + (written ? signs.length : 0) };
    },
  };
}

/** The prose before an offset without the space that ends it, undefined where there is none. */
function proseAt(document: ProseDocument, offset: number): string | undefined {
  const scope = document.scopeAt(offset);
  return scope.prose ? scope.textBefore.trimEnd() : undefined;
}

/** The prose behind `before`, as far as it goes on in the same paragraph; its runs are added to `found`. */
function textAfter(
  document: ProseDocument,
  before: string,
  runs: readonly Omit<Run, 'proseEnd'>[],
  found: Run[],
  raw: string,
  rawStart: number,
): string {
  const paragraph: Omit<Run, 'proseEnd'>[] = [];
  let end = found[0]!.to;
  for (const run of runs) {
    if (/\n\s*\n/.test(raw.slice(end - rawStart, run.from - rawStart))) break;
    paragraph.push(run);
    end = run.to;
  }
  const plain = !MARKUP.test(raw.slice(found[0]!.to - rawStart, end - rawStart));
  return (
    (plain ? plainAfter(document, before, paragraph, found) : undefined) ??
    markedAfter(document, before, paragraph, found)
  );
}

/** As `textAfter`, at once where nothing but words stands there. Undefined where it isn't so. */
function plainAfter(
  document: ProseDocument,
  before: string,
  runs: readonly Omit<Run, 'proseEnd'>[],
  found: Run[],
): string | undefined {
  const last = runs.at(-1);
  const whole = last && proseAt(document, last.to);
  const rest = whole === undefined ? undefined : restBehind(before, whole);
  if (rest === undefined) return undefined;
  const words = [...rest.matchAll(RUN)];
  if (words.length !== runs.length || words.some(([text], i) => text !== runs[i]!.text)) return undefined;
  const start = found[0]!.proseEnd;
  runs.forEach((run, i) => found.push({ ...run, proseEnd: start + words[i]!.index + run.text.length }));
  return rest;
}

/** As `textAfter`, run by run, over marks between them. */
function markedAfter(
  document: ProseDocument,
  before: string,
  runs: readonly Omit<Run, 'proseEnd'>[],
  found: Run[],
): string {
  let text = '';
  let all = before;
  const start = found[0]!.proseEnd;
  for (const run of runs) {
    const scope = document.scopeAt(run.to);
    if (!scope.prose) {
      if (MARKS.includes(scope.reason)) continue;
      break;
    }
    const next = scope.textBefore.trimEnd();
    const rest = restBehind(all, next);
    if (rest === undefined || !rest.endsWith(run.text)) break;
    text += rest;
    all = next;
    found.push({ ...run, proseEnd: start + text.length });
  }
  return text;
}

/** What `longer` has behind `text`, the front of either of which may be cut off. */
function restBehind(text: string, longer: string): string | undefined {
  if (longer.startsWith(text)) return longer.slice(text.length);
  const tail = text.slice(-100);
  const at = tail.length < 100 ? -1 : longer.lastIndexOf(tail);
  return at < 0 ? undefined : longer.slice(at + tail.length);
}

/** Adds the runs of `raw` that are the last ones of the prose, the nearest first, in front of `found`. */
function addRunsBefore(
  document: ProseDocument,
  prose: string,
  raw: readonly Omit<Run, 'proseEnd'>[],
  found: Run[],
): void {
  const words = [...prose.matchAll(RUN)];
  let at = raw.length - 1;
  for (const word of words.reverse().slice(0, RUNS)) {
    while (at >= 0 && isMark(document, raw[at]!.to)) at--;
    const run = raw[at--];
    if (run === undefined || run.text !== word[0] || !document.scopeAt(run.to).prose) return;
    found.unshift({ ...run, proseEnd: word.index + word[0].length });
  }
}

function isMark(document: ProseDocument, offset: number): boolean {
  const scope = document.scopeAt(offset);
  return !scope.prose && MARKS.includes(scope.reason);
}
