import assert from 'node:assert/strict';
import { inEnglish } from '../../support/inEnglish';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IdEngine } from '../../../src/decoder/idEngine';
import { convert } from '../../../src/conversion/convert';
import type { Precision } from '../../../src/modelFolder/format';
import { checkModel, type CheckedModel } from '../../../src/conversion/selfCheck/selfCheck';
import type { Decoding } from '../../../src/protocol/decoder';
import type { PublishedNumbers } from '../../../src/protocol/installer';
import { createTinyModel, type TinyModel } from '../decoder/support/tinyModel';

const TEXTS = ['TNF is', 'patients with cancer', 'the protein binds to the receptor.'];
const BEAMS: Decoding = { strategy: 'beam', beams: 5, earlyStopping: true };

function checked(engine: IdEngine): CheckedModel {
  return {
    vocabSize: engine.tokenizer.vocabSize,
    encode: (text) => engine.tokenizer.encode(text),
    decode: (ids) => engine.tokenizer.decode(ids),
    logits: (ids) => engine.logits(ids),
    generate: async (ids, decoding, stop) => (await engine.generate(ids, decoding, stop)).ids,
  };
}

const rounded = (value: number): number => Number(value.toFixed(4));

/** What a model computes, in the form and the number of decimals that numbers are published in. */
async function publish(model: CheckedModel): Promise<PublishedNumbers> {
  const [short, other] = TEXTS.map((text) => model.encode(text)) as [number[], number[]];
  const rows = (await model.logits(short)).slice(0, 3);
  return {
    source: 'the fp32 model',
    encodings: TEXTS.map((text) => ({ text, ids: model.encode(text) })),
    logits: [{ ids: short, values: rows.map((row) => [...row.subarray(0, 3)].map(rounded)) }],
    generations: [
      {
        ids: other,
        decoding: { strategy: 'greedy' },
        newIds: await model.generate(other, { strategy: 'greedy' }, { maxNewTokens: 10 }),
      },
      {
        ids: short,
        decoding: BEAMS,
        minLength: 30,
        maxLength: 60,
        newIds: await model.generate(short, BEAMS, {
          maxNewTokens: 60 - short.length,
          minNewTokens: 30 - short.length,
        }),
      },
    ],
  };
}

/** The tensors of a safetensors file of float32, to be changed in place. */
async function changeWeights(folder: string, change: (tensor: (name: string) => Float32Array) => void): Promise<void> {
  const path = join(folder, 'model.safetensors');
  const file = await readFile(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, { data_offsets: [number, number] }>;
  const data = new Uint8Array(file.subarray(start));
  change((name) => {
    const [from, to] = header[name]!.data_offsets;
    return new Float32Array(data.buffer, data.byteOffset + from, (to - from) / 4);
  });
  await writeFile(path, Buffer.concat([file.subarray(0, start), data]));
}

async function changeJson(path: string, change: (value: Record<string, unknown>) => void): Promise<void> {
  const value = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(value);
  await writeFile(path, JSON.stringify(value));
}

const LAYER = 'biogpt.layers.1';

function exchange(a: Float32Array, b: Float32Array): void {
  const kept = a.slice();
  a.set(b);
  b.set(kept);
}

/** What can be wrong with a checkpoint that reads well, and what the report must speak of. */
const FAULTS: { name: string; says: RegExp; make: (folder: string) => Promise<void> }[] = [
  {
    name: 'positions off by one',
    says: /Logits of .* differ from the published values/,
    make: (folder) =>
      changeWeights(folder, (tensor) => {
        const table = tensor('biogpt.embed_positions.weight');
        table.copyWithin(32, 0);
      }),
  },
  {
    name: 'an embedding that is not scaled',
    says: /Logits of .* instead of/,
    make: (folder) => changeJson(join(folder, 'config.json'), (config) => (config['scale_embedding'] = false)),
  },
  {
    name: 'queries and keys exchanged',
    says: /Logits of .* instead of/,
    make: (folder) =>
      changeWeights(folder, (tensor) => {
        for (const part of ['weight', 'bias']) {
          exchange(tensor(`${LAYER}.self_attn.q_proj.${part}`), tensor(`${LAYER}.self_attn.k_proj.${part}`));
        }
      }),
  },
  {
    name: 'a layer without effect',
    says: /Greedy search of .* published tokens are the model's most likely token/,
    make: (folder) =>
      changeWeights(folder, (tensor) => {
        for (const name of ['self_attn.out_proj', 'fc2']) {
          for (const part of ['weight', 'bias']) tensor(`${LAYER}.${name}.${part}`).fill(0);
        }
      }),
  },
  {
    name: 'a part of a matrix overwritten',
    says: /Beam search \(5 beams\) of .* published tokens are among the model's 10 most likely tokens/,
    make: (folder) => changeWeights(folder, (tensor) => tensor(`${LAYER}.fc2.weight`).fill(3, 0, 2048)),
  },
  {
    name: 'two words of the vocabulary exchanged',
    says: /is split into other tokens than published: token \d+ is \d+ instead of \d+/,
    make: (folder) =>
      changeJson(join(folder, 'vocab.json'), (vocab) => {
        [vocab['patients</w>'], vocab['cancer</w>']] = [vocab['cancer</w>'], vocab['patients</w>']];
      }),
  },
];

describe('self-check', function () {
  this.timeout(60_000);
  let tiny: TinyModel;
  let source: string;
  let published: PublishedNumbers;
  const engines: IdEngine[] = [];

  const open = async (dir: string): Promise<CheckedModel> => {
    const engine = await IdEngine.open(dir);
    engines.push(engine);
    return checked(engine);
  };
  const converted = async (folder: string, precision: Precision): Promise<CheckedModel> => {
    const { dir } = await convert(folder, `${folder}-${precision}`, { precision });
    return open(dir);
  };

  before(async () => {
    tiny = await createTinyModel();
    source = join(dirname(tiny.dir), 'tiny');
    published = await publish(await open(tiny.dir));
  });
  after(async () => {
    for (const engine of engines) await engine.dispose();
    await tiny.remove();
  });

  for (const precision of ['fp32', 'fp16', 'int8'] as const) {
    it(`passes a sound model at ${precision}`, async () => {
      const report = inEnglish(await checkModel(await converted(source, precision), published, precision));
      assert.deepEqual(report.problems, []);
      assert.equal(report.ok, true);
      const says = (pattern: RegExp): void => {
        assert.ok(
          report.lines.some((line) => pattern.test(line)),
          report.lines.join('\n'),
        );
      };
      says(/^Compared with the fp32 model:$/);
      says(/^"TNF is" is split into 2,[\d,]+, as published\.$/);
      says(/^Logits of 2,[\d,]+ differ from the published values by at most [\d.e-]+ \(allowed: [\d.]+\)\.$/);
      if (precision === 'fp32') says(/^Beam search \(5 beams\) of 2,[\d,]+ produces the \d+ published tokens\.$/);
    });
  }

  for (const { name, says, make } of FAULTS) {
    it(`fails a model with ${name}, and says what differs`, async () => {
      const folder = join(dirname(source), name.replaceAll(' ', '-'));
      await cp(source, folder, { recursive: true });
      await make(folder);
      for (const precision of ['fp32', 'int8'] as const) {
        const report = inEnglish(await checkModel(await converted(folder, precision), published, precision));
        assert.equal(report.ok, false, precision);
        if (precision === 'int8') continue;
        assert.ok(
          report.problems.some((line) => says.test(line)),
          report.problems.join('\n'),
        );
        for (const problem of report.problems) assert.ok(report.lines.includes(`FAILED: ${problem}`));
      }
    });
  }

  it('fails a GELU that is approximated', async () => {
    const { dir } = await convert(source, join(dirname(source), 'tanh'), { precision: 'fp32' });
    const graph = join(dir, 'model.onnx');
    const bytes = await readFile(graph);
    const changed = Buffer.from(bytes.toString('latin1').replaceAll('BiasGelu', 'FastGelu'), 'latin1');
    assert.notDeepEqual(changed, bytes);
    await writeFile(graph, changed);
    const report = inEnglish(await checkModel(await open(dir), published, 'fp32'));
    assert.ok(
      report.problems.some((line) => /^Logits of/.test(line)),
      report.lines.join('\n'),
    );
  });

  describe('of a model without published numbers', () => {
    it('passes a sound one at every precision', async () => {
      for (const precision of ['fp32', 'fp16', 'int8', 'int4'] as const) {
        const report = inEnglish(await checkModel(await converted(source, precision), undefined, precision));
        assert.deepEqual(report.problems, [], precision);
        assert.ok(report.lines.length >= 7);
      }
    });

    const broken = async (change: (model: CheckedModel) => Partial<CheckedModel>, says: RegExp): Promise<void> => {
      const sound = await open(tiny.dir);
      const report = inEnglish(await checkModel({ ...sound, ...change(sound) }, undefined, 'fp32'));
      assert.equal(report.ok, false);
      assert.ok(
        report.problems.some((line) => says.test(line)),
        report.lines.join('\n'),
      );
    };

    it('fails where the cache gives other tokens than the whole text', () =>
      broken(
        (sound) => ({ generate: async (...request) => (await sound.generate(...request)).map((id) => (id + 1) % 40) }),
        /score at most [\d.]+ below the best tokens/,
      ));

    it('fails where a text reads differently by itself', () =>
      broken(
        (sound) => ({
          logits: async (ids) => (await sound.logits(ids)).map((row) => row.map((value) => value + 0.1 / ids.length)),
        }),
        /Logits of the first 3 tokens, computed alone and as part of the sentence, differ by at most 0\.0\d+/,
      ));

    it('fails on NaN', () =>
      broken(
        (sound) => ({ logits: async (ids) => (await sound.logits(ids)).map((row) => row.fill(NaN, 5, 6)) }),
        /not finite/,
      ));

    it('fails on logits that never change', () =>
      broken(
        (sound) => ({
          logits: async (ids) => {
            const [first] = await sound.logits(ids);
            return ids.map(() => first!);
          },
        }),
        /do not affect the logits/,
      ));

    it('fails on logits that are all alike', () =>
      broken(
        (sound) => ({ logits: async (ids) => (await sound.logits(ids)).map((row) => row.fill(1)) }),
        /smallest logits differ by at least 0 /,
      ));

    it('fails on a vocabulary of another size', () =>
      broken((sound) => ({ vocabSize: sound.vocabSize + 9 }), /logits for \d+ tokens/));

    it('fails on a tokenizer that loses text', () =>
      broken((sound) => ({ decode: (ids) => sound.decode(ids.slice(0, -3)) }), /The tokenizer changes/));
  });

  it('tells how far it is, and ends when it is told to', async () => {
    const model = await open(tiny.dir);
    const told: number[] = [];
    await checkModel(model, published, 'fp32', { onProgress: (fraction) => told.push(fraction) });
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
    assert.equal(told.at(-1), 1);
    assert.ok(told.length >= 8);

    const controller = new AbortController();
    const reason = new Error('enough');
    let steps = 0;
    const run = checkModel(model, published, 'fp32', {
      signal: controller.signal,
      onProgress: () => {
        if (++steps === 2) controller.abort(reason);
      },
    });
    await assert.rejects(run, (error) => error === reason);
    assert.equal(steps, 2);
  });
});
