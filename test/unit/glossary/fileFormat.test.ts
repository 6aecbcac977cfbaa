import assert from 'node:assert/strict';
import { brotliCompressSync } from 'node:zlib';
import { encodeGlossary } from '../../../scripts/glossary/encode';
import { crc32 } from '../../../src/glossary/crc32';
import { Glossary } from '../../../src/glossary/glossary';
import { GlossaryError } from '../../../src/glossary/glossaryError';
import { KeyIndex } from '../../../src/glossary/keyIndex';
import { fileOf, raw } from './support';

/** More entries than a block holds, with names that share beginnings. */
const ENTRIES = Array.from({ length: 900 }, (_, i) =>
  raw({
    term: `term ${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10) % 10]}${'uvwxyz'.repeat(2)[Math.floor(i / 100)]}`,
    synonyms: i % 3 === 0 ? [`other name ${'abcdefghij'[i % 10]}${i}`, 'shared name'] : [],
    rank: 1 + (i % 6),
    source: i % 2 === 0 ? 'Disease Ontology' : 'OpenStax Biology',
    ...(i % 2 === 1 && {
      id: `OpenStax:m${i}`,
      url: 'https://openstax.org/details/books/biology-2e',
      licence: 'CC BY 3.0',
    }),
    ...(i % 7 === 0 && { source: 'CDC', id: `MedQuAD:CDC-${i}`, url: `https://www.cdc.gov/page${i}?x=1` }),
  }),
);
const BYTES = encodeGlossary(ENTRIES);

function refused(bytes: Uint8Array, code: GlossaryError['code'], term = 'term aku'): void {
  assert.throws(
    () => new Glossary(fileOf(bytes)).lookup(term),
    (error: unknown) => error instanceof GlossaryError && error.code === code,
  );
}

describe('the file of the glossary', () => {
  it('gives back every field of every entry by every name', () => {
    const glossary = new Glossary(fileOf(BYTES));
    for (const entry of ENTRIES)
      for (const name of [entry.term, ...entry.synonyms]) {
        const found = glossary.lookup(name).find(({ entry: { id } }) => id === entry.id);
        assert.ok(found !== undefined, name);
        const { number: _, ...fields } = found.entry;
        assert.deepEqual(fields, { ...entry });
      }
    assert.equal(glossary.lookup('shared name').length, 300);
    assert.deepEqual(glossary.lookup('term'), []);
    assert.deepEqual(glossary.lookup('zzz'), []);
    assert.deepEqual(glossary.lookup('a'), []);
  });

  it('is the same, bit for bit, from the same entries', () => assert.ok(BYTES.equals(encodeGlossary(ENTRIES))));

  it('is not read before the first question', () => {
    const file = fileOf(BYTES);
    const glossary = new Glossary(file);
    assert.equal(file.reads, 0);
    glossary.lookup('term aku');
    assert.ok(file.reads <= 6, `${file.reads} reads`);
    const { reads } = file;
    glossary.lookup('term aku');
    assert.equal(file.reads, reads, 'what was read is kept');
  });

  it('lists names by their beginning', () => {
    const glossary = new Glossary(fileOf(BYTES));
    const found = glossary.startingWith('Term AK', 5).map(({ term }) => term);
    assert.deepEqual(found, ['term aku', 'term akv', 'term akw', 'term akx', 'term aky']);
    assert.deepEqual(glossary.startingWith('te'), []);
    assert.deepEqual(glossary.startingWith('nothing like this'), []);
  });

  it('is refused when it is another file', () => {
    refused(new Uint8Array(0), 'notAGlossary');
    refused(new Uint8Array(100), 'notAGlossary');
    refused(Buffer.from('PK\u0003\u0004 a zip file, which does not begin like a glossary at all'), 'notAGlossary');
  });

  it('is refused when it has another version', () => {
    const newer = Buffer.from(BYTES);
    newer.writeUInt32LE(2, 8);
    refused(newer, 'version');
  });

  it('is refused where a byte has changed, wherever that is', () => {
    for (let at = 12; at < BYTES.length; at += 7) {
      const damaged = Buffer.from(BYTES);
      damaged[at]! ^= 0x40;
      const glossary = new Glossary(fileOf(damaged));
      // Only what a question reads is checked: all blocks together are the whole file.
      assert.throws(
        () => ENTRIES.forEach(({ term }) => glossary.lookup(term)),
        (error: unknown) => error instanceof GlossaryError && error.code === 'damaged',
        `byte ${at}`,
      );
    }
  }).timeout(120_000);

  it('is refused where it is cut off', () => {
    for (const length of [20, 31, 32, 40, 60, 200, BYTES.length - 1]) {
      const glossary = new Glossary(fileOf(BYTES.subarray(0, length)));
      assert.throws(() => ENTRIES.forEach(({ term }) => glossary.lookup(term)), GlossaryError, `${length} bytes`);
    }
  });
});

describe('the keys', () => {
  it('are refused where their table does not fit', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(255, 255, 255, 127)])
      assert.throws(() => new KeyIndex(bytes), GlossaryError);
  });
});

describe('the checksum', () => {
  it('is CRC-32', () => {
    assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
    assert.equal(crc32(new Uint8Array(0)), 0);
    assert.notEqual(crc32(brotliCompressSync('a')), crc32(brotliCompressSync('b')));
  });
});
