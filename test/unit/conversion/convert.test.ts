import assert from 'node:assert/strict';
import { english } from '../../../src/modelFolder/phrase';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';
import { convert, type ConvertOptions } from '../../../src/conversion/convert';
import { openModelFolder, verifyModelFolder } from '../../../src/modelFolder/modelFolder';
import { temporaryName } from '../../../src/modelFolder/temporaryName';
import { op, storage, tensor, dict, pickle } from './support/pickleWriter';
import { rejectsWith } from './support/throws';
import {
  safetensors,
  temporaryFolder,
  tinyConfig,
  tinyTensors,
  tinyVocabulary,
  writeHuggingFaceFolder,
  type FolderContent,
  type TestTensors,
} from './support/tinyModel';
import { torchArchive } from './support/zipWriter';

const FILES = ['merges.txt', 'model.json', 'model.onnx', 'model.onnx.data', 'vocab.json'];

/** What torch.save would make of the tensors. */
function torchFile(tensors: TestTensors): Buffer {
  const storages: Record<string, Uint8Array> = {};
  const entries: Record<string, Buffer> = {};
  let key = 0;
  for (const [name, { shape, values }] of tensors) {
    storages[key] = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    entries[name] = tensor({ storage: storage(String(key++), values.length), shape, strides });
  }
  return torchArchive(pickle(dict(entries)), storages);
}

describe('convert', () => {
  let dir: string;
  let source: string;
  let out: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
    source = join(dir, 'source');
    out = join(dir, 'models', 'out');
  });
  afterEach(() => remove());

  const run = (content: FolderContent = {}, options: Partial<ConvertOptions> = {}): ReturnType<typeof convert> => {
    writeHuggingFaceFolder(source, content);
    return convert(source, out, { precision: 'fp32', ...options });
  };
  const assertNothingLeft = (): void => {
    const parent = join(dir, 'models');
    if (existsSync(parent)) assert.deepEqual(readdirSync(parent), []);
  };
  const model = (file: string): Buffer => readFileSync(join(out, file));

  it('writes a model folder that opens and verifies', async () => {
    const fractions: number[] = [];
    const result = await run(
      {},
      {
        name: 'Tiny',
        source: 'random numbers',
        licence: 'CC0-1.0',
        onProgress: (fraction) => fractions.push(fraction),
      },
    );
    assert.deepEqual(readdirSync(out).sort(), FILES);
    const folder = await openModelFolder(out);
    assert.deepEqual(folder.description, result.description);
    await verifyModelFolder(folder);

    const { name, source: origin, licence, precision, parameters, architecture, tokenizer, files } = folder.description;
    assert.deepEqual(
      { name, origin, licence, precision },
      {
        name: 'Tiny',
        origin: 'random numbers',
        licence: 'CC0-1.0',
        precision: 'fp32',
      },
    );
    // Embedding, positions, two layers of (attention, two norms, feed-forward), final norm.
    assert.equal(parameters, 29 * 32 + 22 * 32 + 2 * (4 * (32 * 32 + 32) + 4 * 32 + (2 * 32 * 48 + 48 + 32)) + 64);
    assert.equal(architecture.hiddenSize, 32);
    assert.deepEqual(tokenizer, { vocab: 'vocab.json', merges: 'merges.txt', normalizePunctuation: true });
    for (const file of FILES.filter((file) => file !== 'model.json')) {
      const bytes = model(file);
      assert.deepEqual(files[file], { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
    assert.deepEqual(model('vocab.json'), readFileSync(join(source, 'vocab.json')));
    assert.deepEqual(model('merges.txt'), readFileSync(join(source, 'merges.txt')));
    assert.equal(
      result.bytes,
      FILES.reduce((sum, file) => sum + model(file).length, 0),
    );
    assert.deepEqual(result.warnings, []);
    assert.equal(fractions.at(-1), 1);
    assert.deepEqual(
      [...fractions],
      [...fractions].sort((a, b) => a - b),
    );
  });

  it('names the model after its folder', async () => {
    const { description } = await run();
    assert.deepEqual([description.name, description.source, description.licence], ['source', 'source', 'unknown']);
  });

  it('says whether the model is fit to describe only where it was told', async () => {
    assert.equal('describes' in (await run()).description, false);
    await run({}, { describes: false });
    assert.equal((await openModelFolder(out)).description.describes, false);
  });

  describe('gives the same weights', () => {
    const config = tinyConfig();
    let expected: Buffer;
    const assertSame = async (tensors: Record<string, Uint8Array | string>): Promise<string[]> => {
      const { warnings } = await run({ config, weights: tensors });
      assert.deepEqual(model('model.onnx.data'), expected);
      return warnings.map(english);
    };

    beforeEach(async () => {
      await convertOther();
    });
    async function convertOther(): Promise<void> {
      const other = join(dir, 'plain');
      writeHuggingFaceFolder(join(dir, 'plain-source'), { config });
      await convert(join(dir, 'plain-source'), other, { precision: 'fp32' });
      expected = readFileSync(join(other, 'model.onnx.data'));
      assert.ok(expected.length > 100_000);
    }

    it('from pytorch_model.bin', async () => {
      assert.deepEqual(await assertSame({ 'pytorch_model.bin': torchFile(tinyTensors(config)) }), []);
    });
    it('without the prefix "biogpt."', async () => {
      const bare = new Map([...tinyTensors(config)].map(([name, value]) => [name.replace(/^biogpt\./, ''), value]));
      assert.deepEqual(await assertSame({ 'model.safetensors': safetensors(bare) }), []);
    });
    it('from shards, in either format', async () => {
      const all = [...tinyTensors(config)];
      const [first, second] = [new Map(all.slice(0, 9)), new Map(all.slice(9))];
      for (const [extension, index, bytes] of [
        ['safetensors', 'model.safetensors.index.json', safetensors],
        ['bin', 'pytorch_model.bin.index.json', torchFile],
      ] as const) {
        const map = Object.fromEntries(
          all.map(([name]) => [name, first.has(name) ? `1.${extension}` : `2.${extension}`]),
        );
        await assertSame({
          [index]: JSON.stringify({ weight_map: map }),
          [`1.${extension}`]: bytes(first),
          [`2.${extension}`]: bytes(second),
        });
      }
    });
    it('with a copy of the embedding as LM head', async () => {
      const tensors = tinyTensors(config);
      tensors.set('output_projection.weight', tensors.get('biogpt.embed_tokens.weight')!);
      assert.deepEqual(await assertSame({ 'model.safetensors': safetensors(tensors) }), []);
    });
    it('with another LM head that transformers would not use, saying so', async () => {
      const tensors = tinyTensors(config);
      const { shape, values } = tensors.get('biogpt.embed_tokens.weight')!;
      tensors.set('output_projection.weight', { shape, values: values.map((value, i) => (i === 77 ? 5 : value)) });
      const warnings = await assertSame({ 'model.safetensors': safetensors(tensors) });
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /"output_projection\.weight" differs from "biogpt\.embed_tokens\.weight"/);
    });
    it('with tensors that BioGPT does not use, saying so', async () => {
      const tensors = tinyTensors(config).set('score.weight', { shape: [2], values: Float32Array.of(1, 2) });
      const warnings = await assertSame({ 'model.safetensors': safetensors(tensors) });
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /tensors that BioGPT does not use were ignored \(1\): .*score\.weight/);
    });
  });

  it('takes merges with counts, without, and with spaces of other kinds in their symbols', async () => {
    const merges = '#version: 0.2\nt h 278188134\nh e</w>\n\u00a0 \u2009</w> 3\r\n';
    await run({ merges });
    assert.equal(model('merges.txt').toString(), merges);
  });

  it('decides on punctuation by the vocabulary, unless told', async () => {
    const { 'w9</w>': _, ...vocabulary } = tinyVocabulary(29);
    vocabulary['“</w>'] = 9;
    assert.equal((await run({ vocabulary })).description.tokenizer.normalizePunctuation, false);
    const told = await run({ vocabulary }, { normalizePunctuation: true });
    assert.equal(told.description.tokenizer.normalizePunctuation, true);
    const off = await run({}, { normalizePunctuation: false });
    assert.equal(off.description.tokenizer.normalizePunctuation, false);
  });

  it('stores fp16 matrices in half the bytes', async () => {
    const config = tinyConfig({ hidden_size: 256, vocab_size: 1000, intermediate_size: 1024 });
    const [full, half] = [await run({ config }), await run({ config }, { precision: 'fp16' })].map(
      ({ description }) => description.files['model.onnx.data']!.bytes,
    );
    assert.ok(half! < full! * 0.55, `${half} of ${full}`);
  });

  it('takes merges with blank lines and trailing blanks, and what it writes can be read', async () => {
    await run({ merges: 't h 7 \n\ne r  \n' });
    const tokenizer = BioGptTokenizer.fromFiles(model('vocab.json').toString(), model('merges.txt').toString());
    assert.ok(tokenizer.vocabSize > 0);
  });

  describe('refuses, and leaves nothing behind', () => {
    const config = tinyConfig();
    const without = (name: string): TestTensors => {
      const tensors = tinyTensors(config);
      assert.ok(tensors.delete(name));
      return tensors;
    };
    const changed = (name: string, change: (values: Float32Array) => void): TestTensors => {
      const tensors = tinyTensors(config);
      change(tensors.get(name)!.values);
      return tensors;
    };
    const reshaped = (name: string, shape: number[]): TestTensors => {
      const tensors = tinyTensors(config);
      tensors.get(name)!.shape = shape;
      return tensors;
    };
    const files = (tensors: TestTensors): FolderContent[] => [
      { weights: { 'model.safetensors': safetensors(tensors) } },
      { weights: { 'pytorch_model.bin': torchFile(tensors) } },
    ];
    const evil = Buffer.concat([op.global('os', 'system'), op.tuple(op.text('touch OWNED')), op.reduce]);

    const cases: [string, FolderContent[], RegExp, Partial<ConvertOptions>?][] = [
      ['a missing tensor', files(without('biogpt.layers.1.fc2.bias')), /"biogpt\.layers\.1\.fc2\.bias" is missing/],
      [
        'a missing layer',
        files(without('biogpt.layer_norm.weight')),
        /source\/(model|pytorch_model)\.\w+: tensor "biogpt\.layer_norm\.weight" is missing/,
      ],
      [
        'a wrong shape',
        files(reshaped('biogpt.layers.0.fc1.weight', [32, 48])),
        /fc1\.weight" has shape \[32, 48\], but according to config\.json, it must be \[48, 32\]/,
      ],
      ['another number of dimensions', files(reshaped('biogpt.layer_norm.bias', [1, 32])), /shape \[1, 32\]/],
      [
        'NaN weights',
        files(changed('biogpt.embed_tokens.weight', (values) => (values[500] = NaN))),
        /embed_tokens\.weight" contains NaN/,
      ],
      [
        'infinite weights',
        files(changed('biogpt.layers.1.fc1.bias', (values) => (values[3] = Infinity))),
        /fc1\.bias" contains NaN or inf/,
      ],
      [
        'weights too large for fp16',
        files(changed('biogpt.layers.1.self_attn.k_proj.weight', (values) => (values[3] = 1e5))),
        /k_proj\.weight.*larger than half precision.*fp32/,
        { precision: 'fp16' },
      ],
      [
        'names with and without prefix',
        files(tinyTensors(config).set('layer_norm.bias', { shape: [32], values: new Float32Array(32) })),
        /both with and without/,
      ],
      [
        'a truncated file',
        files(tinyTensors(config)).map(({ weights }) => ({
          weights: Object.fromEntries(
            Object.entries(weights!).map(([name, bytes]) => [name, bytes.slice(0, -1000) as Uint8Array]),
          ),
        })),
        /(should have|not a complete archive).*download/i,
      ],
      [
        'a malicious pickle',
        [{ weights: { 'pytorch_model.bin': torchArchive(pickle(dict({ evil }))) } }],
        /refers to os\.system/,
      ],
      ['no weights', [{ weights: {} }], /neither model\.safetensors nor pytorch_model\.bin/],
      [
        'a config of nonsense',
        [{ config: tinyConfig({ num_attention_heads: 5 }), weights: {} }],
        /config\.json: .*is not divisible by/,
      ],
      ['a config that is not JSON', [{ config: '{,}', weights: {} }], /config\.json: is not valid JSON/],
      ['a vocabulary that is too large', [{ vocabulary: tinyVocabulary(30) }], /vocab\.json: has 30 symbols/],
      [
        'merges that are none',
        [{ merges: '<html>\n' }],
        /merges\.txt: has a line that is not a merge rule\. Line 1: "<html>"/,
      ],
      [
        'a shard outside of the folder',
        [{ weights: { 'model.safetensors.index.json': '{"weight_map": {"a": "../x"}}' } }],
        /lists "\.\.\/x" as a shard/,
      ],
      [
        'a missing shard',
        [{ weights: { 'model.safetensors.index.json': '{"weight_map": {"a": "x"}}' } }],
        /x: does not exist/,
      ],
      [
        'an index of nothing',
        [{ weights: { 'model.safetensors.index.json': '{"weight_map": {}}' } }],
        /has no weight_map/,
      ],
      ['an unknown precision', files(tinyTensors(config)), /precision "int3"/, { precision: 'int3' as 'fp32' }],
    ];
    for (const [title, contents, pattern, options] of cases) {
      it(title, async () => {
        for (const content of contents) {
          await rejectsWith(run({ config, ...content }, options), pattern);
          assertNothingLeft();
          assert.ok(!existsSync('OWNED'));
          for (const name of readdirSync(source))
            if (/bin|safetensors/.test(name)) writeFileSync(join(source, name), '');
          remove();
          mkdirSync(dir);
        }
      });
    }

    it('a source that is not there', () =>
      rejectsWith(convert(join(dir, 'none'), out, { precision: 'fp32' }), /does not exist/));
    it('a source without a file it needs', async () => {
      for (const name of ['config.json', 'vocab.json', 'merges.txt']) {
        writeHuggingFaceFolder(source);
        rmSync(join(source, name));
        await rejectsWith(convert(source, out, { precision: 'fp32' }), new RegExp(`source: has no ${name}`));
      }
    });
    it('a source that is a file', () => {
      writeFileSync(join(dir, 'file'), '');
      return rejectsWith(convert(join(dir, 'file'), out, { precision: 'fp32' }), /is not a folder/);
    });
    it('an abort, before and during', async () => {
      await assert.rejects(run({}, { signal: AbortSignal.abort() }), { name: 'AbortError' });
      assertNothingLeft();
      const abort = new AbortController();
      const onProgress = (fraction: number): void => {
        if (fraction > 0.4) abort.abort(new Error('enough'));
      };
      await assert.rejects(run({}, { signal: abort.signal, onProgress }), /enough/);
      assertNothingLeft();
    });
  });

  describe('and what is at the target already', () => {
    it('an empty folder is filled', async () => {
      mkdirSync(out, { recursive: true });
      await run();
      await openModelFolder(out);
    });

    it('a model is replaced as a whole, and kept if the new one fails', async () => {
      const broken = tinyTensors(tinyConfig());
      broken.get('biogpt.layer_norm.bias')!.values[0] = NaN;
      await run({}, { name: 'first' });
      writeFileSync(join(out, 'stray.txt'), 'left from before');
      await rejectsWith(
        run({ weights: { 'model.safetensors': safetensors(broken) } }, { name: 'broken' }),
        /contains NaN/,
      );
      assert.equal((await openModelFolder(out)).description.name, 'first');
      assert.deepEqual(readdirSync(join(dir, 'models')), ['out']);

      await run({}, { name: 'second', precision: 'fp16' });
      assert.equal((await openModelFolder(out)).description.name, 'second');
      assert.deepEqual(readdirSync(out).sort(), FILES);
      assert.deepEqual(readdirSync(join(dir, 'models')), ['out']);
    });

    it('anything else is refused', async () => {
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, 'thesis.tex'), 'years of work');
      await rejectsWith(run(), /out: is not empty and does not contain a model/);
      assert.deepEqual(readdirSync(out), ['thesis.tex']);
      await rejectsWith(convert(source, source, { precision: 'fp32' }), /source: is not empty/);
      await rejectsWith(convert(source, join(out, 'thesis.tex'), { precision: 'fp32' }), /is a file/);
      assert.deepEqual(readdirSync(join(dir, 'models')), ['out']);
    });

    it('leftovers of a killed conversion are removed', async () => {
      // No process has this id: it is above Linux' and macOS' largest.
      const alive = temporaryName('out', 'partial');
      const leftover = alive.replace(`-${process.pid}-`, '-99999999-');
      for (const name of [leftover, alive]) mkdirSync(join(dir, 'models', name), { recursive: true });
      await run();
      assert.deepEqual(readdirSync(join(dir, 'models')).sort(), [alive, 'out']);
    });

    it('a parent that cannot be written is named', async function () {
      if (process.platform === 'win32' || process.getuid?.() === 0) return this.skip();
      mkdirSync(join(dir, 'models'));
      chmodSync(join(dir, 'models'), 0o500);
      await rejectsWith(run(), /no permission/);
    });
  });
});
