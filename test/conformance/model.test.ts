import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdEngine } from '../../src/decoder/idEngine';
import { KvCache } from '../../src/decoder/session/kvCache';
import { openSession } from '../../src/decoder/session/openSession';
import type { ModelSession } from '../../src/decoder/session/session';
import { convert, type Conversion } from '../../src/conversion/convert';
import { openModelFolder } from '../../src/modelFolder/modelFolder';
import type { Decoding, StopRules } from '../../src/protocol/decoder';
import { optional, required, type Located } from './support/missing';
import { conformancePython, runPython } from './support/python';
import { repositoryRoot, sharedData } from './support/shared';

const TOLERANCE = 1e-3;

/** What model_reference.py writes. */
interface Reference {
  ids: number[];
  vocabSize: number;
  newTokens: number;
  prompts: number[][];
  generations: Record<string, { settings: GenerateSettings; outputs: number[][] }>;
}

/** Arguments of `transformers.generate`. */
interface GenerateSettings {
  num_beams: number;
  length_penalty?: number;
  early_stopping?: boolean | 'never';
  min_new_tokens?: number;
}

function decodingOf(settings: GenerateSettings): Decoding {
  if (settings.num_beams === 1) return { strategy: 'greedy' };
  return {
    strategy: 'beam',
    beams: settings.num_beams,
    ...(settings.length_penalty !== undefined && { lengthPenalty: settings.length_penalty }),
    ...(settings.early_stopping !== undefined && { earlyStopping: settings.early_stopping }),
  };
}

const starterVocabulary: Located = existsSync(join(repositoryRoot, 'models/starter/vocab.json'))
  ? { path: join(repositoryRoot, 'models/starter') }
  : { missing: 'no vocabulary in models/starter' };

for (const { size, vocabulary, need } of [
  { size: 'tiny', vocabulary: starterVocabulary, need: required },
  { size: 'full', vocabulary: sharedData('biogpt-vocabulary'), need: optional },
] as const) {
  describe(`model against transformers, ${size} size`, function () {
    let folder: string;
    let reference: Reference;
    let referenceLogits: Float32Array;
    const conversions: Record<string, Conversion> = {};

    before(async function () {
      const vocabularyFolder = need(this, vocabulary);
      const python = required(this, await conformancePython());
      folder = mkdtempSync(join(tmpdir(), `biogpt-model-${size}-`));
      const started = performance.now();
      await runPython(python, 'model_reference.py', [
        '--size',
        size,
        '--vocabulary',
        vocabularyFolder,
        '--out',
        folder,
      ]);
      console.log(`      reference: ${seconds(started)}`);
      reference = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Reference;
      const bytes = readFileSync(join(folder, 'logits.f32'));
      referenceLogits = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    });

    after(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true });
    });

    for (const format of ['safetensors', 'bin']) {
      it(`converts ${format}`, async () => {
        const started = performance.now();
        const source = join(folder, format);
        conversions[format] = await convert(source, join(folder, `${format}-onnx`), { precision: 'fp32' });
        assert.deepEqual(conversions[format].warnings, []);
        console.log(`      ${(conversions[format].bytes / 1e6).toFixed(0)} MB: ${seconds(started)}`);
        rmSync(source, { recursive: true });
      });
    }

    it('gives the same model from both formats', () => {
      const { safetensors, bin } = conversions;
      assert.ok(safetensors && bin);
      assert.deepEqual(bin.description.files, safetensors.description.files);
      rmSync(bin.dir, { recursive: true });
    });

    for (const backend of ['native', 'plain'] as const) {
      describe(`${backend} session`, () => {
        let session: ModelSession;

        before(async () => {
          const { paths, description } = await openModelFolder(conversions['safetensors']!.dir);
          session = await openSession(paths.graph, description.architecture, { backend });
          assert.equal(session.backend, backend);
        });
        after(() => session?.dispose());

        const check = (row: number, logits: Float32Array): number => {
          const expected = referenceLogits.subarray(row * reference.vocabSize, (row + 1) * reference.vocabSize);
          assert.equal(logits.length, expected.length);
          let worst = 0;
          // Not Math.max over a comparison that NaN would pass.
          for (let i = 0; i < expected.length; i++) {
            const difference = Math.abs(logits[i]! - expected[i]!);
            if (!(difference <= worst)) worst = difference;
          }
          assert.ok(worst <= TOLERANCE, `row ${row}: max |Δlogit| ${worst}`);
          return worst;
        };

        it('computes the logits of a whole text', async () => {
          const cache = new KvCache(session.cacheShape);
          cache.reserve(reference.ids.length);
          const logits = await session.forward(cache, reference.ids, 'all');
          const worst = reference.ids.map((_, row) =>
            check(row, logits.subarray(row * reference.vocabSize, (row + 1) * reference.vocabSize)),
          );
          session.releaseCache(cache);
          console.log(`      max |Δlogit| ${Math.max(...worst).toExponential(1)}`);
        });

        it('computes the same token by token through the KV cache', async () => {
          const cache = new KvCache(session.cacheShape);
          let worst = 0;
          for (const [row, id] of reference.ids.entries()) {
            cache.reserve(row + 1);
            worst = Math.max(worst, check(row, await session.forward(cache, [id], 'last')));
          }
          session.releaseCache(cache);
          console.log(`      max |Δlogit| ${worst.toExponential(1)}`);
        });
      });
    }

    it('writes what transformers.generate writes', async () => {
      const engine = await IdEngine.open(conversions['safetensors']!.dir);
      assert.equal(engine.info.backend, 'native');
      for (const [name, { settings, outputs }] of Object.entries(reference.generations)) {
        const started = performance.now();
        const stop: StopRules = {
          maxNewTokens: reference.newTokens,
          ...(settings.min_new_tokens !== undefined && { minNewTokens: settings.min_new_tokens }),
        };
        for (const [index, prompt] of reference.prompts.entries()) {
          const { ids } = await engine.generate(prompt, decodingOf(settings), stop);
          assert.deepEqual(ids, outputs[index], `${name}, prompt ${index}`);
        }
        const ended = outputs.filter((ids) => ids.at(-1) === 2).length;
        console.log(`      ${name}: ${outputs.length} identical, ${ended} of them ended by </s>, ${seconds(started)}`);
      }
      await engine.dispose();
    });
  });
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
