import type { Entry, Source } from './entry';
import { EntryBlocks } from './entryBlocks';
import { KEYS, readHeader, readSection, SOURCES, type Decompress, type ReadAt } from './fileFormat';
import { GlossaryError } from './glossaryError';
import { KeyIndex } from './keyIndex';

export interface GlossaryFile {
  /** Gives `length` bytes from `offset`. */
  readonly read: ReadAt;
  /** Undoes Brotli. */
  readonly decompress: Decompress;
}

/** One of the files that a glossary consists of, opened. Its entries are numbered on from those of the files before. */
export class GlossaryPart {
  readonly #keys: KeyIndex;
  readonly #blocks: EntryBlocks;
  /** The number of the first entry of the next file. */
  readonly end: number;

  /**
   * @param first number of the first entry
   * @throws GlossaryError when the file can't be used
   */
  constructor(
    { read, decompress }: GlossaryFile,
    private readonly first: number,
  ) {
    const header = readHeader(read);
    const sources = sourcesOf(readSection(read, decompress, header, SOURCES));
    this.#keys = new KeyIndex(readSection(read, decompress, header, KEYS));
    this.#blocks = new EntryBlocks(read, decompress, header, sources);
    this.end = first + header.entries;
  }

  /** The entries that `key` names. */
  find(key: string): Entry[] {
    return this.#keys.find(key).map((number) => this.#entry(number));
  }

  /** At most `limit` keys that begin with `prefix`, in order, each with the first entry that it names. */
  startingWith(prefix: string, limit: number): { key: string; entry: Entry }[] {
    return this.#keys.startingWith(prefix, limit).map(({ key, entries }) => ({ key, entry: this.#entry(entries[0]!) }));
  }

  #entry(number: number): Entry {
    return { ...this.#blocks.entry(number), number: this.first + number };
  }
}

function sourcesOf(bytes: Uint8Array): readonly Source[] {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Source[];
  } catch {
    throw new GlossaryError('damaged', 'the sources are no JSON');
  }
}
