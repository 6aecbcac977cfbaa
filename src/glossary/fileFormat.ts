import { crc32 } from './crc32';
import { GlossaryError } from './glossaryError';

/**
 * The glossary's file, all numbers little-endian:
 *
 * | bytes | |
 * |---|---|
 * | 8 | `BIOGLOSS` |
 * | u32 | version of the format |
 * | u32 | number of entries |
 * | u32 | number of keys |
 * | u32 | entries in a block |
 * | u32 | number of sections |
 * | u32 | CRC-32 of everything before this number and of the directory |
 * | sections × 4 × u32 | the directory: offset, stored length, length, CRC-32 of the stored bytes |
 * | … | the sections, compressed each by itself: sources, keys, then blocks of entries |
 *
 * A reader checks a section when it reads it, so that opening costs the same whatever the file's size.
 */
export const MAGIC = 'BIOGLOSS';
export const VERSION = 1;
export const HEADER_BYTES = 32;
export const SECTION_BYTES = 16;
/** Sections before the blocks of entries. */
export const SOURCES = 0;
export const KEYS = 1;
export const FIRST_BLOCK = 2;

/** Gives `length` bytes from `offset` of the file; fewer where the file ends. */
export type ReadAt = (offset: number, length: number) => Uint8Array;
/** Undoes the compression of a section (Brotli). */
export type Decompress = (bytes: Uint8Array) => Uint8Array;

export interface Section {
  readonly offset: number;
  readonly storedLength: number;
  readonly length: number;
  readonly crc: number;
}

export interface FileHeader {
  readonly entries: number;
  readonly keys: number;
  readonly entriesPerBlock: number;
  readonly sections: readonly Section[];
}

/** @throws GlossaryError when the file is of another kind or version, or damaged. */
export function readHeader(read: ReadAt): FileHeader {
  const head = read(0, HEADER_BYTES);
  if (head.length < HEADER_BYTES || String.fromCharCode(...head.subarray(0, MAGIC.length)) !== MAGIC)
    throw new GlossaryError('notAGlossary', 'the file does not begin like a glossary');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const number = (index: number): number => view.getUint32(MAGIC.length + 4 * index, true);
  if (number(0) !== VERSION)
    throw new GlossaryError(
      'version',
      `the file has version ${number(0)} of the format, this program reads ${VERSION}`,
    );
  const count = number(4);
  const directory = read(HEADER_BYTES, Math.min(count, 1e6) * SECTION_BYTES);
  const checked = new Uint8Array(HEADER_BYTES - 4 + directory.length);
  checked.set(head.subarray(0, HEADER_BYTES - 4));
  checked.set(directory, HEADER_BYTES - 4);
  if (directory.length !== count * SECTION_BYTES || crc32(checked) !== number(5))
    throw new GlossaryError('damaged', 'the directory is damaged');
  const table = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const sections = Array.from({ length: count }, (_, i) => ({
    offset: table.getUint32(i * SECTION_BYTES, true),
    storedLength: table.getUint32(i * SECTION_BYTES + 4, true),
    length: table.getUint32(i * SECTION_BYTES + 8, true),
    crc: table.getUint32(i * SECTION_BYTES + 12, true),
  }));
  return { entries: number(1), keys: number(2), entriesPerBlock: number(3), sections };
}

/**
 * The bytes of a section, decompressed.
 * @throws GlossaryError `damaged` when they are not what was written.
 */
export function readSection(read: ReadAt, decompress: Decompress, header: FileHeader, index: number): Uint8Array {
  const section = header.sections[index];
  if (section === undefined) throw new GlossaryError('damaged', `section ${index} is missing`);
  const stored = read(section.offset, section.storedLength);
  if (stored.length !== section.storedLength || crc32(stored) !== section.crc)
    throw new GlossaryError('damaged', `section ${index} is damaged`);
  const bytes = decompress(stored);
  if (bytes.length !== section.length) throw new GlossaryError('damaged', `section ${index} has another length`);
  return bytes;
}
