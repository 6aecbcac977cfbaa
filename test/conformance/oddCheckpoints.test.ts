import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert } from '../../src/conversion/convert';
import { KvCache } from '../../src/decoder/session/kvCache';
import { openSession } from '../../src/decoder/session/openSession';
import { runInstall } from '../../src/installer/installJob';
import { openModelFolder } from '../../src/modelFolder/modelFolder';
import { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { required } from './support/missing';
import { conformancePython, runPython } from './support/python';
import { referenceVocabulary } from './support/referenceCheckpoints';

const TOLERANCE = 1e-3;

/** What transformers gives for a folder. */
interface Reference {
  ids: number[];
  /** A row per id. */
  logits: number[][];
  texts: { text: string; ids: number[] }[];
}

async function worstDifference(modelDir: string, { ids, logits }: Reference): Promise<number> {
  const { paths, description } = await openModelFolder(modelDir);
  assert.equal(description.architecture.vocabSize, logits[0]!.length);
  const session = await openSession(paths.graph, description.architecture, { backend: 'native' });
  try {
    const cache = new KvCache(session.cacheShape);
    cache.reserve(ids.length);
    const computed = await session.forward(cache, ids, 'all');
    session.releaseCache(cache);
    let worst = 0;
    // Not Math.max over a comparison that NaN would pass.
    logits.flat().forEach((value, i) => {
      const difference = Math.abs(computed[i]! - value);
      if (!(difference <= worst)) worst = difference;
    });
    return worst;
  } finally {
    await session.dispose();
  }
}

async function tokenizerOf(modelDir: string): Promise<BioGptTokenizer> {
  const { paths, description } = await openModelFolder(modelDir);
  const { normalizePunctuation, added = [] } = description.tokenizer;
  const options = { normalizePunctuation, addedTokens: added };
  return BioGptTokenizer.fromFiles(readFileSync(paths.vocab, 'utf8'), readFileSync(paths.merges, 'utf8'), options);
}

describe('checkpoints that are not as published against transformers', () => {
  let dir: string;
  let references: Record<string, Reference>;

  before(async function () {
    const python = required(this, await conformancePython());
    const vocabulary = required(this, referenceVocabulary('tiny'));
    dir = mkdtempSync(join(tmpdir(), 'biogpt-odd-'));
    mkdirSync(join(dir, 'from'));
    await runPython(python, 'odd_checkpoints.py', ['--vocabulary', vocabulary, '--out', join(dir, 'from')]);
    references = JSON.parse(readFileSync(join(dir, 'from', 'reference.json'), 'utf8')) as Record<string, Reference>;
  });
  after(() => {
    if (dir !== undefined) rmSync(dir, { recursive: true });
  });

  it('gives the same logits, and the same ids of texts', async () => {
    const wrong: string[] = [];
    for (const [name, reference] of Object.entries(references)) {
      try {
        const model = await convert(join(dir, 'from', name), join(dir, 'to', name), { precision: 'fp32' });
        const worst = await worstDifference(model.dir, reference);
        if (!(worst <= TOLERANCE)) wrong.push(`${name}: max |Δlogit| ${worst}`);
        const tokenizer = await tokenizerOf(model.dir);
        for (const { text, ids } of reference.texts) {
          const got = tokenizer.encode(text);
          if (String(got) !== String(ids)) wrong.push(`${name}: "${text}" is ${got.join()}, not ${ids.join()}`);
        }
      } catch (error) {
        wrong.push(`${name}: ${(error as Error).message}`);
      }
    }
    assert.deepEqual(wrong, []);
    console.log(`      ${Object.keys(references).length} checkpoints`);
  });

  for (const name of ['added-padded', 'alias', 'f8-e4m3-bin']) {
    it(`passes the self-check when it is installed: ${name}`, async () => {
      const log: string[] = [];
      const hooks = {
        signal: new AbortController().signal,
        onProgress: () => undefined,
        beforeReplace: () => Promise.resolve(),
      };
      const job = {
        source: join(dir, 'from', name),
        expectedFiles: [],
        outDir: join(dir, 'installed', name),
        precision: 'fp32',
        name,
        sourceName: name,
        licence: 'unknown',
      };
      await runInstall(job, hooks, (line) => log.push(line));
      assert.deepEqual(
        log.filter((line) => line.startsWith('FAILED')),
        [],
      );
    });
  }
});
