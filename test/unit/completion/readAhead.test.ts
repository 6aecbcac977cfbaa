import assert from 'node:assert/strict';
import { CompletionEngine } from '../../../src/completion/completionEngine';
import type { CompletionOptions } from '../../../src/completion/options';
import { GhostText, type EditorPosition } from '../../../src/completion/ghostText';
import { ReadAhead, IDLE_MS, type Reader } from '../../../src/completion/readAhead';
import type { PrepareParams } from '../../../src/protocol/decoder';
import { plainly } from './support/cursors';
import { FakeClock, settle } from './support/fakeClock';
import { ScriptedDecoder } from './support/scriptedDecoder';

/** A reader that is done when the test says so. */
class ScriptedReader implements Reader {
  canPrepare = true;
  readonly readings: { textBefore: string; signal: AbortSignal; done: () => void }[] = [];

  prepare({ textBefore }: PrepareParams, signal: AbortSignal): Promise<void> {
    return new Promise((done) => {
      this.readings.push({ textBefore, signal, done });
      signal.addEventListener('abort', () => done());
    });
  }

  get texts(): string[] {
    return this.readings.map(({ textBefore }) => textBefore);
  }

  /** Texts of the readings that were taken back. */
  get ended(): string[] {
    return this.readings.filter(({ signal }) => signal.aborted).map(({ textBefore }) => textBefore);
  }
}

describe('reading ahead', () => {
  let clock: FakeClock;
  let reader: ScriptedReader;
  let text: string | null;
  let looks: number;
  let readAhead: ReadAhead;

  beforeEach(() => {
    clock = new FakeClock();
    reader = new ScriptedReader();
    text = 'It was ';
    looks = 0;
    readAhead = new ReadAhead(reader, clock, () => {
      looks++;
      return text === null ? null : { textBefore: text, maxNewTokens: 32 };
    });
  });

  const move = (to: string | null): void => {
    text = to;
    readAhead.schedule();
  };

  it('reads once the cursor rests, and not before', async () => {
    move('It');
    await clock.advance(IDLE_MS - 1);
    move('It was ');
    await clock.advance(IDLE_MS - 1);
    assert.deepEqual([reader.texts, looks], [[], 0]);
    await clock.advance(1);
    assert.deepEqual(reader.texts, ['It was ']);
    await clock.advance(60_000);
    assert.equal(reader.readings.length, 1);
  });

  it('goes on while the text does, and does not begin twice', async () => {
    move('It was ');
    await clock.advance(IDLE_MS);
    move('It was r');
    readAhead.schedule();
    assert.deepEqual(reader.ended, []);
    move('It was ');
    await clock.advance(IDLE_MS);
    assert.deepEqual(reader.texts, ['It was ']);
  });

  it('ends at once when the cursor goes elsewhere, and reads there', async () => {
    move('It was ');
    await clock.advance(IDLE_MS);
    move('They were ');
    assert.deepEqual(reader.ended, ['It was ']);
    await clock.advance(IDLE_MS);
    assert.deepEqual(reader.texts, ['It was ', 'They were ']);
    move(null);
    assert.deepEqual(reader.ended, ['It was ', 'They were ']);
    await clock.advance(IDLE_MS);
    assert.equal(reader.readings.length, 2);
  });

  it('reads the same text again when it is asked to after the first reading', async () => {
    move('It was ');
    await clock.advance(IDLE_MS);
    reader.readings[0]!.done();
    await settle();
    move('It was ');
    await clock.advance(IDLE_MS);
    assert.equal(reader.readings.length, 2);
  });

  it('does not even look without a model, or while it is busy', async () => {
    reader.canPrepare = false;
    move('It was ');
    await clock.advance(IDLE_MS);
    reader.canPrepare = true;
    move('It was ');
    reader.canPrepare = false;
    await clock.advance(IDLE_MS);
    assert.deepEqual([reader.readings.length, looks, clock.pending], [0, 0, 0]);
  });

  it('leaves nothing running or scheduled when disposed of', async () => {
    move('It was ');
    await clock.advance(IDLE_MS);
    readAhead.schedule();
    readAhead.dispose();
    assert.deepEqual([reader.ended, clock.pending], [['It was '], 0]);
  });
});

describe('what reaches the decoder while one writes', () => {
  const options: CompletionOptions = {
    debounceMs: 75,
    maxTokens: 32,
    until: 'sentence',
    timeBudgetMs: 1_500,
    caution: 2.5,
    facts: 'documentOnly',
  };
  const uri = 'file:///paper.md';
  let clock: FakeClock;
  let decoder: ScriptedDecoder;
  let reader: ScriptedReader;
  let ghostText: GhostText;
  let readAhead: ReadAhead;
  let text: string;

  beforeEach(() => {
    clock = new FakeClock();
    decoder = new ScriptedDecoder();
    reader = new ScriptedReader();
    ghostText = new GhostText(new CompletionEngine(decoder, plainly, clock, () => undefined));
    readAhead = new ReadAhead(reader, clock, () => ghostText.readable(position(), options));
    text = '';
  });

  function position(): EditorPosition {
    const whole = text;
    return {
      uri,
      language: 'markdown',
      line: 0,
      linePrefix: whole,
      lineSuffix: '',
      offset: () => whole.length,
      length: () => whole.length,
      text: () => whole,
    };
  }

  /** As the editor does: the edit is told, the cursor moves, ghost text is asked for. Returns what is drawn. */
  async function put(added: string): Promise<string> {
    ghostText.edited(uri, [{ rangeOffset: text.length, rangeLength: 0, text: added }], false);
    text += added;
    readAhead.schedule();
    const answer = ghostText.suggest({
      position: position(),
      explicit: false,
      oneCursor: true,
      trigger: 'automatic',
      options,
    });
    if ('completion' in answer) {
      await clock.advance(options.debounceMs);
      if (decoder.last?.params.textBefore === text) decoder.last.answer(answers[text] ?? '');
    }
    const { edits } = 'edits' in answer ? answer : await answer.completion;
    readAhead.schedule();
    return edits[0]?.insertText.slice(text.length - edits[0].startColumn) ?? '';
  }

  const answers: Record<string, string> = {
    'The patients ': 'were treated with aspirin.',
    'The patients were treated with aspirin.': ' They recovered.',
  };

  it('nothing, while a shown suggestion is typed along, with pauses as long as one likes', async () => {
    const shown = await put('The patients ');
    assert.equal(shown, answers['The patients ']);
    for (let typed = 0; typed < shown.length - 1; typed++) {
      assert.equal(await put(shown[typed]!), shown.slice(typed + 1));
      await clock.advance(2 * IDLE_MS);
    }
    assert.equal(decoder.requests.length, 1);
    assert.deepEqual(reader.texts, []);
  });

  it('one request behind an accepted suggestion, and nothing while the next is typed along', async () => {
    const shown = await put('The patients ');
    assert.equal(await put(shown), ' They recovered.');
    await put(' They');
    await clock.advance(2 * IDLE_MS);
    assert.deepEqual(
      decoder.requests.map(({ params }) => params.textBefore),
      ['The patients ', text.slice(0, -5)],
    );
    assert.deepEqual(reader.texts, []);
  });

  it('the text at the cursor, where there is nothing to show', async () => {
    assert.equal(await put('The nurses '), '');
    await clock.advance(IDLE_MS);
    assert.deepEqual(reader.texts, ['The nurses ']);
  });

  it('nothing in a place without prose', async () => {
    await put('The value $x + ');
    await clock.advance(2 * IDLE_MS);
    assert.deepEqual([decoder.requests.length, reader.texts], [0, []]);
  });
});
