import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { CHUNK_ELEMENTS, readWhole } from '../../../src/conversion/checkpoint/checkpoint';
import { SafetensorsCheckpoint } from '../../../src/conversion/checkpoint/safetensors';
import { rejectsWith } from './support/throws';
import { rawSafetensors, temporaryFolder } from './support/tinyModel';

describe('SafetensorsCheckpoint', () => {
  let dir: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
  });
  afterEach(() => remove());

  const opened = (bytes: Uint8Array): Promise<SafetensorsCheckpoint> => {
    const path = join(dir, 'model.safetensors');
    writeFileSync(path, bytes);
    return SafetensorsCheckpoint.open(path);
  };

  it('reads F32, F16 and BF16', async () => {
    const data = Buffer.concat([
      Buffer.from(Float32Array.of(1.5, -2).buffer),
      Buffer.from(Uint16Array.of(0x3c00, 0xc000).buffer),
      Buffer.from(Uint16Array.of(0x3f80, 0xc000).buffer),
      Buffer.from(BigInt64Array.of(7n).buffer),
    ]);
    const checkpoint = await opened(
      rawSafetensors(
        {
          c: { dtype: 'BF16', shape: [1, 2], data_offsets: [12, 16] },
          a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
          b: { dtype: 'F16', shape: [2, 1], data_offsets: [8, 12] },
          d: { dtype: 'I64', shape: [], data_offsets: [16, 24] },
          __metadata__: { format: 'pt' },
        },
        data,
      ),
    );
    assert.deepEqual([...(await readWhole(checkpoint, 'a'))], [1.5, -2]);
    assert.deepEqual([...(await readWhole(checkpoint, 'b'))], [1, -2]);
    assert.deepEqual([...(await readWhole(checkpoint, 'c'))], [1, -2]);
    assert.deepEqual(checkpoint.tensors.get('c')!.shape, [1, 2]);
    await rejectsWith(readWhole(checkpoint, 'd'), /"d" contains I64/);
    await rejectsWith(readWhole(checkpoint, 'e'), /no tensor "e"/);
    await checkpoint.close();
  });

  it('reads beyond 4 GiB, in chunks', async () => {
    // A sparse file: 4.5 GiB that take no space.
    const count = 1_207_959_552;
    const tail = CHUNK_ELEMENTS + 3;
    const header = rawSafetensors(
      {
        gap: { dtype: 'F32', shape: [count], data_offsets: [0, 4 * count] },
        tail: { dtype: 'F32', shape: [tail], data_offsets: [4 * count, 4 * (count + tail)] },
      },
      new Uint8Array(),
    );
    const path = join(dir, 'model.safetensors');
    writeFileSync(path, header);
    const size = header.length + 4 * (count + tail);
    const handle = await open(path, 'r+');
    await handle.truncate(size);
    await handle.write(Buffer.from(Float32Array.of(42).buffer), 0, 4, size - 4);
    await handle.close();

    const checkpoint = await SafetensorsCheckpoint.open(path);
    const lengths: number[] = [];
    let last = 0;
    for await (const chunk of checkpoint.read('tail')) {
      lengths.push(chunk.length);
      last = chunk.at(-1)!;
    }
    assert.deepEqual(lengths, [CHUNK_ELEMENTS, 3]);
    assert.equal(last, 42);

    const abort = new AbortController();
    let chunks = 0;
    await assert.rejects(
      async () => {
        for await (const _chunk of checkpoint.read('gap', abort.signal)) if (++chunks === 2) abort.abort();
      },
      { name: 'AbortError' },
    );
    assert.equal(chunks, 2);
    await checkpoint.close();
  });

  it('says when the file shrinks after it was opened', async () => {
    const checkpoint = await opened(
      rawSafetensors({ a: { dtype: 'F32', shape: [100], data_offsets: [0, 400] } }, Buffer.alloc(400)),
    );
    truncateSync(checkpoint.path, 200);
    await rejectsWith(readWhole(checkpoint, 'a'), /ends at byte 200/, /download/);
    await checkpoint.close();
  });

  describe('refuses', () => {
    const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]): unknown => ({
      dtype: 'F32',
      shape,
      data_offsets: [begin, end],
    });
    const cases: [string, Uint8Array, RegExp][] = [
      ['an empty file', Buffer.alloc(0), /only 0 bytes/],
      ['a header longer than the file', rawSafetensors({}, Buffer.alloc(0)).fill(0xff, 0, 1), /header has 255 bytes/],
      [
        'a header of 2^63 bytes',
        Buffer.concat([Buffer.of(0, 0, 0, 0, 0, 0, 0, 0x80), Buffer.alloc(99)]),
        /header has 9223372036854776000 bytes/,
      ],
      ['a header that is not JSON', rawSafetensors('{"a": ', Buffer.alloc(0)), /not JSON/],
      [
        'a header that is not UTF-8',
        Buffer.concat([Buffer.of(2, 0, 0, 0, 0, 0, 0, 0), Buffer.of(0xff, 0xfe)]),
        /not JSON/,
      ],
      ['a header that is a list', rawSafetensors([], Buffer.alloc(0)), /not a JSON object/],
      ['a web page', Buffer.from('<!DOCTYPE html><html>'), /header has/],
      ['overlapping tensors', rawSafetensors({ a: f32(0, 8), b: f32(4, 12) }, Buffer.alloc(12)), /"b" overlaps/],
      ['two names for the same bytes', rawSafetensors({ a: f32(0, 8), b: f32(0, 8) }, Buffer.alloc(8)), /overlaps/],
      [
        'a hole',
        rawSafetensors({ a: f32(0, 4), b: f32(8, 12) }, Buffer.alloc(12)),
        /"b" overlaps another or leaves a gap/,
      ],
      [
        'a truncated file',
        rawSafetensors({ a: f32(0, 8) }, Buffer.alloc(7)),
        /should have \d+ bytes according to its header, but has/,
      ],
      ['trailing bytes', rawSafetensors({ a: f32(0, 8) }, Buffer.alloc(9)), /should have/],
      [
        'a shape that contradicts the size',
        rawSafetensors({ a: f32(0, 8, [3]) }, Buffer.alloc(8)),
        /shape \[3\] in F32 needs 12/,
      ],
      [
        'a negative shape',
        rawSafetensors({ a: f32(0, 8, [-2]) }, Buffer.alloc(8)),
        /a form that safetensors does not allow/,
      ],
      ['a shape that overflows', rawSafetensors({ a: f32(0, 8, [2 ** 40, 2 ** 40]) }, Buffer.alloc(8)), /needs/],
      [
        'fractional offsets',
        rawSafetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0.5, 4.5] } }, Buffer.alloc(8)),
        /a form that safetensors does not allow/,
      ],
      ['end before begin', rawSafetensors({ a: f32(8, 0, [2]) }, Buffer.alloc(8)), /-8 bytes/],
      [
        'an unknown type',
        rawSafetensors({ a: { dtype: 'Q4', shape: [1], data_offsets: [0, 4] } }, Buffer.alloc(4)),
        /unknown type "Q4"/,
      ],
      [
        'an inherited name as type',
        rawSafetensors({ a: { dtype: 'constructor', shape: [1], data_offsets: [0, 4] } }, Buffer.alloc(4)),
        /unknown type "constructor"/,
      ],
      ['an entry that is null', rawSafetensors({ a: null }, Buffer.alloc(4)), /a form that safetensors does not allow/],
    ];
    for (const [title, bytes, pattern] of cases) it(title, () => rejectsWith(opened(bytes), pattern));

    it('a folder', () => rejectsWith(SafetensorsCheckpoint.open(dir), /not a file|not what was expected/));
    it('a file that is not there', () => rejectsWith(SafetensorsCheckpoint.open(join(dir, 'none')), /does not exist/));
  });
});
