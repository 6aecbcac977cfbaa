import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancellationTokenSource, ResponseError } from 'vscode-jsonrpc/node';
import { Engine } from '../../../src/decoder/engine';
import type { Miner } from '../../../src/decoder/mine/miner';
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

async function withTask(options: Parameters<typeof createTinyModel>[0] = {}, task = TASK): Promise<TinyModel> {
  const model = await createTinyModel(options);
  const path = join(model.dir, 'model.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), task }));
  return model;
}

describe('mining a text', () => {
  let tiny: TinyModel;
  let engine: Engine;
  let ids: IdEngine;
  let miner: Miner;

  before(async () => {
    tiny = await withTask();
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
    slow = await withTask({ hidden: 256, layers: 8 });
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
