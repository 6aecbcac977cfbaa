import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KvCache } from '../../src/decoder/session/kvCache';
import { openSession } from '../../src/decoder/session/openSession';
import { convert, openModelFolder } from '../../src/model';
import { extractSource } from '../../src/model/source/archive';
import { optional, required } from './support/missing';
import {
  CHECKPOINT_FORMS, referenceVocabulary, writeReferenceCheckpoints, type ReferenceLogits,
} from './support/referenceCheckpoints';

const TOLERANCE = 1e-3;

/** The largest |Δlogit| between a model folder and its reference. */
async function worstDifference(modelDir: string, reference: ReferenceLogits): Promise<number> {
  const { paths, description } = await openModelFolder(modelDir);
  assert.equal(description.architecture.vocabSize, reference.vocabSize);
  const session = await openSession(paths.graph, description.architecture, { backend: 'native' });
  try {
    const cache = new KvCache(session.cacheShape);
    cache.reserve(reference.ids.length);
    const logits = await session.forward(cache, reference.ids, 'all');
    session.releaseCache(cache);
    assert.equal(logits.length, reference.logits.length);
    let worst = 0;
    // Not Math.max over a comparison that NaN would pass.
    for (let i = 0; i < logits.length; i++) {
      const difference = Math.abs(logits[i]! - reference.logits[i]!);
      if (!(difference <= worst)) worst = difference;
    }
    return worst;
  } finally {
    await session.dispose();
  }
}

for (const [size, need] of [['tiny', required], ['full', optional]] as const) {
  describe(`installed forms against transformers, ${size} size`, function () {
    let dir: string;
    let vocabulary: string;

    before(function () {
      vocabulary = need(this, referenceVocabulary(size));
      dir = mkdtempSync(join(tmpdir(), `biogpt-install-${size}-`));
    });
    after(() => {
      if (dir !== undefined) rmSync(dir, { recursive: true });
    });

    for (const form of CHECKPOINT_FORMS) {
      it(form, async function () {
        const started = performance.now();
        // One form at a time: at full size each has 1.4 GB and more.
        const out = join(dir, form);
        mkdirSync(out);
        const { [form]: checkpoint } = await writeReferenceCheckpoints(this, size, vocabulary, [form], out);
        let source = checkpoint.path;
        if (source.endsWith('.tgz')) {
          source = join(out, 'unpacked');
          mkdirSync(source);
          await extractSource(checkpoint.path, source);
          rmSync(checkpoint.path);
        }
        const model = join(out, 'model');
        const { warnings, bytes } = await convert(source, model, { precision: 'fp32' });
        assert.deepEqual(warnings, []);
        rmSync(source, { recursive: true });

        const worst = await worstDifference(model, checkpoint.reference);
        assert.ok(worst <= TOLERANCE, `max |Δlogit| ${worst}`);
        const published = JSON.parse(readFileSync(join(vocabulary, 'vocab.json'), 'utf8')) as Record<string, number>;
        const soft = form === 'fairseq-prompt' ? 9 : 0;
        for (let i = 1; i <= soft; i++) published[`learned${i}</w>`] = checkpoint.reference.vocabSize - soft + i - 1;
        assert.deepEqual(JSON.parse(readFileSync(join(model, 'vocab.json'), 'utf8')), published);
        assert.deepEqual(readFileSync(join(model, 'merges.txt')), readFileSync(join(vocabulary, 'merges.txt')));
        rmSync(out, { recursive: true });
        const seconds = ((performance.now() - started) / 1000).toFixed(0);
        console.log(`      ${(bytes / 1e6).toFixed(0)} MB, max |Δlogit| ${worst.toExponential(1)}, ${seconds} s`);
      });
    }
  });
}
