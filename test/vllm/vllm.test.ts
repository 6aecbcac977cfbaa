/**
 * A real vLLM against our own engine at fp32, for whoever has one: BIOGPT_VLLM is its base URL, BIOGPT_VLLM_MODEL the model folder (fp32) of
 * what it serves, BIOGPT_SHARED the folder with held-out articles. See docs/server.md for the server.
 *
 *     BIOGPT_VLLM=http://127.0.0.1:8000/v1 BIOGPT_VLLM_MODEL=… npx mocha --no-config --require tsx test/vllm/vllm.test.ts
 */
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { readCorpus } from '../../bench/lib/corpus';
import { serverFetch } from '../../src/client/serverFetch';
import { readServerAddress } from '../../src/client/serverAddress';
import type { Engine } from '../../src/decoder/engine';
import { generate } from '../../src/decoder/generation/generate';
import { openRemoteEngine } from '../../src/decoder/remote/openRemote';
import type { CompleteParams, Decoding } from '../../src/protocol/decoder';
import { params, plainEngine } from '../unit/decoder/remote/support';

const ADDRESS = process.env['BIOGPT_VLLM'];
const MODEL = process.env['BIOGPT_VLLM_MODEL'];
const CORPUS = join(process.env['BIOGPT_SHARED'] ?? join(dirname(process.cwd()), 'shared'), 'corpus', 'valid.jsonl.xz');
const PLACES = Number(process.env['BIOGPT_VLLM_PLACES'] ?? 200);

interface Place {
  between: string;
  inside: string;
}

/** Places in articles, one in each: behind a word, and three letters further. */
async function places(count: number): Promise<Place[]> {
  const found: Place[] = [];
  for await (const { sections } of readCorpus(CORPUS)) {
    for (const paragraph of sections.flatMap((section) => section.paragraphs)) {
      const words = paragraph.split(' ');
      const at = words.findIndex((word, i) => i >= 20 + (found.length % 30) && /^[a-z]{5,}$/.test(word));
      if (at < 0) continue;
      const between = `${words.slice(0, at).join(' ')} `;
      found.push({ between, inside: between + words[at]!.slice(0, 3) });
      break;
    }
    if (found.length === count) break;
  }
  return found;
}

describe('a real vLLM', function () {
  this.timeout(3_600_000);
  let local: Engine;
  let remote: Engine;
  let all: Place[];

  before(async function () {
    if (ADDRESS === undefined || MODEL === undefined) return this.skip();
    const address = readServerAddress(ADDRESS);
    assert.ok(address.ok);
    local = await plainEngine(MODEL);
    const ask = serverFetch({ base: address.url, fetch: globalThis.fetch });
    remote = await openRemoteEngine(MODEL, { host: address.url.host }, { ask });
    all = await places(PLACES);
    assert.equal(all.length, PLACES);
  });
  after(async () => {
    await local?.dispose();
    await remote?.dispose();
  });

  it('can everything', () => {
    assert.equal(remote.model.tells, 'values');
    assert.deepEqual(remote.info.server!.lacks, []);
  });

  for (const [name, decoding] of [
    ['greedily', { strategy: 'greedy' }],
    ['with five beams', { strategy: 'beam', beams: 5 }],
  ] as const satisfies [string, Decoding][]) {
    it(`writes the same ids ${name}`, async () => {
      for (const { between } of all.slice(0, 20)) {
        const prompt = local.tokenizer.encode(between);
        const ids = async ({ model }: Engine): Promise<number[]> =>
          (await generate(model, prompt, decoding, { maxNewTokens: 16 }, { eosId: 2 })).ids;
        assert.deepEqual(await ids(remote), await ids(local), between);
      }
    });
  }

  for (const [where, least] of [
    ['between', 0.99],
    ['inside', 0.95],
  ] as const) {
    it(`completes the same at ${100 * least} % of the places ${where} words`, async () => {
      const differences: string[] = [];
      let written = 0;
      const ms: number[] = [];
      for (const place of all) {
        const asked: CompleteParams = params(place[where]);
        const ours = await local.complete(asked);
        const started = performance.now();
        const theirs = await remote.complete(asked);
        ms.push(performance.now() - started);
        if (ours.text !== '') written++;
        if (ours.text !== theirs.text) differences.push(`…${place[where].slice(-30)}|${ours.text}|${theirs.text}`);
      }
      const median = ms.sort((a, b) => a - b)[ms.length >> 1]!;
      console.log(
        `      ${written} of ${all.length} with text; ${differences.length} differ; median ${median.toFixed(0)} ms`,
      );
      for (const difference of differences) console.log(`        ${difference}`);
      assert.ok(differences.length <= (1 - least) * all.length);
    });
  }

  it('describes the same', async () => {
    for (const term of ['asthma', 'aspirin', 'blood pressure']) {
      const asked = {
        term,
        decoding: { strategy: 'beam', beams: 5, earlyStopping: true },
        stop: { maxNewTokens: 40, repetition: true },
      } as const;
      assert.equal((await remote.describe(asked)).text, (await local.describe(asked)).text);
    }
  });
});
