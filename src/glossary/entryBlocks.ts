import { KINDS, type Entry, type Source } from './entry';
import { FIRST_BLOCK, readSection, type Decompress, type FileHeader, type ReadAt } from './fileFormat';
import { GlossaryError } from './glossaryError';

/** Between the columns of a block, between its rows, and between the parts of a cell; none is in any text. */
export const COLUMN = '\u0000';
export const ROW = '\n';
export const PART = '\t';
/** Columns of a block: fields of the same kind side by side compress better. */
export const COLUMNS = ['term', 'synonyms', 'definition', 'source', 'id', 'url', 'rank', 'kind'] as const;

/** Blocks kept decoded: about two megabytes. */
const BLOCKS_KEPT = 96;

type Block = readonly (readonly string[])[];

/** The entries of the file, read a block at a time; the blocks used last are kept. */
export class EntryBlocks {
  readonly #blocks = new Map<number, Block>();
  readonly #decoder = new TextDecoder();

  constructor(
    private readonly read: ReadAt,
    private readonly decompress: Decompress,
    private readonly header: FileHeader,
    private readonly sources: readonly Source[],
  ) {}

  /** @throws GlossaryError `damaged` when the block of the entry is. */
  entry(number: number): Entry {
    const block = this.#block(Math.floor(number / this.header.entriesPerBlock));
    const row = number % this.header.entriesPerBlock;
    const cell = (column: (typeof COLUMNS)[number]): string => {
      const value = block[COLUMNS.indexOf(column)]?.[row];
      if (value === undefined) throw new GlossaryError('damaged', `entry ${number} lacks its ${column}`);
      return value;
    };
    const source = this.sources[Number(cell('source'))];
    if (source === undefined) throw new GlossaryError('damaged', `entry ${number} has an unknown source`);
    const synonyms = cell('synonyms');
    const id = cell('id');
    return {
      number,
      term: cell('term'),
      synonyms: synonyms === '' ? [] : synonyms.split(PART),
      definition: cell('definition'),
      source: source.source,
      licence: source.licence,
      id: source.idPrefix + id,
      url: cell('url') || source.url.replace('%s', id),
      rank: Number(cell('rank')),
      kind: KINDS[Number(cell('kind'))] ?? 'term',
    };
  }

  #block(index: number): Block {
    let block = this.#blocks.get(index);
    if (block === undefined) {
      const bytes = readSection(this.read, this.decompress, this.header, FIRST_BLOCK + index);
      block = this.#decoder
        .decode(bytes)
        .split(COLUMN)
        .map((column) => column.split(ROW));
    } else this.#blocks.delete(index);
    this.#blocks.set(index, block);
    if (this.#blocks.size > BLOCKS_KEPT) this.#blocks.delete(this.#blocks.keys().next().value!);
    return block;
  }
}
