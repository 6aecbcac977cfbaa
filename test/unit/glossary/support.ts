import { brotliDecompressSync } from 'node:zlib';
import { encodeGlossary } from '../../../scripts/glossary/encode';
import type { RawEntry } from '../../../scripts/glossary/rawEntry';
import { Glossary } from '../../../src/glossary/glossary';
import type { GlossaryFile } from '../../../src/glossary/glossaryPart';

let serial = 0;

/** An entry with what a test leaves out filled in. */
export function raw(entry: Partial<RawEntry> & { readonly term: string }): RawEntry {
  serial++;
  return {
    synonyms: [],
    definition: `What ${entry.term} is, in so many words that a reader knows.`,
    source: 'Disease Ontology',
    id: `DOID:${String(serial).padStart(7, '0')}`,
    url: `https://disease-ontology.org/term/DOID:${String(serial).padStart(7, '0')}`,
    licence: 'CC0 1.0',
    rank: 3,
    kind: 'disease',
    ...entry,
  };
}

/** The bytes of a file, as its reader sees them, and how often they were read. */
export function fileOf(bytes: Uint8Array): GlossaryFile & { reads: number } {
  const file = {
    reads: 0,
    read: (offset: number, length: number): Uint8Array => {
      file.reads++;
      return bytes.subarray(offset, offset + length);
    },
    decompress: (stored: Uint8Array): Uint8Array => brotliDecompressSync(stored),
  };
  return file;
}

type Given = Partial<RawEntry> & { readonly term: string };

export function glossaryOf(...entries: Given[]): Glossary {
  return new Glossary(fileOf(glossaryFile(...entries)));
}

/** The bytes of a glossary's file. */
export function glossaryFile(...entries: Given[]): Uint8Array {
  return encodeGlossary(entries.map(raw));
}

/** The terms that a look-up gives, in order. */
export function terms(found: ReturnType<Glossary['lookup']>): string[] {
  return found.map(({ entry }) => entry.term);
}
