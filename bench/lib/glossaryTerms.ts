import { closeSync, openSync, readSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { createRandom } from '../../src/decoder/generation/random';
import type { Entry, Source } from '../../src/glossary/entry';
import { EntryBlocks } from '../../src/glossary/entryBlocks';
import { readHeader, readSection, SOURCES } from '../../src/glossary/fileFormat';

/** Names of the glossary's entries, each once, in an order that the seed decides; as many as are asked for. */
export function* glossaryTerms(path: string, seed: number): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const read = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    };
    const decompress = (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes);
    const header = readHeader(read);
    const sources = JSON.parse(new TextDecoder().decode(readSection(read, decompress, header, SOURCES))) as Source[];
    const blocks = new EntryBlocks(read, decompress, header, sources);
    const random = createRandom(seed);
    const given = new Set<string>();
    while (given.size < header.entries) {
      const { term }: Entry = blocks.entry(Math.floor(header.entries * random()));
      if (given.has(term)) continue;
      given.add(term);
      yield term;
    }
  } finally {
    closeSync(file);
  }
}
