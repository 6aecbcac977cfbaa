import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate, type Generation } from '../../../src/decoder/generation/generate';
import { suppressFirst, suppressTokens } from '../../../src/decoder/generation/logitsProcessors';
import { createRandom } from '../../../src/decoder/generation/random';
import { Drafter } from '../../../src/decoder/generation/speculation/drafter';
import { LONGEST_MATCH, NgramIndex } from '../../../src/decoder/generation/speculation/ngramIndex';
import { PassCosts } from '../../../src/decoder/generation/speculation/passCosts';
import { Speculation } from '../../../src/decoder/generation/speculation/speculation';
import type { StopRule } from '../../../src/decoder/generation/stopRules';
import { WordGate } from '../../../src/decoder/generation/wordGate';
import { CachedModel } from '../../../src/decoder/session/cachedModel';
import { openSession } from '../../../src/decoder/session/openSession';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import type { Decoding, StopRules } from '../../../src/protocol/decoder';
import { BioGptTokenizer, SPECIAL_IDS } from '../../../src/tokenizer/bioGptTokenizer';
import { ScriptedModel } from './support/scriptedModel';
import { createTinyModel, type TinyModel } from './support/tinyModel';

const EOS = 2;
const VOCAB = 12;
const GREEDY: Decoding = { strategy: 'greedy' };
const repository = join(__dirname, '..', '..', '..');

/** The same number in [0, 1) for the same ids and seed. */
function noise(seed: number, ids: readonly number[]): number {
  let hash = seed;
  for (const id of ids) hash = Math.imul(hash ^ (id + 1), 0x9e3779b1) ^ (hash >>> 13);
  return createRandom(hash >>> 0)();
}

/**
 * Mostly follows what the last two tokens say, which repeats itself; with `surprise` a share of tokens that
 * depend on the whole text, which no n-gram foresees.
 */
function repetitive(seed: number, surprise: number): ScriptedModel {
  return new ScriptedModel(VOCAB, (text) => {
    const context = noise(seed, text) < surprise ? text : text.slice(-2);
    return Array.from({ length: VOCAB }, (_, id) => 6 * noise(seed + 1, [...context, id]) - (id === EOS ? 1.2 : 0));
  });
}

describe('the n-gram index', () => {
  const brute = (ids: readonly number[], tail: readonly number[]): number => {
    let longest = 0;
    for (let at = 0; at + 1 < ids.length; at++) {
      let length = 0;
      while (
        length < LONGEST_MATCH &&
        length <= at &&
        length < tail.length &&
        ids[at - length] === tail.at(-1 - length)
      )
        length++;
      longest = Math.max(longest, length);
    }
    return longest;
  };

  it('finds a longest match, whatever was appended and taken back', () => {
    const random = createRandom(5);
    const index = new NgramIndex();
    const ids: number[] = [];
    for (let round = 0; round < 3000; round++) {
      if (random() < 0.3) {
        ids.length = Math.floor(ids.length * (1 - 0.2 * random()));
        index.truncate(ids.length);
      } else {
        const id = Math.floor(9 * random() * random());
        ids.push(id);
        index.append(id);
      }
      assert.deepEqual(index.ids, ids);
      // Of many places only the most recent are looked at: a short text has few.
      const recent = ids.slice(-12);
      index.assign(recent);
      for (const tail of [recent, [...recent, 3], [1, 2, 3, 4]]) {
        const match = index.find(tail);
        assert.equal(match?.length ?? 0, brute(recent, tail), `${recent} | ${tail}`);
        if (match) assert.ok(match.agreeing >= 1 && match.agreeing <= match.places);
      }
      index.assign(ids);
    }
  });

  it('takes what followed most often, of equals the most recent', () => {
    const index = new NgramIndex();
    index.assign([1, 2, 7, 1, 2, 8, 1, 2, 7, 1, 2]);
    assert.deepEqual(index.find([1, 2]), { id: 7, length: 2, places: 3, agreeing: 2 });
    index.assign([5, 2, 8, 5, 2, 9, 5, 2]);
    assert.equal(index.find([5, 2])?.id, 9);
    assert.equal(index.find([6]), null);
  });
});

describe('the drafter', () => {
  it('guesses from the text and from what was written before, and learns whom to trust', () => {
    const drafter = new Drafter();
    const first = (most: number): number[] => {
      const ids: number[] = [];
      for (const { id } of drafter.guess()) if (ids.push(id) >= most) break;
      return ids;
    };
    drafter.begin([1, 2, 3, 4, 5, 6, 1, 2, 3]);
    assert.deepEqual(first(3), [4, 5, 6]);
    drafter.begin([1, 2, 3]);
    [20, 21, 22].forEach((id) => drafter.grow(id));
    drafter.end();
    // Another text; the old one is no longer there, but what was written is.
    drafter.begin([9, 3, 20]);
    assert.deepEqual(first(2), [21, 22]);
    // Guesses that fail lose their credit.
    const chance = (): number => {
      drafter.begin([30, 31, 32, 30, 31]);
      return drafter.guess().next().value!.chance;
    };
    const before = chance();
    for (let round = 0; round < 50; round++) {
      chance();
      drafter.grow(33 + round);
    }
    assert.ok(chance() < before / 3, `${chance()} after ${before}`);
  });
});

describe('the cost of passes', () => {
  it('is learnt, is not upset by a disturbed pass, and forgets', () => {
    const costs = new PassCosts();
    const prior = costs.ratio(4);
    assert.equal(costs.ratio(1), 1);
    const random = createRandom(1);
    const pass = (tokens: number): void =>
      costs.add(tokens, (10 + (tokens > 1 ? 6 + 3 * tokens : 0)) * (0.9 + 0.2 * random()));
    for (let i = 0; i < 300; i++) pass(i % 2 === 0 ? 1 : 2 + (i % 7));
    for (const tokens of [2, 5, 8]) assert.ok(Math.abs(costs.ratio(tokens) / (1.6 + 0.3 * tokens) - 1) < 0.08);
    const before = costs.ratio(4);
    costs.add(4, 5000);
    costs.add(1, 5000);
    assert.ok(Math.abs(costs.ratio(4) / before - 1) < 0.25, `${costs.ratio(4)} after ${before}`);
    for (let i = 0; i < 5000; i++) pass(1);
    assert.ok(Math.abs(costs.ratio(4) - prior) < 0.05);
  });

  it('stays as it is with a clock that stands still', () => {
    const costs = new PassCosts();
    const before = [2, 4, 8].map((tokens) => costs.ratio(tokens));
    for (let i = 0; i < 100; i++) costs.add(1 + (i % 8), 0);
    assert.deepEqual(
      [2, 4, 8].map((tokens) => costs.ratio(tokens)),
      before,
    );
  });
});

describe('speculative decoding', () => {
  interface Settings {
    stop: StopRules;
    prompt: number[];
    gate: boolean;
    rules: StopRule[];
  }
  const symbolOf = (id: number): string => (id % 3 === 0 ? `ab${id}` : `w${id}</w>`);

  async function run(
    model: ScriptedModel,
    { stop, prompt, gate, rules }: Settings,
    speculation?: Speculation,
    signal?: AbortSignal,
    decoding: Decoding = GREEDY,
    onToken: (count: number) => void = () => undefined,
  ): Promise<Generation & { progress: number[][] }> {
    const progress: number[][] = [];
    const result = await generate(model, prompt, decoding, stop, {
      eosId: EOS,
      stopRules: rules,
      processors: [suppressTokens([0, 1]), suppressFirst([4, 5])],
      ...(gate && { gate: new WordGate(0.05, '', symbolOf) }),
      ...(speculation && { speculation }),
      ...(signal && { signal }),
      onProgress: (generated) => {
        progress.push([...generated]);
        onToken(generated.length);
      },
    });
    return { ...result, progress };
  }

  function settings(seed: number): Settings {
    const random = createRandom(seed);
    const length = 1 + Math.floor(60 * random());
    return {
      stop: { maxNewTokens: 1 + Math.floor(60 * random()), minNewTokens: Math.floor(6 * random()) },
      prompt: [EOS, ...Array.from({ length }, () => 3 + Math.floor((VOCAB - 3) * random()))],
      gate: seed % 3 === 0,
      rules:
        seed % 2 === 0
          ? []
          : [(generated) => (generated.at(-1) === 7 && generated.at(-2) === 8 ? 'sentenceEnd' : null)],
    };
  }

  it('gives what plain greedy search gives, token by token, with every rule', async () => {
    const reasons = new Set<string>();
    let [accepted, refused, fewer] = [0, 0, 0];
    for (let seed = 0; seed < 400; seed++) {
      const its = settings(seed);
      const surprise = [0, 0.1, 0.5, 1][seed % 4]!;
      const plain = await run(repetitive(seed, surprise), its);
      // Every second speculation has seen other texts before.
      const speculation = new Speculation(seed % 4 < 2 ? () => 0 : undefined);
      if (seed % 2 === 1) await run(repetitive(seed, 0.3), settings(seed + 1), speculation);
      const before = { ...speculation.counts };
      const model = repetitive(seed, surprise);
      const guessed = await run(model, its, speculation);
      const { timings: _, ...rest } = plain;
      const { timings: __, ...other } = guessed;
      assert.deepEqual(other, rest, `seed ${seed}`);
      assert.equal(guessed.timings.decodedTokens, plain.timings.decodedTokens);
      // The sequence is as plain decoding leaves it: the last token was never read.
      assert.deepEqual(model.ids, [...its.prompt, ...(guessed.progress.at(-1) ?? [])].slice(0, model.ids.length));
      assert.ok(model.ids.length <= its.prompt.length + guessed.timings.decodedTokens - 1);
      reasons.add(plain.finishReason);
      accepted += speculation.counts.accepted - before.accepted;
      refused += speculation.counts.drafted - speculation.counts.accepted;
      if (model.passes.length < plain.timings.decodedTokens - 1) fewer++;
    }
    // All of it has been exercised.
    assert.ok(
      accepted > 1000 && refused > 200 && fewer > 100,
      `${accepted} accepted, ${refused} refused, ${fewer} shorter`,
    );
    for (const reason of ['endOfText', 'sentenceEnd', 'tokenBudget', 'unsure']) assert.ok(reasons.has(reason), reason);
  });

  it('needs fewer passes where the text repeats itself', async () => {
    const phrase = [3, 9, 4, 11, 6, 10];
    const model = new ScriptedModel(VOCAB, (text) => {
      const next = phrase[(phrase.indexOf(text.at(-1)!) + 1) % phrase.length]!;
      return Array.from({ length: VOCAB }, (_, id) => (id === next ? 9 : 0));
    });
    const speculation = new Speculation(() => 0);
    const prompt = [EOS, ...phrase, ...phrase, 3];
    const { ids } = await generate(model, prompt, GREEDY, { maxNewTokens: 41 }, { eosId: EOS, speculation });
    assert.equal(ids.length, 41);
    // Forty tokens behind the first, eight a pass at best.
    assert.ok(model.passes.length <= 8, `${model.passes.length} passes`);
    assert.deepEqual(speculation.counts, {
      passes: model.passes.length,
      drafted: 40 - model.passes.length,
      accepted: 40 - model.passes.length,
    });
  });

  it('guesses from the whole text where the prompt is only its end', async () => {
    const rare = [5, 9, 3, 8, 6, 10, 7, 11];
    const next = new Map(rare.map((id, i) => [id, rare[i + 1] ?? EOS]));
    const model = () =>
      new ScriptedModel(VOCAB, (text) =>
        Array.from({ length: VOCAB }, (_, id) => (id === next.get(text.at(-1)!) ? 9 : 0)),
      );
    const [alone, whole] = [model(), model()];
    const options = { eosId: EOS, speculation: new Speculation(() => 0) };
    await generate(alone, [EOS, 4, 5], GREEDY, { maxNewTokens: 20 }, options);
    const text = [EOS, 4, ...rare, 4, 4, ...rare, 4, 4, 5];
    const ahead = { eosId: EOS, speculation: new Speculation(() => 0), text };
    await generate(whole, [EOS, 4, 5], GREEDY, { maxNewTokens: 20 }, ahead);
    assert.ok(whole.passes.length < alone.passes.length / 2, `${whole.passes.length} of ${alone.passes.length}`);
  });

  it("checks nothing behind an end, a budget or the model's positions", async () => {
    const phrase = [3, 4, 5, 6, 7, 8, 9, 10, EOS];
    const next = (id: number): number => phrase[(phrase.indexOf(id) + 1) % phrase.length]!;
    const model = new ScriptedModel(VOCAB, (text) =>
      Array.from({ length: VOCAB }, (_, id) => (id === next(text.at(-1)!) ? 9 : 0)),
    );
    const prompt = [...phrase, ...phrase, ...phrase, 3];
    const speculation = new Speculation(() => 0);
    const { ids } = await generate(model, prompt, GREEDY, { maxNewTokens: 30 }, { eosId: EOS, speculation });
    assert.deepEqual(ids, [4, 5, 6, 7, 8, 9, 10, EOS]);
    assert.ok(model.passes.flat().every((id) => id !== EOS));
    assert.ok(
      model.passes.some((pass) => pass.length > 2),
      'nothing was guessed',
    );
    const short = await generate(model, prompt, GREEDY, { maxNewTokens: 4 }, { eosId: EOS, speculation });
    assert.equal(short.finishReason, 'tokenBudget');
    assert.equal(model.ids.length, prompt.length + 3);
    const full = Array.from({ length: 195 }, (_, i) => phrase[i % (phrase.length - 1)]!);
    const { finishReason } = await generate(
      model,
      full,
      GREEDY,
      { maxNewTokens: 30, minNewTokens: 30 },
      { eosId: EOS, speculation },
    );
    assert.equal(finishReason, 'contextFull');
  });

  it('obeys a cancellation between any two tokens, and the sequence stays right', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const its = { ...settings(seed), stop: { maxNewTokens: 30, minNewTokens: 30 }, gate: false };
      const whole = await run(repetitive(seed, 0.1), its);
      const speculation = new Speculation(() => 0);
      const model = repetitive(seed, 0.1);
      const controller = new AbortController();
      const at = 1 + (seed % 20);
      let seen = 0;
      const onToken = (count: number): void => {
        seen = count;
        if (count === at && seed % 2 === 0) controller.abort();
      };
      if (seed % 2 === 1) {
        model.onPass = () => {
          if (seen >= at) controller.abort();
        };
      }
      await assert.rejects(run(model, its, speculation, controller.signal, GREEDY, onToken), { name: 'AbortError' });
      if (seed % 2 === 0) assert.equal(seen, at);
      assert.deepEqual(model.ids, [...its.prompt, ...whole.ids.slice(0, model.ids.length - its.prompt.length)]);
      model.onPass = () => undefined;
      assert.deepEqual((await run(model, its, speculation)).ids, whole.ids);
    }
  });

  it('leaves sampling alone', async () => {
    const model = repetitive(1, 0);
    const its = { ...settings(2), stop: { maxNewTokens: 30, minNewTokens: 30 } };
    await run(model, its, new Speculation(() => 0), undefined, { strategy: 'sample', seed: 4 });
    // Thirty tokens, of which the first comes out of the prompt's pass.
    assert.deepEqual(
      model.passes.map((pass) => pass.length),
      new Array<number>(29).fill(1),
    );
  });

  it('does the same again with a clock that stands still', async () => {
    const passes = async (): Promise<number[][]> => {
      const model = repetitive(5, 0.2);
      const speculation = new Speculation(() => 0);
      for (let seed = 0; seed < 20; seed++) await run(model, settings(seed), speculation);
      return model.passes;
    };
    assert.deepEqual(await passes(), await passes());
  });
});

describe('several tokens in one pass', () => {
  let tiny: TinyModel;
  before(async () => {
    tiny = await createTinyModel();
  });
  after(() => tiny.remove());

  for (const backend of ['native', 'plain'] as const) {
    it(`${backend}: have the logits of one at a time, and are taken back without a trace`, async () => {
      const { paths, description } = await openModelFolder(tiny.dir);
      const model = new CachedModel(await openSession(paths.graph, description.architecture, { threads: 1, backend }));
      try {
        const prompt = Array.from({ length: 120 }, (_, i) => 3 + ((i * 37) % 90));
        const next = Array.from({ length: 12 }, (_, i) => 3 + ((i * 29) % 90));
        await model.prefill(prompt);
        const single: Float32Array[] = [];
        for (const id of next) single.push((await model.step(id)).slice());
        const vocab = model.vocabSize;
        for (const count of [2, 3, 4, 6, 12]) {
          model.takeBack(12);
          assert.equal(model.cachedTokens, 120);
          for (let at = 0; at < 12; at += count) {
            // Wrong ones first.
            await model.verify(Array.from({ length: count }, (_, i) => 5 + i));
            model.takeBack(count);
            const rows = await model.verify(next.slice(at, at + count));
            for (let i = 0; i < count; i++) {
              for (let id = 0; id < vocab; id++)
                assert.ok(Math.abs(rows[i * vocab + id]! - single[at + i]![id]!) < 1e-4);
            }
          }
          assert.equal(model.cachedTokens, 132);
        }
        const controller = new AbortController();
        controller.abort();
        await assert.rejects(model.verify([5, 6, 7], controller.signal), { name: 'AbortError' });
        assert.equal(model.cachedTokens, 132);
        // What is remembered is the text as it stands.
        assert.equal((await model.prefill([...prompt, ...next.slice(0, 6), 5, 6])).reusedTokens, 126);
      } finally {
        await model.dispose();
      }
    });
  }
});

const CONTINUATIONS = 1000;
const NEW_TOKENS = 12;

describe(`${CONTINUATIONS} continuations`, () => {
  /** Greedy with and without guesses behind each of the prompts; where they differ, the margin between both tokens. */
  async function margins(modelDir: string, textIds: (tokenizer: BioGptTokenizer) => number[][]) {
    const { paths, description } = await openModelFolder(modelDir);
    const [vocab, merges] = await Promise.all([readFile(paths.vocab, 'utf8'), readFile(paths.merges, 'utf8')]);
    const { normalizePunctuation } = description.tokenizer;
    const tokenizer = BioGptTokenizer.fromFiles(vocab, merges, { normalizePunctuation });
    const model = new CachedModel(await openSession(paths.graph, description.architecture, {}), () => 0);
    const speculation = new Speculation(() => 0);
    const found: number[] = [];
    try {
      const texts = textIds(tokenizer);
      assert.equal(texts.length, CONTINUATIONS);
      for (const text of texts) {
        // Begins at the same token for a while: then the cache holds most of it.
        const prompt = [SPECIAL_IDS.eos, ...text.slice(Math.max(1, 128 * Math.floor(text.length / 128 - 1)))];
        const run = (guess: boolean) =>
          generate(
            model,
            prompt,
            GREEDY,
            { maxNewTokens: NEW_TOKENS },
            {
              eosId: SPECIAL_IDS.eos,
              text,
              ...(guess && { speculation }),
            },
          );
        const [plain, guessed] = [(await run(false)).ids, (await run(true)).ids];
        const at = plain.findIndex((id, i) => id !== guessed[i]);
        if (at < 0) {
          assert.equal(guessed.length, plain.length);
          continue;
        }
        const { logits } = await model.prefill([...prompt, ...plain.slice(0, at)]);
        found.push(Math.abs(logits[plain[at]!]! - logits[guessed[at]!]!));
      }
      return { found, counts: speculation.counts };
    } finally {
      await model.dispose();
    }
  }

  for (const { title, options } of [
    { title: 'float32', options: {} },
    // Behind 128 tokens and more, attention to a single token adds up in another order, which rounding then amplifies.
    { title: '8-bit by channel, behind few tokens', options: { precision: 'int8', quantization: 'channels' } },
  ] satisfies { title: string; options: Parameters<typeof createTinyModel>[0] }[]) {
    it(`${title}: all the same`, async function () {
      this.timeout(60_000);
      const tiny = await createTinyModel({ hidden: 64, ...options });
      try {
        const { found, counts } = await margins(tiny.dir, () => {
          const random = createRandom(17);
          return Array.from({ length: CONTINUATIONS }, () => {
            const words = Array.from({ length: 12 }, () => 3 + Math.floor(90 * random()));
            return [EOS, ...words, ...words.slice(0, 6)];
          });
        });
        assert.deepEqual(found, []);
        assert.ok(counts.accepted > 200, `with ${counts.accepted} right guesses hardly any pass had several tokens`);
      } finally {
        await tiny.remove();
      }
    });
  }

  it('the starter, 8-bit in blocks: differ only where two tokens are as good as equally likely', async function () {
    this.timeout(120_000);
    const manuscript = await readFile(join(repository, 'bench', 'manuscript.txt'), 'utf8');
    const { found, counts } = await margins(join(repository, 'models', 'starter'), (tokenizer) => {
      const ids = tokenizer.encode(manuscript);
      return Array.from({ length: CONTINUATIONS }, (_, i) => ids.slice(0, ids.length - i)).reverse();
    });
    const share = found.length / CONTINUATIONS;
    console.log(
      `      ${(100 * share).toFixed(1)} % differ; ${counts.accepted} of ${counts.drafted} guesses were right`,
    );
    // Passes over several tokens add up in another order; rounding activations to 8 bits makes more of it.
    assert.ok(
      found.every((margin) => margin < 0.3),
      `margins ${found.filter((margin) => margin >= 0.3).join(', ')}`,
    );
    assert.ok(share < 0.12, `${share}`);
    assert.ok(counts.accepted > 2000, `with ${counts.accepted} right guesses hardly any pass had several tokens`);
  });
});
