import { encodeLines, SortedLines } from './sortedLines';

/** A word, and how often it is expected in a million words at a place. */
export interface ListedWord {
  word: string;
  perMillion: number;
}

/** What stands before a word: a word in small letters, a mark, or `0` for anything that begins with a digit. */
const TOKEN = /[\p{L}\p{M}\p{N}-]+|\S/gu;
const LAST_TOKEN = /(?:[\p{L}\p{M}\p{N}-]+|\S)(?=\s*$)/u;
/** Characters of a text in which its last token is looked for. */
const LOOK_BACK = 80;
/** The frequency of a word behind another counts as much as its frequency anywhere once the other has occurred so often. */
const TRUST = 300;

/** The tokens of a text, as they stand before words. */
export function tokensOf(text: string): string[] {
  return Array.from(text.matchAll(TOKEN), ([token]) => contextOf(token));
}

function contextOf(token: string): string {
  return /^\p{N}/u.test(token) ? '0' : token.toLowerCase();
}

/**
 * Words of the field with their frequencies, in general and behind other words, to finish half-typed ones.
 *
 * Layout: u32 bytes of the words, u32 bytes of the contexts; the words (`word` TAB `count`, sorted, UTF-8); the contexts
 * (`token` TAB `occurrences`, sorted, UTF-8); for each context u32, where its list ends; the lists: for each word that follows,
 * varint difference of its line to the one before, varint count. Little-endian.
 */
export class WordList {
  private readonly words: SortedLines;
  private readonly contexts: SortedLines;
  private readonly ends: DataView;
  private readonly lists: Uint8Array;
  private readonly total: number;

  /** @param bytes as `encodeWordList` writes them */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const contextsAt = 8 + view.getUint32(0, true);
    const endsAt = contextsAt + view.getUint32(4, true);
    const text = (from: number, to: number): SortedLines =>
      new SortedLines(new TextDecoder().decode(bytes.subarray(from, to)));
    this.words = text(8, contextsAt);
    this.contexts = text(contextsAt, endsAt);
    const listsAt = endsAt + 4 * this.contexts.length;
    this.ends = new DataView(bytes.buffer, bytes.byteOffset + endsAt, listsAt - endsAt);
    this.lists = bytes.subarray(listsAt);
    let total = 0;
    for (let line = 0; line < this.words.length; line++) total += this.words.number(line);
    this.total = total;
  }

  /**
   * At most `limit` words that begin with some letters, most frequent behind `textBefore` first. Letters with a first capital
   * begin words with small letters, too; a word in both forms is listed once.
   * @param textBefore ends where the word begins
   */
  startingWith(letters: string, limit: number, textBefore = ''): ListedWord[] {
    const small = letters.charAt(0).toLowerCase() + letters.slice(1);
    const context = this.contexts.indexOf(contextOf(LAST_TOKEN.exec(textBefore.slice(-LOOK_BACK))?.[0] ?? ''));
    const occurrences = context < 0 ? 0 : this.contexts.number(context);
    const found = new Map<string, ListedWord>();
    for (const beginning of new Set([small, letters])) {
      const [from, to] = this.words.beginningWith(beginning);
      const behind = context < 0 ? undefined : this.countsBehind(context, from, to);
      for (let line = from; line < to; line++) {
        const word = this.words.key(line);
        const anywhere = this.words.number(line) / this.total;
        const share = ((behind?.get(line) ?? 0) + TRUST * anywhere) / (occurrences + TRUST);
        const rest = word.slice(letters.length);
        const known = found.get(rest);
        found.set(rest, { word: known?.word ?? word, perMillion: (known?.perMillion ?? 0) + 1e6 * share });
      }
    }
    return [...found.values()].sort((a, b) => b.perMillion - a.perMillion).slice(0, limit);
  }

  /** How often the words of some lines stand behind a context. */
  private countsBehind(context: number, from: number, to: number): Map<number, number> {
    const counts = new Map<number, number>();
    const { lists } = this;
    let at = context === 0 ? 0 : this.ends.getUint32(4 * (context - 1), true);
    const end = this.ends.getUint32(4 * context, true);
    const varint = (): number => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = lists[at++]!;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    };
    for (let line = 0; at < end;) {
      line += varint();
      const count = varint();
      if (line >= to) break;
      if (line >= from) counts.set(line, count);
    }
    return counts;
  }
}

/** A context: how often it occurs, and how often each word stands behind it. */
export interface Context {
  occurrences: number;
  words: ReadonlyMap<string, number>;
}

/** The bytes of a `WordList`. @param contexts by their tokens; their words are among `counts` */
export function encodeWordList(
  counts: ReadonlyMap<string, number>,
  contexts: ReadonlyMap<string, Context> = new Map(),
): Uint8Array {
  const text = new TextEncoder();
  const words = encodeLines([...counts]);
  const lines = new Map([...counts.keys()].sort(byCodeUnits).map((word, line) => [word, line]));
  const sorted = [...contexts].sort(([a], [b]) => byCodeUnits(a, b));
  const lists: number[] = [];
  const ends = new Uint8Array(4 * sorted.length);
  for (const [index, [, { words: behind }]] of sorted.entries()) {
    let last = 0;
    for (const [line, count] of [...behind]
      .map(([word, n]) => [lines.get(word)!, n] as const)
      .sort(([a], [b]) => a - b)) {
      pushVarint(lists, line - last);
      pushVarint(lists, count);
      last = line;
    }
    new DataView(ends.buffer).setUint32(4 * index, lists.length, true);
  }
  const parts = [
    text.encode(words),
    text.encode(encodeLines(sorted.map(([token, { occurrences }]) => [token, occurrences] as const))),
    ends,
    Uint8Array.from(lists),
  ];
  const bytes = new Uint8Array(8 + parts.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, parts[0]!.length, true);
  view.setUint32(4, parts[1]!.length, true);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function pushVarint(bytes: number[], value: number): void {
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  bytes.push(value);
}
