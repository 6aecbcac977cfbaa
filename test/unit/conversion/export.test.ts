import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pack } from 'tar-stream';
import { readWhole } from '../../../src/conversion/checkpoint/checkpoint';
import { SafetensorsCheckpoint } from '../../../src/conversion/checkpoint/safetensors';
import { convert } from '../../../src/conversion/convert';
import { checkExport } from '../../../src/conversion/export/checkExport';
import { exportModel, type ExportOptions } from '../../../src/conversion/export/exportModel';
import { erf, plainLogits } from '../../../src/conversion/export/plainNetwork';
import { openSourceFolder } from '../../../src/conversion/source/openSourceFolder';
import { IdEngine } from '../../../src/decoder/idEngine';
import { bundleCommandLine } from '../cli/support';
import { fairseqCheckpoint, tinyDict } from './support/fairseqFolder';
import { rejectsWith } from './support/throws';
import { safetensors, temporaryFolder, tinyConfig, tinyTensors, writeHuggingFaceFolder } from './support/tinyModel';

const VOCABULARY = 29;

describe('export', function () {
  this.timeout(60_000);
  let dir: string;
  let source: string;
  let out: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
    source = join(dir, 'source');
    out = join(dir, 'exports', 'out');
  });
  afterEach(() => remove());

  const write = (config: Record<string, unknown> = {}): void => {
    writeHuggingFaceFolder(source, {
      config: tinyConfig(config),
      weights: { 'model.safetensors': safetensors(tinyTensors(tinyConfig(config))) },
    });
  };
  const run = (options: Partial<ExportOptions> = {}): ReturnType<typeof exportModel> =>
    exportModel(source, out, { form: 'vllm', ...options });
  const json = (name: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(out, name), 'utf8')) as Record<string, unknown>;
  /** Of the source, by our engine. */
  const ourLogits = async (ids: readonly number[]): Promise<Float32Array[]> => {
    const { dir: model } = await convert(source, join(dir, 'fp32'), { precision: 'fp32' });
    const engine = await IdEngine.open(model);
    try {
      return await engine.logits(ids);
    } finally {
      await engine.dispose();
    }
  };
  /** All tensors of a file, by name. */
  const tensorsOf = async (path: string): Promise<Map<string, Float32Array>> => {
    const checkpoint = await SafetensorsCheckpoint.open(path);
    try {
      const all = new Map<string, Float32Array>();
      for (const name of checkpoint.tensors.keys()) all.set(name, await readWhole(checkpoint, name));
      return all;
    } finally {
      await checkpoint.close();
    }
  };

  it('writes for vLLM what transformers would save: all tensors but the tied copy, bit for bit', async () => {
    const tensors = tinyTensors(tinyConfig());
    const embedding = tensors.get('biogpt.embed_tokens.weight')!;
    writeHuggingFaceFolder(source, {
      weights: { 'model.safetensors': safetensors(new Map([...tensors, ['output_projection.weight', embedding]])) },
    });
    const { bytes } = await run();
    const files = readdirSync(out).sort();
    assert.deepEqual(files, ['config.json', 'merges.txt', 'model.safetensors', 'tokenizer_config.json', 'vocab.json']);
    assert.equal(
      bytes,
      files.reduce((sum, name) => sum + readFileSync(join(out, name)).length, 0),
    );
    const written = await tensorsOf(join(out, 'model.safetensors'));
    assert.deepEqual([...written.keys()].sort(), [...tensors.keys()].sort());
    for (const [name, { values }] of tensors) assert.deepEqual(written.get(name), values, name);
    assert.equal(json('config.json')['model_type'], 'biogpt');
    assert.equal(json('config.json')['hidden_size'], 32);
    assert.deepEqual(json('tokenizer_config.json'), { tokenizer_class: 'BioGptTokenizer', model_max_length: 20 });
    for (const name of ['vocab.json', 'merges.txt']) {
      assert.deepEqual(readFileSync(join(out, name)), readFileSync(join(source, name)), name);
    }
  });

  it('writes what the converter reads, as the same model', async () => {
    write();
    await run();
    const exported = await openSourceFolder(out);
    await exported.checkpoint.close();
    const again = await convert(out, join(dir, 'again'), { precision: 'fp32' });
    const first = await convert(source, join(dir, 'first'), { precision: 'fp32' });
    assert.deepEqual(again.description.files, first.description.files);
  });

  for (const scaled of [true, false]) {
    it(`writes the OPT form with the embedding ${scaled ? 'scaled' : 'as it is'} and the head beside it`, async () => {
      write({ scale_embedding: scaled });
      await run({ form: 'opt' });
      const written = await tensorsOf(join(out, 'model.safetensors'));
      const { values } = tinyTensors(tinyConfig()).get('biogpt.embed_tokens.weight')!;
      const scale = Math.fround(Math.sqrt(32));
      assert.deepEqual(
        written.get('model.decoder.embed_tokens.weight'),
        scaled ? values.map((value) => value * scale) : values,
      );
      assert.deepEqual(written.get('lm_head.weight'), values);
      assert.ok(written.has('model.decoder.final_layer_norm.weight'));
      assert.ok(written.has('model.decoder.layers.1.final_layer_norm.weight'));
      assert.equal(json('config.json')['model_type'], 'opt');
      assert.equal(json('config.json')['tie_word_embeddings'], false);
    });

    for (const form of ['vllm', 'opt'] as const) {
      it(`computes our logits from the ${form} form, with scale_embedding ${scaled}`, async () => {
        write({ scale_embedding: scaled });
        await run({ form });
        const ids = [2, 5, 9, 28, 4, 4];
        const ours = await ourLogits(ids);
        const plain = await plainLogits(out, ids);
        for (const [at, row] of ours.entries()) {
          for (const [id, value] of row.entries()) assert.ok(Math.abs(plain[at]![id]! - value) < 1e-4, `${at}, ${id}`);
        }
        assert.ok((await checkExport(out, VOCABULARY, ourLogits)) < 1e-4);
      });
    }
  }

  it('leaves an output layer of its own to the OPT form', async () => {
    write({ tie_word_embeddings: false });
    await rejectsWith(run(), /has an output layer of its own.*--for opt/);
    assert.ok(!existsSync(out));
    await run({ form: 'opt' });
    const written = await tensorsOf(join(out, 'model.safetensors'));
    const tensors = tinyTensors(tinyConfig({ tie_word_embeddings: false }));
    assert.deepEqual(written.get('lm_head.weight'), tensors.get('output_projection.weight')!.values);
    assert.ok((await checkExport(out, VOCABULARY, ourLogits)) < 1e-4);
  });

  it('finds a changed weight, and leaves nothing behind then', async () => {
    write();
    const check = async (folder: string): Promise<void> => {
      const path = join(folder, 'model.safetensors');
      const size = readFileSync(path).length;
      const file = openSync(path, 'r+');
      // The last tensor is the final norm's bias.
      writeSync(file, new Uint8Array(Float32Array.of(3).buffer), 0, 4, size - 4);
      closeSync(file);
      await checkExport(folder, VOCABULARY, ourLogits);
    };
    await rejectsWith(run({ check }), /gives other logits than the original model/);
    assert.deepEqual(readdirSync(dirname(out)), []);
  });

  it('replaces nothing', async () => {
    write();
    await convert(source, out, { precision: 'fp32' });
    const before = readdirSync(out);
    await rejectsWith(run(), /already contains a model/);
    assert.deepEqual(readdirSync(out), before);
    rmSync(out, { recursive: true });
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.tex'), 'ten years');
    await rejectsWith(run(), /is not empty/);
    assert.deepEqual(readdirSync(out), ['thesis.tex']);
  });

  it('keeps tokens that were added', async () => {
    write();
    const added = { '27': { content: '<gene>', special: false, single_word: true } };
    writeFileSync(join(source, 'tokenizer_config.json'), JSON.stringify({ added_tokens_decoder: added }));
    await run();
    const { addedTokens, checkpoint } = await openSourceFolder(out);
    await checkpoint.close();
    assert.deepEqual(addedTokens, [{ text: '<gene>', id: 27, singleWord: true }]);
  });

  it('is a command, which checks what it wrote', async () => {
    write();
    const bundle = await bundleCommandLine();
    try {
      const program = [bundle, 'export', source, '--for', 'vllm', '--out', out, '--json'];
      const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const { difference, ...told } = JSON.parse(stdout) as Record<string, unknown>;
      assert.equal(told['out'], out);
      assert.ok(typeof difference === 'number' && difference > 0 && difference < 1e-4, String(difference));
      // The model that it was compared with is gone.
      assert.deepEqual(readdirSync(dirname(out)), ['out']);
      const again = spawnSync(process.execPath, program, { encoding: 'utf8' });
      assert.equal(again.status, 1);
      assert.match(again.stderr, /is not empty/);
    } finally {
      rmSync(dirname(bundle), { recursive: true, force: true });
    }
  });

  it('is a command for archives of fairseq checkpoints too', async () => {
    const archive = pack();
    for (const [name, content] of [
      ['checkpoint.pt', fairseqCheckpoint()],
      ['dict.txt', tinyDict(25)],
      ['bpecodes', 'w 4</w> 12\n'],
    ] as const) {
      archive.entry({ name }, content);
    }
    archive.finalize();
    const path = join(dir, 'model.tar');
    await writeFile(path, archive as AsyncIterable<unknown> as AsyncIterable<Uint8Array>);
    const bundle = await bundleCommandLine();
    try {
      const program = [bundle, 'export', path, '--for', 'opt', '--out', out];
      const { status, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.ok((await tensorsOf(join(out, 'model.safetensors'))).has('lm_head.weight'));
      assert.deepEqual(readdirSync(dirname(out)), ['out']);
    } finally {
      rmSync(dirname(bundle), { recursive: true, force: true });
    }
  });

  it('has the error function to 12 digits', () => {
    const known: [number, number][] = [
      [0, 0],
      [0.5, 0.520499877813047],
      [-1, -0.842700792949715],
      [2.4, 0.999311486103355],
      [2.6, 0.999763965583471],
      [4, 0.999999984582742],
    ];
    for (const [x, value] of known) assert.ok(Math.abs(erf(x) - value) < 1e-12, `${x}: ${erf(x)}`);
  });
});
