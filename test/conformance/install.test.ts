import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KvCache } from '../../src/decoder/session/kvCache';
import { openSession } from '../../src/decoder/session/openSession';
import { openModelFolder } from '../../src/modelFolder/modelFolder';
import { Catalogue } from '../../src/library/catalogue/catalogue';
import { HuggingFaceHub } from '../../src/library/hub/huggingFaceHub';
import { ModelInstaller } from '../../src/library/installation/modelInstaller';
import { ModelStore } from '../../src/library/installation/modelStore';
import { ProcessWorker } from '../../src/library/installation/installerProcess';
import type { InstalledModel, ModelSource } from '../../src/library/installation/types';
import { TestHub } from '../support/testHub/testHub';
import { optional, required } from './support/missing';
import { repositoryRoot } from './support/shared';
import {
  CHECKPOINT_FORMS,
  CheckpointWriter,
  referenceVocabulary,
  type ReferenceLogits,
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

/**
 * Installs a checkpoint as the product does: an archive from the disk, a folder from a Hub, verified,
 * converted and checked by the installer process.
 */
async function install(path: string, root: string, hub: TestHub): Promise<{ model: InstalledModel; log: string[] }> {
  const log: string[] = [];
  const installer = new ModelInstaller({
    store: new ModelStore(root),
    catalogue: Catalogue.builtIn(),
    hub: new HuggingFaceHub({ endpoint: hub.url, fetch }),
    worker: new ProcessWorker(join(repositoryRoot, 'dist', 'installer.cjs'), () => undefined),
    log: (line) => log.push(line),
  });
  const repo = 'lab/biogpt';
  let source: ModelSource = { kind: 'local', path };
  if (!path.endsWith('.tgz')) {
    await hub.publish(repo, path);
    source = { kind: 'hub', repo };
  }
  return { model: await installer.install(source, { precision: 'fp32', keepOriginal: false }), log };
}

/** At full size those that differ in the file that holds the weights. */
const FULL_FORMS = ['safetensors', 'bin-copy', 'fairseq'] as const;

for (const { size, need, forms } of [
  { size: 'tiny', need: required, forms: CHECKPOINT_FORMS },
  { size: 'full', need: optional, forms: FULL_FORMS },
] as const) {
  describe(`installed forms against transformers, ${size} size`, function () {
    let dir: string;
    let vocabulary: string;
    let hub: TestHub;
    let writer: CheckpointWriter;

    before(async function () {
      vocabulary = need(this, referenceVocabulary(size));
      dir = mkdtempSync(join(tmpdir(), `biogpt-install-${size}-`));
      hub = await TestHub.start();
      writer = await CheckpointWriter.start(this, size, vocabulary, dir);
    });
    after(async () => {
      await writer?.end();
      await hub?.close();
      if (dir !== undefined) rmSync(dir, { recursive: true });
    });

    for (const form of forms) {
      it(form, async () => {
        // One form at a time: at full size each has 1.4 GB and more.
        const checkpoint = await writer.write(form);
        const models = join(dir, 'models', form);
        const started = performance.now();
        const { model, log } = await install(checkpoint.path, models, hub);
        const seconds = ((performance.now() - started) / 1000).toFixed(0);
        // Its soft prompt says that it was tuned for a task, and nothing says for which.
        if (form === 'fairseq-prompt')
          assert.match(log.join('\n'), /^[^\n]*: the model was fine-tuned .* 9 tokens[^\n]*$/);
        else assert.deepEqual(log, []);
        rmSync(checkpoint.path, { recursive: true });

        const worst = await worstDifference(model.dir, checkpoint.reference);
        assert.ok(worst <= TOLERANCE, `max |Δlogit| ${worst}`);
        const published = JSON.parse(readFileSync(join(vocabulary, 'vocab.json'), 'utf8')) as Record<string, number>;
        const soft = form === 'fairseq-prompt' ? 9 : 0;
        for (let i = 1; i <= soft; i++) published[`learned${i}</w>`] = checkpoint.reference.vocabSize - soft + i - 1;
        assert.deepEqual(JSON.parse(readFileSync(join(model.dir, 'vocab.json'), 'utf8')), published);
        assert.deepEqual(readFileSync(join(model.dir, 'merges.txt')), readFileSync(join(vocabulary, 'merges.txt')));
        rmSync(models, { recursive: true });
        console.log(
          `      ${(model.bytes / 1e6).toFixed(0)} MB, max |Δlogit| ${worst.toExponential(1)}, installed in ${seconds} s`,
        );
      });
    }
  });
}
