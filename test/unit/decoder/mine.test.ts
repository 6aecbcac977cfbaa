import assert from 'node:assert/strict';
import { CancellationTokenSource, ResponseError } from 'vscode-jsonrpc/node';
import { Engine } from '../../../src/decoder/engine';
import type { Miner } from '../../../src/decoder/mine/miner';
import { PassEnded, Scheduler } from '../../../src/decoder/scheduler';
import { IdEngine } from '../../../src/decoder/idEngine';
import { logProbability } from '../../../src/decoder/generation/logProbability';
import { BadRequest } from '../../../src/decoder/generation/settings';
import type { ModelTask } from '../../../src/modelFolder/modelTask';
import {
  Complete,
  type CompleteResult,
  LoadModel,
  Mine,
  type MineParams,
  type MineResult,
} from '../../../src/protocol/decoder';
import { bundleOf } from '../../support/bundle';
import { startDecoder, type DecoderProcess } from './support/decoderProcess';
import { createTinyModel, type TinyModel } from './support/tinyModel';

const SOURCE = 'the protein binds to receptor and cells of patients with cancer';
/** Symbols of the vocabulary stand for rows of a prompt. */
const PROMPT = [20, 21, 22];

const TASK: ModelTask = {
  id: 'ours',
  prompt: PROMPT,
  lowerCase: false,
  maxSourceTokens: 40,
  maxTokens: 64,
  form: { source: '{text}', answer: { kind: 'relations', pattern: '{a} and {b}' } },
};

const ask = (of: Miner, source: string, more: Partial<MineParams> = {}, signal?: AbortSignal): Promise<MineResult> =>
  of.mine({ task: 'ours', source, ...more }, signal ? { signal } : {});

const same = (found: MineResult, expected: MineResult): void => {
  assert.equal(found.text, expected.text);
  assert.equal(found.finishReason, expected.finishReason);
  assert.deepEqual(
    found.tokens.map(({ id, end }) => [id, end]),
    expected.tokens.map(({ id, end }) => [id, end]),
  );
  found.tokens.forEach(({ logProbability }, i) => {
    assert.ok(Math.abs(logProbability - expected.tokens[i]!.logProbability) < 1e-4);
  });
};

describe('mining a text', () => {
  let tiny: TinyModel;
  let engine: Engine;
  let ids: IdEngine;
  let miner: Miner;

  before(async () => {
    tiny = await createTinyModel({ task: TASK });
    engine = await Engine.open(tiny.dir, { threads: 1 });
    ids = await IdEngine.open(tiny.dir, { threads: 1 });
    miner = engine.miner((pass) => pass());
  });
  after(async () => {
    await engine.dispose();
    await ids.dispose();
    await tiny.remove();
  });

  it('gives the answer behind the prompt, and the probability of each of its tokens', async () => {
    const { text, tokens, cut } = await miner.mine({ task: 'ours', source: SOURCE });
    assert.equal(cut, false);
    const prompt = [...engine.tokenizer.encode(SOURCE), ...PROMPT];
    const written = tokens.map(({ id }) => id);
    const plain = await ids.generate(prompt, { strategy: 'greedy' }, { maxNewTokens: 64 - prompt.length });
    assert.deepEqual(written, plain.ids);
    assert.equal(text, engine.tokenizer.decode(written));
    assert.equal(tokens.at(-1)!.end, text.length);
    const rows = await ids.logits([...prompt, ...written]);
    tokens.forEach((token, i) => {
      const expected = logProbability(rows[prompt.length - 1 + i]!, token.id);
      assert.ok(Math.abs(token.logProbability - expected) < 1e-4);
    });
  });

  it('searches with beams, whose tokens have their own probabilities too', async () => {
    const { tokens } = await miner.mine({ task: 'ours', source: SOURCE, decoding: { strategy: 'beam', beams: 3 } });
    const prompt = [...engine.tokenizer.encode(SOURCE), ...PROMPT];
    const written = tokens.map(({ id }) => id);
    const rows = await ids.logits([...prompt, ...written]);
    assert.ok(written.length > 0);
    tokens.forEach((token, i) => {
      const expected = logProbability(rows[prompt.length - 1 + i]!, token.id);
      assert.ok(Math.abs(token.logProbability - expected) < 1e-4);
    });
  });

  it('weighs choices from one reading, whatever they have in common', async () => {
    const prompt = [...engine.tokenizer.encode(SOURCE), ...PROMPT];
    for (const choices of [
      ['the protein is', 'the protein was', 'the protein binds to cells'],
      ['cancer', 'receptor'],
      ['the protein', 'the protein is a driver'],
      ['mutation'],
    ]) {
      const { choices: scores, text } = await miner.mine({ task: 'ours', source: SOURCE, choices });
      assert.equal(text, '');
      for (const [i, choice] of choices.entries()) {
        const answer = engine.tokenizer.encode(choice).slice(1);
        const rows = await ids.logits([...prompt, ...answer]);
        const expected = answer.reduce((sum, id, at) => sum + logProbability(rows[prompt.length - 1 + at]!, id), 0);
        assert.ok(Math.abs(scores![i]! - expected) < 1e-3, `${choice}: ${scores![i]}, not ${expected}`);
      }
    }
  });

  it('cuts a source that is too long, and says so', async () => {
    const { cut } = await miner.mine({ task: 'ours', source: `${SOURCE} `.repeat(9) });
    assert.equal(cut, true);
  });

  it('refuses what cannot be read', async () => {
    await assert.rejects(miner.mine({ task: 'bc5cdr', source: SOURCE }), /not fine-tuned for the task "bc5cdr"/);
    await assert.rejects(miner.mine({ task: 'ours', source: ' \n' }), BadRequest);
    await assert.rejects(miner.mine({ task: 'ours', source: SOURCE, choices: [] }), BadRequest);
    await assert.rejects(miner.mine({ task: 'ours', source: SOURCE, choices: ['is', ' '] }), BadRequest);
    await assert.rejects(miner.mine({ task: 'ours', source: SOURCE, choices: ['receptor '.repeat(400)] }), BadRequest);
    await assert.rejects(
      miner.mine({ task: 'ours', source: SOURCE, decoding: { strategy: 'beam', beams: 1000 } }),
      BadRequest,
    );
  });

  describe('several texts at once', () => {
    // Lengths on both sides of a step of the cache's memory, and more texts than rows.
    const SOURCES = [
      'cells',
      SOURCE,
      'the receptor',
      `${SOURCE} ${SOURCE} ${SOURCE}`,
      'patients with cancer',
      'protein',
    ];
    const LONG: ModelTask = { ...TASK, maxTokens: 150 };
    let long: TinyModel;
    let other: Engine;
    before(async () => {
      long = await createTinyModel({ maxPositions: 256, task: LONG });
      other = await Engine.open(long.dir, { threads: 1 });
    });
    after(async () => {
      await other.dispose();
      await long.remove();
    });
    const oneByOne = async (): Promise<MineResult[]> => {
      const alone = other.miner((pass) => pass(), { rows: 1 });
      const results: MineResult[] = [];
      for (const source of SOURCES) results.push(await ask(alone, source));
      return results;
    };
    it('have the answers that they have alone, in fewer passes', async () => {
      const expected = await oneByOne();
      let passes = 0;
      const together = other.miner(
        (pass) => {
          passes++;
          return pass();
        },
        { rows: 3 },
      );
      const found = await Promise.all(SOURCES.map((source) => ask(together, source)));
      found.forEach((result, i) => same(result, expected[i]!));
      const tokens = found.reduce((sum, result) => sum + result.tokens.length, 0);
      assert.ok(passes < tokens, `${passes} passes for ${tokens} tokens`);
      assert.ok(found.some((result) => result.tokens.length > 100) && found[3]!.tokens.length < 120);
    });

    it('wait for no other when one is called off', async () => {
      const expected = await oneByOne();
      const together = other.miner((pass) => pass(), { rows: 3 });
      const stops = SOURCES.map(() => new AbortController());
      let told = 0;
      const found = SOURCES.map((source, i) =>
        together.mine(
          { task: 'ours', source },
          {
            signal: stops[i]!.signal,
            // One that grows, and one that waits.
            ...(i === 1 && {
              onProgress: () => {
                if (++told === 3) for (const stopped of [1, 5]) stops[stopped]!.abort(new Error(`stop ${stopped}`));
              },
            }),
          },
        ),
      );
      const settled = await Promise.allSettled(found);
      settled.forEach((result, i) => {
        if (i !== 1 && i !== 5) {
          assert.ok(result.status === 'fulfilled');
          same(result.value, expected[i]!);
          return;
        }
        assert.ok(result.status === 'rejected');
        assert.equal((result.reason as Error).message, `stop ${i}`);
      });
    });

    it('stand beside choices and beams, and end at a length', async () => {
      const expected = await oneByOne();
      const together = other.miner((pass) => pass(), { rows: 3 });
      const [first, weighed, searched, third, short] = await Promise.all([
        ask(together, SOURCES[0]!),
        ask(together, SOURCES[1]!, { choices: ['cancer', 'receptor'] }),
        ask(together, SOURCES[2]!, { decoding: { strategy: 'beam', beams: 2 } }),
        ask(together, SOURCES[3]!),
        ask(together, SOURCES[4]!, { maxNewTokens: 5 }),
      ]);
      same(first, expected[0]!);
      same(third, expected[3]!);
      assert.equal(weighed.choices!.length, 2);
      assert.ok(searched.tokens.length > 0);
      assert.equal(short.finishReason, 'tokenBudget');
      assert.deepEqual(
        short.tokens,
        expected[4]!.tokens
          .slice(0, 5)
          .map((token, i) => ({ ...token, logProbability: short.tokens[i]!.logProbability })),
      );
    });

    it('fail together when the model leaves', async () => {
      const leaving = await Engine.open(long.dir, { threads: 1 });
      const together = leaving.miner((pass) => pass(), { rows: 3 });
      const found = Promise.allSettled(
        SOURCES.map((source, i) =>
          together.mine({ task: 'ours', source }, i === 0 ? { onProgress: () => void leaving.dispose() } : {}),
        ),
      );
      const settled = await found;
      assert.ok(settled.every(({ status }) => status === 'rejected'));
    });
  });

  it('ends a long pass for whoever comes, and gives what it would have given', async () => {
    const shape = { ...TASK, maxSourceTokens: 270, maxTokens: 300 };
    const slow = await createTinyModel({ hidden: 512, layers: 12, task: shape });
    const other = await Engine.open(slow.dir, { threads: 1 });
    const scheduler = new Scheduler();
    let onPass = (): void => undefined;
    let ended = 0;
    const undisturbed = other.miner(
      (pass, signal) =>
        scheduler.pass(async (end) => {
          const running = pass(end);
          onPass();
          return running.catch((error: unknown) => {
            if (error instanceof PassEnded) ended++;
            throw error;
          });
        }, signal),
      { typing: () => false },
    );
    try {
      const text = `${SOURCE} `.repeat(24);
      const expected = await ask(undisturbed, text, { maxNewTokens: 6 });
      assert.equal(ended, 0);
      undisturbed.rest();
      const jobs: Promise<void>[] = [];
      let over = false;
      let early = 0;
      // Somebody comes just after a pass has begun, until one was long enough to be ended.
      onPass = () => {
        if (ended === 0) jobs.push(scheduler.run(() => Promise.resolve(void (early += Number(!over)))));
      };
      const found = await ask(undisturbed, text, { maxNewTokens: 6 });
      over = true;
      await Promise.all(jobs);
      assert.ok(ended > 0);
      assert.equal(early, jobs.length);
      same(found, expected);
    } finally {
      await other.dispose();
      await slow.remove();
    }
  }).timeout(120_000);

  it('lets go of its memory, and goes on', async () => {
    const before = await miner.mine({ task: 'ours', source: SOURCE });
    miner.rest();
    const after = await miner.mine({ task: 'ours', source: SOURCE });
    assert.equal(after.text, before.text);
  });
});

describe('mining in the decoder process', function () {
  this.timeout(60_000);
  let bundle: { path: string; remove: () => Promise<void> };
  let plain: TinyModel;
  let slow: TinyModel;
  let decoder: DecoderProcess;

  before(async () => {
    bundle = await bundleOf('decoder');
    plain = await createTinyModel();
    slow = await createTinyModel({ hidden: 256, layers: 8, task: TASK });
    decoder = startDecoder(bundle.path);
  });
  after(async () => {
    decoder.child.kill();
    await decoder.ended;
    await Promise.all([plain.remove(), slow.remove(), bundle.remove()]);
  });

  const load = (dir: string): Promise<{ task?: string }> =>
    decoder.connection.sendRequest(LoadModel, { modelDir: dir, threads: 1 });
  const mine = (params: MineParams): Promise<MineResult> => decoder.connection.sendRequest(Mine, params);
  const complete = (textBefore: string): Promise<CompleteResult> =>
    decoder.connection.sendRequest(Complete, {
      textBefore,
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 1 },
    });

  it('needs a model with a task', async () => {
    await assert.rejects(mine({ task: 'ours', source: SOURCE }), (error: ResponseError<{ code: string }>) => {
      assert.equal(error.data!.code, 'noModel');
      return true;
    });
    assert.equal((await load(plain.dir)).task, undefined);
    await assert.rejects(mine({ task: 'ours', source: SOURCE }), (error: ResponseError<{ code: string }>) => {
      assert.equal(error.data!.code, 'noTask');
      return true;
    });
    assert.equal((await load(slow.dir)).task, 'ours');
    await assert.rejects(mine({ task: 'ours', source: '' }), (error: ResponseError<{ code: string }>) => {
      assert.equal(error.data!.code, 'badRequest');
      return true;
    });
  });

  it('lets ghost text pass, which keeps what it has read', async () => {
    const text = `${SOURCE} `.repeat(4);
    await complete(text);
    let mined = 0;
    const texts = Array.from({ length: 8 }, (_, i) =>
      mine({ task: 'ours', source: `${i} ${SOURCE}`, choices: ['the protein is', 'the cells of patients'] }).then(
        (result) => {
          mined++;
          return result;
        },
      ),
    );
    await texts[0];
    for (let i = 0; i < 3; i++) {
      const before = mined;
      const { timings } = await complete(`${text}is `);
      assert.ok(timings.reusedTokens > 30, 'nothing of the manuscript was read again');
      assert.ok(mined - before <= 1, 'no text is mined to its end first');
    }
    assert.ok(mined < texts.length, 'texts still wait');
    for (const result of await Promise.all(texts)) assert.equal(result.choices!.length, 2);
  });

  it('ends when its caller calls it off', async () => {
    const source = new CancellationTokenSource();
    const first = decoder.connection.sendRequest(Mine, { task: 'ours', source: SOURCE }, source.token);
    const second = decoder.connection.sendRequest(Mine, { task: 'ours', source: SOURCE }, source.token);
    source.cancel();
    await assert.rejects(first, ResponseError);
    await assert.rejects(second, ResponseError);
    assert.ok((await mine({ task: 'ours', source: SOURCE })).tokens.length > 0);
  });

  it('a model that leaves takes the texts that wait with it', async () => {
    const waiting = [mine({ task: 'ours', source: SOURCE }), mine({ task: 'ours', source: SOURCE })];
    const settled = Promise.allSettled(waiting);
    await load(plain.dir);
    for (const result of await settled) {
      if (result.status === 'fulfilled') continue;
      const { code } = (result.reason as ResponseError<{ code: string }>).data!;
      assert.ok(code === 'noModel' || code === 'noTask', code);
    }
    assert.ok((await complete(SOURCE)).tokens >= 0);
  });
});
