import { brotliCompressSync, constants } from 'node:zlib';
import { KINDS, type Source } from '../../src/glossary/entry';
import { COLUMN, PART, ROW } from '../../src/glossary/entryBlocks';
import { HEADER_BYTES, MAGIC, SECTION_BYTES, VERSION } from '../../src/glossary/fileFormat';
import { crc32 } from '../../src/glossary/crc32';
import { KEYS_IN_GROUP } from '../../src/glossary/keyIndex';
import { termKey } from '../../src/glossary/normalForm';
import type { RawEntry } from './rawEntry';

/** Smaller blocks answer faster, larger ones compress better: 256 make the file 7 % smaller, 32 make it 6 % larger. */
const ENTRIES_PER_BLOCK = 64;

/** Compresses as hard as Brotli can; the same bytes for the same input and zlib. */
function compressed(bytes: Uint8Array): Buffer {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/** The file of a glossary (see src/glossary/fileFormat.ts). Entries are numbered by their order here. */
export function encodeGlossary(entries: readonly RawEntry[]): Buffer {
  const sources = sourcesOf(entries);
  const keys = keysOf(entries);
  const plain = [Buffer.from(JSON.stringify(sources.list)), encodeKeys(keys)];
  for (let first = 0; first < entries.length; first += ENTRIES_PER_BLOCK)
    plain.push(encodeBlock(entries.slice(first, first + ENTRIES_PER_BLOCK), sources));
  const stored = plain.map(compressed);

  const directory = Buffer.alloc(stored.length * SECTION_BYTES);
  let offset = HEADER_BYTES + directory.length;
  stored.forEach((bytes, i) => {
    [offset, bytes.length, plain[i]!.length, crc32(bytes)].forEach((value, field) =>
      directory.writeUInt32LE(value, i * SECTION_BYTES + 4 * field),
    );
    offset += bytes.length;
  });
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  [VERSION, entries.length, keys.size, ENTRIES_PER_BLOCK, stored.length].forEach((value, field) =>
    header.writeUInt32LE(value, MAGIC.length + 4 * field),
  );
  header.writeUInt32LE(crc32(Buffer.concat([header.subarray(0, HEADER_BYTES - 4), directory])), HEADER_BYTES - 4);
  return Buffer.concat([header, directory, ...stored]);
}

/** The numbers of the entries that each key names. */
function keysOf(entries: readonly RawEntry[]): Map<string, number[]> {
  const keys = new Map<string, number[]>();
  entries.forEach(({ term, synonyms }, number) => {
    for (const key of new Set([term, ...synonyms].map(termKey))) {
      if (key === '') continue;
      const numbers = keys.get(key);
      if (numbers === undefined) keys.set(key, [number]);
      else numbers.push(number);
    }
  });
  return keys;
}

function encodeKeys(keys: ReadonlyMap<string, readonly number[]>): Buffer {
  const sorted = [...keys].map(([key, numbers]) => ({ bytes: Buffer.from(key), numbers }));
  sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const groups = Math.ceil(sorted.length / KEYS_IN_GROUP);
  const head = Buffer.alloc(4 + 4 * groups);
  head.writeUInt32LE(groups, 0);
  const body: number[] = [];
  sorted.forEach(({ bytes, numbers }, i) => {
    let shared = 0;
    if (i % KEYS_IN_GROUP === 0) head.writeUInt32LE(head.length + body.length, 4 + (4 * i) / KEYS_IN_GROUP);
    else {
      const before = sorted[i - 1]!.bytes;
      while (shared < bytes.length && shared < before.length && bytes[shared] === before[shared]) shared++;
    }
    varint(body, shared);
    varint(body, bytes.length - shared);
    for (const byte of bytes.subarray(shared)) body.push(byte);
    varint(body, numbers.length);
    numbers.forEach((number, k) => varint(body, number - (numbers[k - 1] ?? 0)));
  });
  return Buffer.concat([head, Buffer.from(body)]);
}

function varint(bytes: number[], value: number): void {
  while (value > 127) {
    bytes.push((value & 127) | 128);
    value >>>= 7;
  }
  bytes.push(value);
}

interface Sources {
  readonly list: readonly Source[];
  readonly indexOf: (entry: RawEntry) => number;
}

const idOf = ({ id }: RawEntry): string => id.slice(id.indexOf(':') + 1);

/** One source for each name, licence, prefix of ids and template of addresses. */
function sourcesOf(entries: readonly RawEntry[]): Sources {
  const list = new Map<string, Source>();
  const keyOf = (entry: RawEntry): string =>
    [entry.source, entry.licence, prefixOf(entry), templateOf(entry)].join('\n');
  for (const entry of entries) {
    const key = keyOf(entry);
    if (!list.has(key))
      list.set(key, {
        source: entry.source,
        licence: entry.licence,
        url: templateOf(entry),
        idPrefix: prefixOf(entry),
      });
  }
  const order = [...list.keys()].sort();
  const indices = new Map(order.map((key, index) => [key, index]));
  return { list: order.map((key) => list.get(key)!), indexOf: (entry) => indices.get(keyOf(entry))! };
}

const prefixOf = ({ id }: RawEntry): string => id.slice(0, id.indexOf(':') + 1);

/** The address with the id taken out; an address without it is the template itself where a source has just a few. */
function templateOf(entry: RawEntry): string {
  const id = idOf(entry);
  if (id.length >= 4 && entry.url.endsWith(id)) return `${entry.url.slice(0, -id.length)}%s`;
  return entry.source.startsWith('OpenStax') ? entry.url : '';
}

function encodeBlock(entries: readonly RawEntry[], sources: Sources): Buffer {
  const columns = [
    entries.map(({ term }) => term),
    entries.map(({ synonyms }) => synonyms.join(PART)),
    entries.map(({ definition }) => definition),
    entries.map((entry) => sources.indexOf(entry)),
    entries.map(idOf),
    entries.map((entry) => (templateOf(entry) === '' ? entry.url : '')),
    entries.map(({ rank }) => rank),
    entries.map(({ kind }) => KINDS.indexOf(kind)),
  ];
  return Buffer.from(columns.map((column) => column.join(ROW)).join(COLUMN));
}
