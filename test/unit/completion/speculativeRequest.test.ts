import assert from 'node:assert/strict';
import { CompletionEngine } from '../../../src/completion/completionEngine';
import type { CompletionOptions } from '../../../src/completion/options';
import { GhostText, type EditorPosition } from '../../../src/completion/ghostText';
import { SpeculativeRequest, SHOWN_FOR_MS } from '../../../src/completion/speculativeRequest';
import { insertionFor } from '../../../src/prose/insertion';
import { FakeClock } from './support/fakeClock';
import { ScriptedDecoder } from './support/scriptedDecoder';

const options: CompletionOptions = {
  debounceMs: 75,
  maxTokens: 32,
  until: 'sentence',
  timeBudgetMs: 1_500,
  caution: 2.5,
  facts: 'documentOnly',
};
const uri = 'file:///paper.md';

describe('looking ahead', () => {
  let clock: FakeClock;
  let decoder: ScriptedDecoder;
  let ghostText: GhostText;
  let text: string;

  beforeEach(() => {
    clock = new FakeClock();
    decoder = new ScriptedDecoder();
    const engine = new CompletionEngine(
      decoder,
      (cursor, place, answer) => insertionFor(cursor.language, place, cursor, answer),
      clock,
      () => undefined,
    );
    ghostText = new GhostText(engine, new SpeculativeRequest(engine, clock));
    text = '# Methods\n\n';
  });

  function position(): EditorPosition {
    const whole = text;
    const lineStart = whole.lastIndexOf('\n') + 1;
    return {
      uri,
      language: 'markdown',
      line: 2,
      linePrefix: whole.slice(lineStart),
      lineSuffix: '',
      offset: () => whole.length,
      length: () => whole.length,
      text: () => whole,
    };
  }

  /** Adds text and asks for ghost text; `answer` is what the decoder says if it is asked. */
  async function put(added: string, answer?: string): Promise<string> {
    ghostText.edited(uri, [{ rangeOffset: text.length, rangeLength: 0, text: added }], false);
    text += added;
    const given = ghostText.suggest({
      position: position(),
      explicit: false,
      oneCursor: true,
      trigger: 'automatic',
      options,
    });
    if ('completion' in given) {
      await clock.advance(options.debounceMs);
      if (answer !== undefined) decoder.last.answer(answer);
    }
    const { edits } = 'edits' in given ? given : await given.completion;
    const [edit] = edits;
    return edit ? edit.insertText.slice(position().linePrefix.length - edit.startColumn) : '';
  }

  const asked = (): string[] => decoder.requests.map(({ params }) => params.textBefore);

  it('has the next suggestion in memory when the shown one is accepted', async () => {
    const shown = await put('The *patients* were ', 'treated.');
    await clock.advance(SHOWN_FOR_MS - 1);
    assert.equal(decoder.requests.length, 1);
    await clock.advance(1);
    assert.deepEqual(asked(), ['Methods. The patients were ', 'Methods. The patients were treated.']);
    assert.deepEqual(
      decoder.requests.map(({ params }) => params.inSpareTime),
      [undefined, true],
    );
    decoder.last.answer(' They recovered.');
    assert.equal(await put(shown), ' They recovered.');
    assert.equal(decoder.requests.length, 2);
  });

  it('gives what is in memory at once: VS Code then sends it with the receipt of its question', async () => {
    const shown = await put('The patients were ', 'treated.');
    await clock.advance(SHOWN_FOR_MS);
    decoder.last.answer(' They recovered.');
    await clock.advance(0);
    ghostText.edited(uri, [{ rangeOffset: text.length, rangeLength: 0, text: shown }], false);
    text += shown;
    const given = ghostText.suggest({
      position: position(),
      explicit: false,
      oneCursor: true,
      trigger: 'automatic',
      options,
    });
    assert.ok('edits' in given);
    assert.deepEqual(
      given.edits.map(({ insertText }) => insertText),
      [' They recovered.'],
    );
  });

  it('knows the first request behind an accepted suggestion', async () => {
    const shown = await put('The patients were ', 'treated.');
    assert.equal(ghostText.followsAcceptance(position()), false);
    await put(shown, '');
    assert.equal(ghostText.followsAcceptance(position()), true);
    assert.equal(ghostText.followsAcceptance(position()), false);
    await put(' They were ', 'well.');
    assert.equal(ghostText.followsAcceptance(position()), false);
  });

  it('does not offer a suggestion again that was accepted and taken back', async () => {
    const shown = await put('The patients were ', 'treated.');
    await put(shown, '');
    text = text.slice(0, -shown.length);
    ghostText.edited(uri, [{ rangeOffset: text.length, rangeLength: shown.length, text: '' }], true);
    const given = ghostText.suggest({
      position: position(),
      explicit: false,
      oneCursor: true,
      trigger: 'automatic',
      options,
    });
    assert.ok('edits' in given);
    assert.deepEqual(given.edits, []);
  });

  it('does not take a request elsewhere for one behind an accepted suggestion', async () => {
    await put(await put('The patients were ', 'treated.'), '');
    assert.equal(ghostText.followsAcceptance({ ...position(), offset: () => 3 }), false);
  });

  it('adopts what is still being written when the suggestion is accepted', async () => {
    const shown = await put('The patients were ', 'treated.');
    await clock.advance(SHOWN_FOR_MS);
    assert.equal(await put(shown, ' They recovered.'), ' They recovered.');
    assert.equal(decoder.requests.length, 2);
    assert.equal(decoder.last.cancelled, false);
  });

  it('writes nothing while keys come, and once for a suggestion typed along with pauses', async () => {
    const shown = await put('The patients were ', 'treated with aspirin.');
    for (const key of shown.slice(0, 10)) {
      await put(key);
      await clock.advance(SHOWN_FOR_MS - 1);
    }
    assert.equal(decoder.requests.length, 1);
    await clock.advance(1);
    decoder.last.answer(' They recovered.');
    for (const key of shown.slice(10, -1)) {
      await put(key);
      await clock.advance(2 * SHOWN_FOR_MS);
    }
    assert.equal(decoder.requests.length, 2);
  });

  it('ends when the writer goes another way', async () => {
    await put('The patients were ', 'treated.');
    await clock.advance(SHOWN_FOR_MS);
    await put('not ', 'seen.');
    assert.deepEqual(
      decoder.requests.map(({ cancelled }) => cancelled),
      [false, true, false],
    );
  });

  it('writes nothing for what was changed, dismissed or never shown', async () => {
    await put('The patients were ', '');
    await clock.advance(SHOWN_FOR_MS);
    await put('then ', 'treated.');
    ghostText.dismissed(position());
    await clock.advance(SHOWN_FOR_MS);
    await put('all ', 'treated.');
    ghostText.edited(uri, [{ rangeOffset: 0, rangeLength: 1, text: '' }], false);
    await clock.advance(SHOWN_FOR_MS);
    assert.equal(decoder.requests.length, 3);
  });
});
