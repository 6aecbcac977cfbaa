// Builds the list of words that ships beside the glossary: `npm run build:words -- TEXTS.jsonl.xz …`.
//
// Its words finish half-typed ones (src/glossary/wordList.ts): those of openly licensed text (as training/README.md has it), by
// how often it has them, and those of the glossary's names. The same input gives the same bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { readCorpus } from '../../bench/lib/corpus';
import { EntryBlocks } from '../../src/glossary/entryBlocks';
import type { Source } from '../../src/glossary/entry';
import { readHeader, readSection, SOURCES } from '../../src/glossary/fileFormat';
import { encodeWordList } from '../../src/glossary/wordList';

const folder = join(__dirname, '..', '..', 'glossary');
/** Shorter words have nothing to finish. */
const SHORTEST = 4;
/** What is rarer in the texts, and no name of the glossary, may be a misspelling. */
const FEWEST = 5;
/** What a name of the glossary counts that the texts hardly have. */
const NAMED = 2;
const WORD = /(?<![\p{L}\p{M}\p{N}-])\p{Ll}+(?![\p{L}\p{M}\p{N}-])/gu;

const file = readFileSync(join(folder, 'glossary.bin'));
const read = (offset: number, length: number): Uint8Array => file.subarray(offset, offset + length);
const decompress = (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes);
const header = readHeader(read);
const sources = JSON.parse(new TextDecoder().decode(readSection(read, decompress, header, SOURCES))) as Source[];
const blocks = new EntryBlocks(read, decompress, header, sources);

const counts = new Map<string, number>();

function add(text: string, count: (word: string) => void): void {
  for (const [word] of text.matchAll(WORD)) if (word.length >= SHORTEST) count(word);
}

async function main(): Promise<void> {
  for (const path of process.argv.slice(2)) {
    for await (const { sections } of readCorpus(path)) {
      for (const { paragraphs } of sections) {
        for (const text of paragraphs) add(text, (word) => counts.set(word, (counts.get(word) ?? 0) + 1));
      }
    }
  }
  for (const [word, count] of counts) if (count < FEWEST) counts.delete(word);
  for (let number = 0; number < header.entries; number++) {
    const { term, synonyms } = blocks.entry(number);
    for (const name of [term, ...synonyms]) {
      // A name's first capital is a heading's.
      const small = name.replace(/^\p{Lu}(?=\p{Ll}{3})/u, (letter) => letter.toLowerCase());
      add(small, (word) => counts.set(word, Math.max(counts.get(word) ?? 0, NAMED)));
    }
  }
  const bytes = brotliCompressSync(encodeWordList([...counts]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(join(folder, 'words.br'), bytes);
  console.log(`${counts.size} words, ${bytes.length} bytes`);
}

void main();
