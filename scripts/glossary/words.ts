// Builds the list of words that ships beside the glossary: `npm run build:words -- TEXTS.jsonl.xz …`.
//
// Its words finish half-typed ones (src/glossary/wordList.ts): those of openly licensed text (as training/README.md has it), by
// how often it has them, alone and behind other words, and those of the glossary's names. The same input gives the same bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { readCorpus } from '../../bench/lib/corpus';
import { EntryBlocks } from '../../src/glossary/entryBlocks';
import type { Entry, Source } from '../../src/glossary/entry';
import { readHeader, readSection, SOURCES } from '../../src/glossary/fileFormat';
import { encodeWordList, tokensOf, type Context } from '../../src/glossary/wordList';

const folder = join(__dirname, '..', '..', 'glossary');
/** Shorter words have nothing to finish. */
const SHORTEST = 4;
/** What is rarer in the texts, and no name of the glossary, may be a misspelling. */
const FEWEST = 3;
const FEWEST_TEXTS = 2;
/** What a name of the glossary counts that the texts hardly have. */
const NAMED = 2;
/** Words behind which others are counted have to occur so often together, and the others to be so long. */
const FEWEST_PAIRS = 8;
const SHORTEST_BEHIND = 6;
const WORD = /(?<![\p{L}\p{M}\p{N}-])\p{L}\p{Ll}+(?![\p{L}\p{M}\p{N}-])/gu;
/** A capital there is that of a sentence or a heading. */
const OPENING = /(?:^|[.!?:;([•“"])\s?$/u;

/** The entries of the glossary's files. */
function* entriesOf(names: readonly string[]): Generator<Entry> {
  for (const name of names) {
    const file = readFileSync(join(folder, name));
    const read = (offset: number, length: number): Uint8Array => file.subarray(offset, offset + length);
    const decompress = (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes);
    const header = readHeader(read);
    const sources = JSON.parse(new TextDecoder().decode(readSection(read, decompress, header, SOURCES))) as Source[];
    const blocks = new EntryBlocks(read, decompress, header, sources);
    for (let number = 0; number < header.entries; number++) yield blocks.entry(number);
  }
}

async function* paragraphsOf(paths: readonly string[]): AsyncGenerator<{ document: number; text: string }> {
  let document = 0;
  for (const path of paths) {
    for await (const { sections } of readCorpus(path)) {
      document++;
      for (const { paragraphs } of sections) for (const text of paragraphs) yield { document, text };
    }
  }
}

/** The words of texts and how often they have them. */
async function wordsOf(paths: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, { count: number; documents: number; last: number }>();
  for await (const { document, text } of paragraphsOf(paths)) {
    for (const { 0: word, index } of text.matchAll(WORD)) {
      if (word.length < SHORTEST) continue;
      if (/^\p{Lu}/u.test(word) && OPENING.test(text.slice(Math.max(0, index - 2), index))) continue;
      let known = found.get(word);
      if (known === undefined) found.set(word, (known = { count: 0, documents: 0, last: 0 }));
      known.count++;
      if (known.last !== document) known.documents++;
      known.last = document;
    }
  }
  const counts = new Map<string, number>();
  for (const [word, { count, documents }] of found) {
    if (count >= FEWEST && documents >= FEWEST_TEXTS) counts.set(word, rounded(count));
  }
  return counts;
}

function addNames(counts: Map<string, number>): void {
  for (const { term, synonyms } of entriesOf(['glossary.bin', 'additions.bin'])) {
    for (const name of [term, ...synonyms]) {
      // A name's first capital is a heading's.
      const small = name.replace(/^\p{Lu}(?=\p{Ll}{3})/u, (letter) => letter.toLowerCase());
      for (const [word] of small.matchAll(WORD)) {
        const named = word.length >= SHORTEST && /^\p{Ll}/u.test(word);
        if (named) counts.set(word, Math.max(counts.get(word) ?? 0, NAMED));
      }
    }
  }
}

/** What stands before the words, and how often which of them stands behind it. */
async function contextsOf(
  paths: readonly string[],
  counts: ReadonlyMap<string, number>,
): Promise<Map<string, Context>> {
  const occurrences = new Map<string, number>();
  const behind = new Map<string, Map<string, number>>();
  for await (const { text } of paragraphsOf(paths)) {
    let before: string | undefined;
    for (const token of tokensOf(text)) {
      if (before !== undefined) {
        occurrences.set(before, (occurrences.get(before) ?? 0) + 1);
        if (token.length >= SHORTEST_BEHIND && counts.has(token)) {
          let words = behind.get(before);
          if (words === undefined) behind.set(before, (words = new Map()));
          words.set(token, (words.get(token) ?? 0) + 1);
        }
      }
      before = token;
    }
  }
  const contexts = new Map<string, Context>();
  for (const [token, words] of behind) {
    const frequent = [...words].filter(([, count]) => count >= FEWEST_PAIRS);
    if (frequent.length === 0) continue;
    contexts.set(token, {
      occurrences: rounded(occurrences.get(token)!),
      words: new Map(frequent.map(([word, count]) => [word, rounded(count)])),
    });
  }
  return contexts;
}

/** To three binary digits: the others take room and say nothing. */
function rounded(count: number): number {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(count)) - 2);
  return Math.round(count / unit) * unit;
}

async function main(): Promise<void> {
  const paths = process.argv.slice(2);
  const counts = await wordsOf(paths);
  addNames(counts);
  const contexts = await contextsOf(paths, counts);
  const bytes = brotliCompressSync(encodeWordList(counts, contexts), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(join(folder, 'words.br'), bytes);
  const pairs = [...contexts.values()].reduce((sum, { words }) => sum + words.size, 0);
  console.log(`${counts.size} words, ${pairs} pairs behind ${contexts.size}, ${bytes.length} bytes`);
}

void main();
