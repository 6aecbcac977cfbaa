import assert from 'node:assert/strict';
import { CompletionEngine, type Completion } from '../../../src/completion/completionEngine';
import type { CompletionOptions } from '../../../src/completion/options';
import type { Cursor } from '../../../src/completion/ghostEdit';
import { cursorIn, ghost, plainly } from './support/cursors';
import { FakeClock, settle } from './support/fakeClock';
import { ScriptedDecoder } from './support/scriptedDecoder';

const options: CompletionOptions = {
  debounceMs: 75,
  maxTokens: 32,
  until: 'sentence',
  timeBudgetMs: 1_500,
  caution: 3,
  facts: 'documentOnly',
};

describe('completion engine', () => {
  let clock: FakeClock;
  let decoder: ScriptedDecoder;
  let engine: CompletionEngine;
  let log: string[];

  beforeEach(() => {
    clock = new FakeClock();
    decoder = new ScriptedDecoder();
    log = [];
    engine = new CompletionEngine(decoder, plainly, clock, (line) => log.push(line));
  });

  /** A request as the provider makes it: memory first, then the decoder. */
  function ask(cursor: Cursor): { result: Promise<Completion>; cancel(): void } {
    const typedThrough = engine.typeThrough(cursor);
    const controller = new AbortController();
    const result =
      typedThrough.length > 0 ? { edits: typedThrough } : engine.complete(cursor, options, controller.signal);
    const promise = Promise.resolve(result);
    // Nobody waits for a request that was taken back.
    promise.catch(() => assert.ok(controller.signal.aborted));
    return { result: promise, cancel: () => controller.abort() };
  }

  const ghosts = async (cursor: Cursor, result: Promise<Completion>): Promise<string[]> =>
    (await result).edits.map((edit) => ghost(cursor, edit));

  async function suggest(text: string, answer: string): Promise<void> {
    const cursor = cursorIn(text);
    const { result } = ask(cursor);
    await clock.advance(75);
    decoder.last.answer(answer);
    assert.deepEqual(await ghosts(cursor, result), [answer.trimEnd()]);
  }

  it('asks the decoder once the keyboard rests, and not before', async () => {
    const cursor = cursorIn('The patients wer█');
    const { result } = ask(cursor);
    await clock.advance(74);
    assert.equal(decoder.requests.length, 0);
    await clock.advance(1);
    assert.equal(decoder.requests.length, 1);
    assert.deepEqual(decoder.last.params, {
      textBefore: 'The patients wer',
      decoding: { strategy: 'greedy' },
      stop: {
        maxNewTokens: 32,
        sentenceEnd: true,
        lineEnd: true,
        repetition: true,
        timeBudgetMs: 1_500,
        caution: 3,
        facts: 'documentOnly',
      },
    });
    decoder.last.answer('e treated with aspirin. ');
    assert.deepEqual(await ghosts(cursor, result), ['e treated with aspirin.']);
  });

  it('waits half as long between words', async () => {
    ask(cursorIn('The patients were █'));
    await clock.advance(37);
    assert.equal(decoder.requests.length, 0);
    await clock.advance(1);
    assert.equal(decoder.requests.length, 1);
  });

  it("hands the words of the writer's lists on", async () => {
    void engine.complete(cursorIn('It was █'), { ...options, words: ['tocilizumab'] }, new AbortController().signal);
    await clock.advance(75);
    assert.deepEqual(decoder.last.params.words, ['tocilizumab']);
  });

  it('does not offer a dismissed suggestion again, there or along it, until the text before it changes', async () => {
    await suggest('It was █', 'treated with aspirin.');
    engine.dismiss(cursorIn('It was █'));
    for (const text of ['It was █', 'It was t█', 'It was treated █']) {
      const cursor = cursorIn(text);
      assert.deepEqual(await ask(cursor).result, { edits: [], reason: 'dismissed' }, text);
    }
    assert.equal(decoder.requests.length, 1);
    // The same words elsewhere, and others here, are another suggestion.
    await suggest('It then was █', 'treated with aspirin.');
    await suggest('It was not █', 'treated with aspirin.');
  });

  it('shows a dismissed suggestion to someone who asks', async () => {
    await suggest('It was █', 'treated.');
    const cursor = cursorIn('It was █');
    engine.dismiss(cursor);
    const result = engine.alternatives(cursor, options, new AbortController().signal);
    for (const answer of ['treated.', 'seen.', 'left.']) {
      await settle();
      decoder.last.answer(answer);
    }
    assert.deepEqual(await ghosts(cursor, result), ['treated.', 'seen.', 'left.']);
  });

  it('answers typing along from memory, with one anchor and no request', async () => {
    const answer = 'treated with high-dose aspirin for two weeks after surgery.';
    await suggest('The patients were █', answer);
    const anchors = new Set<number>();
    for (let typed = 1; typed < answer.length; typed++) {
      const cursor = cursorIn(`The patients were ${answer.slice(0, typed)}█`);
      const [edit] = engine.typeThrough(cursor);
      assert.ok(edit, `nothing after ${typed} characters`);
      assert.equal(ghost(cursor, edit), answer.slice(typed));
      anchors.add(edit.startColumn);
    }
    assert.equal(anchors.size, 1);
    assert.equal(decoder.requests.length, 1);
  });

  it('keeps the suggestion when typed characters are taken back', async () => {
    await suggest('It was █', 'treated.');
    assert.equal(engine.typeThrough(cursorIn('It was trea█')).length, 1);
    const back = cursorIn('It was tr█');
    assert.deepEqual(
      engine.typeThrough(back).map((edit) => ghost(back, edit)),
      ['eated.'],
    );
  });

  it('drops the suggestion when another word is typed, in another line and in another file', async () => {
    await suggest('It was █', 'treated.');
    assert.deepEqual(engine.typeThrough(cursorIn('It was s█')), []);
    assert.deepEqual(engine.typeThrough(cursorIn('\nIt was █')), []);
    assert.deepEqual(engine.typeThrough(cursorIn('It was █', 'file:///other.md')), []);
  });

  it('adopts the generation under way when the stream agrees with what was typed', async () => {
    const first = ask(cursorIn('The patients were █'));
    await clock.advance(75);
    decoder.last.progress('treated with');
    first.cancel();
    const cursor = cursorIn('The patients were tr█');
    const second = ask(cursor);
    await clock.advance(200);
    assert.equal(decoder.requests.length, 1, 'no second request');
    assert.equal(decoder.last.cancelled, false);
    decoder.last.answer('treated with aspirin.');
    assert.deepEqual(await ghosts(cursor, second.result), ['eated with aspirin.']);
    await assert.rejects(first.result, { name: 'AbortError' });
  });

  it('ends the generation under way when the next request cannot use it', async () => {
    const first = ask(cursorIn('The patients were █'));
    await clock.advance(75);
    decoder.last.progress('treated with aspirin');
    first.cancel();
    ask(cursorIn('The patients were not █'));
    await settle();
    assert.equal(decoder.requests[0]!.cancelled, true);
    await clock.advance(75);
    assert.equal(decoder.requests.length, 2);
  });

  it('starts anew when the stream it waits for turns another way', async () => {
    const first = ask(cursorIn('It was █'));
    await clock.advance(75);
    first.cancel();
    const cursor = cursorIn('It was not █');
    const second = ask(cursor);
    await clock.advance(75);
    assert.equal(decoder.requests.length, 1, 'nothing streamed yet: it may still say "not"');
    decoder.requests[0]!.progress('treated with aspirin');
    await clock.advance(75);
    assert.equal(decoder.requests.length, 2);
    decoder.last.answer('treated.');
    assert.deepEqual(await ghosts(cursor, second.result), ['treated.']);
  });

  it('remembers an answer that came too late', async () => {
    const first = ask(cursorIn('It was █'));
    await clock.advance(75);
    first.cancel();
    decoder.last.answer('treated.');
    await settle();
    const cursor = cursorIn('It was tre█');
    const { result } = ask(cursor);
    assert.deepEqual(await ghosts(cursor, result), ['ated.']);
    assert.equal(decoder.requests.length, 1);
  });

  it('begins once more where the time was up before the first word', async () => {
    const cursor = cursorIn('It was █');
    const { result } = ask(cursor);
    await clock.advance(75);
    decoder.last.answer('', 'timeBudget');
    await settle();
    assert.equal(decoder.requests.length, 2);
    decoder.last.answer('treated.');
    assert.deepEqual(await ghosts(cursor, result), ['treated.']);
  });

  it('asks again at the next key where the time was up twice, but not where there was nothing to say', async () => {
    for (const [finishReason, requests] of [
      ['timeBudget', 2],
      ['endOfText', 1],
    ] as const) {
      const before = decoder.requests.length;
      for (let key = 1; key <= 2; key++) {
        const { result } = ask(cursorIn(`It ended by ${finishReason} █`));
        await clock.advance(75);
        for (let answered = before; answered < decoder.requests.length; answered++) {
          decoder.requests[answered]!.answer('', finishReason);
          await settle();
        }
        assert.deepEqual((await result).edits, []);
        const asked = finishReason === 'timeBudget' ? requests * key : requests;
        assert.equal(decoder.requests.length - before, asked, `${finishReason}, key ${key}`);
      }
    }
  });

  it('does not wait with a request that was taken back during the pause', async () => {
    const { result, cancel } = ask(cursorIn('It was █'));
    await clock.advance(30);
    cancel();
    await assert.rejects(result, { name: 'AbortError' });
    await clock.advance(500);
    assert.equal(decoder.requests.length, 0);
  });

  it('is quiet where there is no prose, in words', async () => {
    const { result } = ask(cursorIn('`code █'));
    assert.deepEqual(await result, { edits: [], reason: 'inlineCode' });
    assert.equal(decoder.requests.length, 0);
  });

  it('shows one line', async () => {
    const cursor = cursorIn('It was █');
    const { result } = ask(cursor);
    await clock.advance(75);
    decoder.last.answer('treated.\nNext');
    assert.deepEqual(await ghosts(cursor, result), ['treated.']);
  });

  it('logs a failure, shows nothing and tries again at the next request', async () => {
    const { result } = ask(cursorIn('It was █'));
    await clock.advance(75);
    decoder.last.fail(new Error('The decoder process ended.'));
    assert.deepEqual((await result).edits, []);
    assert.deepEqual(log, ['No suggestion: The decoder process ended.']);
    ask(cursorIn('It was █'));
    await clock.advance(75);
    assert.equal(decoder.requests.length, 2);
  });

  it('ends a generation as soon as the line goes another way', async () => {
    const cursor = cursorIn('It was █');
    const { cancel } = ask(cursor);
    await clock.advance(75);
    decoder.last.progress('treated with ');
    cancel();
    engine.requestCancelled(cursor, 'It was tr');
    assert.equal(decoder.last.cancelled, false);
    engine.requestCancelled(cursor, 'It was s');
    assert.equal(decoder.last.cancelled, true);
  });

  it('does not offer again what the writer went back behind', async () => {
    await suggest('It was █', 'treated.');
    engine.textDeleted(cursorIn('It wa█'));
    ask(cursorIn('It was █'));
    await clock.advance(75);
    assert.equal(decoder.requests.length, 2);
  });

  it('leaves an empty item of a list to Tab, unless it is asked', async () => {
    for (const item of ['- ', '  * ', '12. ', '> 1) ', '- [ ] ']) {
      const { result } = ask(cursorIn(`Aims:\n${item}█`));
      await clock.advance(75);
      assert.deepEqual(await result, { edits: [], reason: 'onDemand' }, item);
    }
    assert.equal(decoder.requests.length, 0);
    const asked = engine.alternatives(cursorIn('- █'), options, new AbortController().signal);
    for (const answer of ['Patients.', 'Mice.', 'Cells.']) {
      await settle();
      decoder.last.answer(answer);
    }
    assert.equal((await asked).edits.length, 3);
    await suggest('- The patients were █', 'treated.');
  });

  it('offers three different alternatives when asked, the shown one first', async () => {
    await suggest('It was █', 'treated.');
    const cursor = cursorIn('It was █');
    const result = engine.alternatives(cursor, options, new AbortController().signal);
    await settle();
    decoder.last.answer('treated.');
    await settle();
    decoder.last.answer('not treated.');
    await settle();
    decoder.last.answer('observed.');
    assert.deepEqual(await ghosts(cursor, result), ['treated.', 'not treated.', 'observed.']);
    assert.equal(decoder.last.params.stop.timeBudgetMs, 4_500);
    const before = decoder.requests.length;
    const again = engine.alternatives(cursor, options, new AbortController().signal);
    assert.deepEqual(await ghosts(cursor, again), ['treated.', 'not treated.', 'observed.']);
    assert.equal(decoder.requests.length, before);
  });

  describe('asked for alternatives behind a half-typed word', () => {
    const cursor = cursorIn('It was bev█');
    const unasked = new AbortController().signal;
    const answered = async (...answers: string[]): Promise<void> => {
      for (const answer of answers) {
        await settle();
        decoder.last.answer(answer);
      }
    };

    it('offers its other endings before other continuations, each one other than those before', async () => {
      const result = engine.alternatives(cursor, options, unasked);
      await answered('acizumab.', 'eled.', 'erages.');
      assert.deepEqual(await ghosts(cursor, result), ['acizumab.', 'eled.', 'erages.']);
      assert.deepEqual(
        decoder.requests.map(({ params }) => [params.decoding.strategy, params.otherEndingThan]),
        [
          ['greedy', undefined],
          ['greedy', ['acizumab.']],
          ['greedy', ['acizumab.', 'eled.']],
        ],
      );
    });

    it('offers other continuations where there are no other endings', async () => {
      const result = engine.alternatives(cursor, options, unasked);
      await answered('acizumab.', '', '', 'acizumab there.', 'acizumab again.');
      assert.deepEqual(await ghosts(cursor, result), ['acizumab.', 'acizumab there.', 'acizumab again.']);
    });

    it('asks anew where a known ending is the first choice by now', async () => {
      const result = engine.alternatives(cursor, options, unasked);
      await answered('erages.', 'acizumab.', 'eled.');
      await result;
      const later = cursorIn('It was beva█');
      const again = engine.alternatives(later, options, unasked);
      await answered('cizumab.', 'cuation.', '', 'cizumab here.');
      assert.deepEqual(await ghosts(later, again), ['cizumab.', 'cuation.', 'cizumab here.']);
    });

    it('asks for no ending behind a whole word', async () => {
      const behind = cursorIn('It was █');
      void engine.alternatives(behind, options, unasked);
      await answered('treated.');
      await settle();
      assert.equal(decoder.last.params.otherEndingThan, undefined);
    });
  });

  it('forgets the answers of another model', async () => {
    await suggest('It was █', 'treated.');
    engine.reset();
    const cursor = cursorIn('It was █');
    assert.deepEqual(engine.typeThrough(cursor), []);
    ask(cursor);
    await clock.advance(75);
    assert.equal(decoder.requests.length, 2);
  });
});
