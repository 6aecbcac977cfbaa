import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync, mkdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { convert } from '../../../src/conversion/convert';
import { extractSource } from '../../../src/conversion/source/archive';
import { fairseqCheckpoint, tinyDict } from './support/fairseqFolder';
import { rejectsWith } from './support/throws';
import { temporaryFolder, writeHuggingFaceFolder } from './support/tinyModel';

type TarEntry = [name: string, content: Buffer | string, header?: Partial<Header>];

async function tar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const [name, content, header] of entries)
    archive.entry({ name, ...header }, header?.linkname ? undefined! : content);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<unknown> as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const FAIRSEQ: TarEntry[] = [
  ['BioGPT/', '', { type: 'directory' }],
  ['BioGPT/checkpoint.pt', fairseqCheckpoint()],
  ['BioGPT/readme.md', 'x'.repeat(100_000)],
  ['BioGPT/data/dict.txt', tinyDict(25)],
  ['BioGPT/data/bpecodes', 'w 4</w> 12\n'],
];

describe('extractSource', () => {
  let dir: string;
  let into: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
    into = join(dir, 'into');
    mkdirSync(into);
  });
  afterEach(() => remove());

  const written = (bytes: Uint8Array, name = 'model.tgz'): string => {
    mkdirSync(join(dir, 'downloads'), { recursive: true });
    const path = join(dir, 'downloads', name);
    writeFileSync(path, bytes);
    return path;
  };

  for (const [name, pack] of [
    ['model.tgz', gzipSync],
    ['model.tar', (bytes: Buffer) => bytes],
  ] as const) {
    it(`unpacks what belongs to a model from a ${name}, flat`, async () => {
      const fractions: number[] = [];
      await extractSource(written(pack(await tar(FAIRSEQ)), name), into, {
        onProgress: (fraction) => fractions.push(fraction),
      });
      assert.deepEqual(readdirSync(into).sort(), ['bpecodes', 'checkpoint.pt', 'dict.txt']);
      assert.equal(fractions.at(-1), 1);
      assert.deepEqual((await convert(into, join(dir, 'out'), { precision: 'fp32' })).warnings, []);
    });
  }

  it('unpacks a Hugging Face folder', async () => {
    writeHuggingFaceFolder(join(dir, 'hf'));
    const entries = readdirSync(join(dir, 'hf')).map((name): TarEntry => [
      `./hf/${name}`,
      readFileSync(join(dir, 'hf', name)),
    ]);
    await extractSource(written(gzipSync(await tar(entries))), into);
    await convert(into, join(dir, 'out'), { precision: 'fp32' });
  });

  it('takes dict.txt and bpecodes from beside the archive', async () => {
    const archive = written(gzipSync(await tar(FAIRSEQ.slice(0, 2))));
    await rejectsWith(
      extractSource(archive, into),
      /model\.tgz: contains checkpoint\.pt, but no dict\.txt/,
      /github\.com\/microsoft\/BioGPT, folder data\/BioGPT .*put both into .*downloads\./,
    );
    writeFileSync(join(dir, 'downloads', 'dict.txt'), tinyDict(25));
    await rejectsWith(extractSource(archive, mkdir('second')), /no bpecodes/);
    writeFileSync(join(dir, 'downloads', 'bpecodes'), 'w 4</w> 12\n');
    const third = mkdir('third');
    await extractSource(archive, third);
    await convert(third, join(dir, 'out'), { precision: 'fp32' });
  });
  const mkdir = (name: string): string => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  };

  it('lets no path escape', async () => {
    const entries: TarEntry[] = [
      ['../../dict.txt', 'a 1\n'],
      ['/etc/bpecodes', 'a b\n'],
      ['x/../../checkpoint.pt', 'p'],
      ['../evil.sh', 'x'],
    ];
    await extractSource(written(await tar(entries), 'model.tar'), into);
    assert.deepEqual(readdirSync(into).sort(), ['bpecodes', 'checkpoint.pt', 'dict.txt']);
    assert.deepEqual(readdirSync(dir).sort(), ['downloads', 'into']);
  });

  for (const type of ['symlink', 'link'] as const) {
    it(`refuses a ${type}`, async () => {
      const archive = written(await tar([['a/dict.txt', '', { type, linkname: '/etc/passwd' }], ...FAIRSEQ]));
      await rejectsWith(extractSource(archive, into), /contains "a\/dict\.txt" as a link/);
      assert.ok(!existsSync(join(into, 'dict.txt')));
    });
  }
  it('refuses a name twice', async () => {
    const archive = written(await tar([...FAIRSEQ, ['other/dict.txt', tinyDict(25)]]));
    await rejectsWith(
      extractSource(archive, into),
      /contains dict\.txt twice: "BioGPT\/data\/dict\.txt" and "other\/dict\.txt"/,
    );
  });
  it('refuses an archive without a model', async () => {
    await rejectsWith(
      extractSource(written(await tar([['readme.md', 'x']])), into),
      /contains no model/,
      /checkpoint\.pt/,
    );
    await rejectsWith(extractSource(written(await tar([])), into), /contains no model/);
  });
  it('refuses other files', async () => {
    await rejectsWith(
      extractSource(written(Buffer.from('<!DOCTYPE html>'.repeat(100))), into),
      /not a complete \.tar or \.tgz/,
    );
    await rejectsWith(extractSource(written(gzipSync('hello'.repeat(300))), into), /not a complete \.tar or \.tgz/);
    await rejectsWith(extractSource(join(dir, 'absent.tgz'), into), /does not exist/);
  });

  it('says that an archive was cut off, wherever', async () => {
    const whole = gzipSync(await tar(FAIRSEQ));
    for (let length = 1; length < whole.length; length += 997) {
      const target = mkdir(`cut-${length}`);
      await rejectsWith(
        extractSource(written(whole.subarray(0, length)), target),
        /model\.tgz: is not a complete/,
        /download/,
      );
    }
    const plain = await tar(FAIRSEQ);
    await rejectsWith(extractSource(written(plain.subarray(0, 5000), 'model.tar'), into), /is not a complete/);
  });
  it('says that an archive is damaged', async () => {
    const damaged = gzipSync(await tar(FAIRSEQ));
    damaged.fill(0x55, 2000, 2100);
    await rejectsWith(extractSource(written(damaged), into), /model\.tgz: is not a complete/);
  });
  it('says that the target exists or cannot be written', async () => {
    writeFileSync(join(into, 'checkpoint.pt'), 'mine');
    await assert.rejects(extractSource(written(await tar(FAIRSEQ)), into));
    assert.equal(readFileSync(join(into, 'checkpoint.pt'), 'utf8'), 'mine');
    await rejectsWith(extractSource(written(await tar(FAIRSEQ)), join(dir, 'absent')), /does not exist/);
  });

  it('stops when asked to', async () => {
    const reason = new Error('enough');
    await assert.rejects(
      extractSource(written(gzipSync(await tar(FAIRSEQ))), into, { signal: AbortSignal.abort(reason) }),
      reason,
    );
    const controller = new AbortController();
    // Larger than what is read at a time, and random, so that it is stopped in the middle.
    const large = Buffer.alloc(8 * 1024 * 1024, 1);
    const archive = written(await tar([['checkpoint.pt', large], ...FAIRSEQ.slice(3)]));
    const again = mkdir('again');
    await assert.rejects(
      extractSource(archive, again, { signal: controller.signal, onProgress: () => controller.abort(reason) }),
      reason,
    );
    assert.deepEqual(
      readdirSync(again).filter((name) => name !== 'checkpoint.pt'),
      [],
    );
  });
});
