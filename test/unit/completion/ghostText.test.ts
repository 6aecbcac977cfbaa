import assert from 'node:assert/strict';
import { CompletionEngine } from '../../../src/completion/completionEngine';
import type { CompletionOptions } from '../../../src/completion/options';
import { GhostText, type EditorPosition, type PendingGhostText } from '../../../src/completion/ghostText';
import { SpeculativeRequest, SHOWN_FOR_MS } from '../../../src/completion/speculativeRequest';
import { insertionFor } from '../../../src/prose/insertion';
import { FakeClock, settle } from './support/fakeClock';
import { ScriptedDecoder } from './support/scriptedDecoder';

const options: CompletionOptions = {
  debounceMs: 75,
  maxTokens: 32,
  until: 'sentence',
  timeBudgetMs: 1_500,
  caution: 2.5,
  facts: 'documentOnly',
};

/** A document in an editor, its cursor at the end, and ghost text in it. */
class Editor {
  readonly clock = new FakeClock();
  readonly decoder = new ScriptedDecoder();
  /** How often the whole text was read. */
  reads = 0;
  readonly ghostText: GhostText;

  constructor(
    public text = '',
    readonly uri = 'file:///paper.md',
  ) {
    const engine = new CompletionEngine(
      this.decoder,
      (cursor, place, answer) => insertionFor(cursor.language, place, cursor, answer),
      this.clock,
      () => undefined,
    );
    this.ghostText = new GhostText(engine, new SpeculativeRequest(engine, this.clock));
  }

  position(offset = this.text.length): EditorPosition {
    const { text, uri } = this;
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    return {
      uri,
      language: 'markdown',
      line: text.slice(0, offset).split('\n').length - 1,
      linePrefix: text.slice(lineStart, offset),
      lineSuffix: '',
      offset: () => offset,
      length: () => text.length,
      text: () => {
        this.reads++;
        return text;
      },
    };
  }

  edit(rangeOffset: number, rangeLength: number, text: string): void {
    this.ghostText.edited(this.uri, [{ rangeOffset, rangeLength, text }], false);
    this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
  }

  append(text: string): void {
    this.edit(this.text.length, 0, text);
  }

  ask(explicit = false): ReturnType<GhostText['suggest']> {
    return this.ghostText.suggest({
      position: this.position(),
      explicit,
      oneCursor: true,
      trigger: 'automatic',
      options,
    });
  }

  /** Asks as VS Code does behind an edit, and answers what is asked of the decoder. */
  async shows(answer: string): Promise<string> {
    this.ghostText.followsAcceptance(this.position());
    const given = this.ask();
    assert.ok('completion' in given, 'it is asked of the decoder');
    await this.clock.advance(options.debounceMs);
    this.decoder.last.answer(answer);
    const [edit] = (await given.completion).edits;
    return edit?.insertText ?? '';
  }
}

describe('acceptance', () => {
  let editor: Editor;
  beforeEach(async () => {
    editor = new Editor();
    editor.append('The patients were tre');
    assert.equal(await editor.shows('ated.'), 'treated.');
  });

  const follows = (): boolean => editor.ghostText.followsAcceptance(editor.position());

  it('is an edit that makes of the text what was offered', () => {
    editor.edit(editor.text.length - 3, 3, 'treated.');
    assert.equal(follows(), true);
  });

  it('is also the least edit that does', () => {
    editor.append('ated.');
    assert.equal(follows(), true);
  });

  it('is also one whose beginning was typed before', () => {
    editor.append('a');
    editor.append('ted.');
    assert.equal(follows(), true);
  });

  it('is no deletion: an explicit request behind it is answered', () => {
    editor.edit(editor.text.length - 1, 1, '');
    assert.equal(follows(), false);
    assert.ok('completion' in editor.ask(true), 'asked of the decoder');
  });

  it('is no other text that ends alike', () => {
    editor.append('.');
    assert.equal(follows(), false);
  });

  it('is no same text elsewhere', () => {
    editor.edit(0, 0, 'treated.');
    assert.equal(follows(), false);
    assert.equal(editor.ghostText.followsAcceptance(editor.position(8)), false);
  });

  it('is found where text before it has changed', () => {
    editor.edit(0, 4, 'All the ');
    editor.append('ated.');
    assert.equal(follows(), true);
  });

  it('happens once', () => {
    editor.append('ated.');
    editor.edit(0, 0, 'x');
    assert.equal(follows(), false);
  });

  it('is none in another document', () => {
    editor.ghostText.edited('file:///other.md', [{ rangeOffset: 21, rangeLength: 0, text: 'ated.' }], false);
    assert.equal(editor.ghostText.followsAcceptance({ ...editor.position(26), uri: 'file:///other.md' }), false);
  });
});

describe('a closed document', () => {
  it('is not read again for what would follow a suggestion', async () => {
    const editor = new Editor();
    editor.append('The patients were ');
    await editor.shows('treated.');
    editor.ghostText.closed(editor.uri);
    const { reads } = editor;
    await editor.clock.advance(SHOWN_FOR_MS);
    assert.equal(editor.reads, reads);
    assert.equal(editor.decoder.requests.length, 1);
    assert.equal(editor.clock.pending, 0);
  });

  it('leaves what is being shown in another document alone', async () => {
    const editor = new Editor();
    editor.append('The patients were ');
    await editor.shows('treated.');
    editor.ghostText.closed('file:///other.md');
    await editor.clock.advance(SHOWN_FOR_MS);
    assert.equal(editor.decoder.requests.length, 2);
  });

  it('ends the request under way, before and while the decoder works on it', async () => {
    for (const wait of [0, options.debounceMs]) {
      const editor = new Editor();
      editor.append('The patients were ');
      const given = editor.ask() as PendingGhostText;
      await editor.clock.advance(wait);
      editor.ghostText.closed(editor.uri);
      assert.deepEqual((await given.completion).edits, []);
      await editor.clock.advance(1_000);
      assert.ok(editor.decoder.requests.every(({ cancelled }) => cancelled));
      assert.equal(editor.decoder.requests.length, wait === 0 ? 0 : 1);
    }
  });

  it('ends what is written ahead of it', async () => {
    const editor = new Editor();
    editor.append('The patients were ');
    await editor.shows('treated.');
    await editor.clock.advance(SHOWN_FOR_MS);
    editor.ghostText.closed(editor.uri);
    await settle();
    assert.deepEqual(
      editor.decoder.requests.map(({ cancelled }) => cancelled),
      [false, true],
    );
  });

  it('is as new when it is opened again', async () => {
    const editor = new Editor();
    editor.append('The patients were ');
    await editor.shows('treated.');
    editor.edit(editor.text.length - 1, 1, '');
    editor.ghostText.closed(editor.uri);
    editor.text = 'The patients were ';
    assert.deepEqual(editor.ghostText.shownAt(editor.position()), []);
    const { reads } = editor;
    assert.ok(!('reason' in editor.ask()), 'no deletion is remembered');
    assert.equal(editor.reads, reads + 1);
  });
});
