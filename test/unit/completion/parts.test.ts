import assert from 'node:assert/strict';
import { AnswerCache } from '../../../src/completion/answerCache';
import { CurrentGhostText } from '../../../src/completion/currentGhostText';
import { anchorColumn, isSubsequence, toOneLine } from '../../../src/completion/ghostEdit';
import { classifyEdit, refusal, type TriggerContext } from '../../../src/completion/trigger';
import { accept, cursorIn, ghost } from './support/cursors';

describe('current suggestion', () => {
  it('replaces from the start of the word, so that the text before the cursor is its prefix', () => {
    const cursor = cursorIn('An immunohisto█');
    const [edit] = new CurrentGhostText().set(cursor, [{ text: 'chemical stain', covers: 0 }]);
    assert.deepEqual(edit, { startColumn: 3, endColumn: 14, insertText: 'immunohistochemical stain' });
  });

  it('writes over a bracket that the editor closed by itself', () => {
    const current = new CurrentGhostText();
    current.set(cursorIn('cytokines█'), [{ text: ' (IL-6) rose', covers: 0 }]);
    const cursor = cursorIn('cytokines (█)');
    const [edit] = current.typeThrough(cursor);
    assert.equal(ghost(cursor, edit!), 'IL-6) rose');
    assert.equal(accept(cursor, edit!), 'cytokines (IL-6) rose');
  });

  it('ends where the rest of the line changed', () => {
    const current = new CurrentGhostText();
    current.set(cursorIn('It was █ (Table 1)'), [{ text: 'raised', covers: 0 }]);
    assert.equal(current.typeThrough(cursorIn('It was r█ (Table 1)')).length, 1);
    assert.equal(current.typeThrough(cursorIn('It was r█ (Table 2)')).length, 0);
    assert.equal(current.typeThrough(cursorIn('It was r█x (Table 1)')).length, 0);
  });

  it('ends when it is typed or accepted to its last letter', () => {
    const current = new CurrentGhostText();
    current.set(cursorIn('It was █'), [{ text: 'raised.', covers: 0 }]);
    assert.deepEqual(current.typeThrough(cursorIn('It was raised.█')), []);
  });

  it('keeps the alternatives that fit what was typed', () => {
    const current = new CurrentGhostText();
    const texts = ['raised.', 'reduced.', 'not seen.'];
    current.set(
      cursorIn('It was █'),
      texts.map((text) => ({ text, covers: 0 })),
    );
    const cursor = cursorIn('It was r█');
    assert.deepEqual(
      current.typeThrough(cursor).map((edit) => ghost(cursor, edit)),
      ['aised.', 'educed.'],
    );
  });
});

describe('answer cache', () => {
  it('finds an answer from any earlier point it agrees with', () => {
    const cache = new AnswerCache();
    cache.set('greedy', 'It was ', 'raised in all patients.');
    assert.equal(cache.find('greedy', 'It was '), 'raised in all patients.');
    assert.equal(cache.find('greedy', 'It was raised in '), 'all patients.');
    assert.equal(cache.find('greedy', 'It was reduced'), undefined);
    assert.equal(cache.find('greedy', 'It was raised in all patients.'), undefined);
    assert.equal(cache.find('sample 1', 'It was '), undefined);
  });

  it('remembers that there was nothing to say, at that point only', () => {
    const cache = new AnswerCache();
    cache.set('greedy', 'The end.', '');
    assert.equal(cache.find('greedy', 'The end.'), '');
    assert.equal(cache.find('greedy', 'The end. '), undefined);
  });

  it('keeps blanks apart: "the rapy" is not "therapy"', () => {
    const cache = new AnswerCache();
    cache.set('greedy', 'the', 'rapy');
    assert.equal(cache.find('greedy', 'the '), undefined);
  });

  it('forgets what was used longest ago first', () => {
    const cache = new AnswerCache(2);
    cache.set('greedy', 'a', '1');
    cache.set('greedy', 'b', '2');
    assert.equal(cache.find('greedy', 'a'), '1');
    cache.set('greedy', 'c', '3');
    assert.equal(cache.find('greedy', 'b'), undefined);
    assert.equal(cache.find('greedy', 'a'), '1');
  });
});

describe('ghost edit', () => {
  it('is one line without trailing blanks', () => {
    assert.equal(toOneLine('raised. \r\nNext'), 'raised.');
    assert.equal(toOneLine('\nNext'), '');
  });

  it('is anchored at the word, hyphens and Greek letters included', () => {
    assert.equal(anchorColumn('with TNF-α'), 5);
    assert.equal(anchorColumn('with '), 5);
    assert.equal(anchorColumn('(IL'), 1);
  });

  it('knows what VS Code can draw around the rest of a line', () => {
    assert.ok(isSubsequence(')}', 'a) b}'));
    assert.ok(!isSubsequence('})', 'a) b}'));
  });
});

describe('eligibility', () => {
  const typing: TriggerContext = {
    explicit: false,
    lastEdit: 'typed',
    oneCursor: true,
    lineSuffix: '',
  };
  const cases: [string, Partial<TriggerContext>, boolean][] = [
    ['after typing at the end of a line', {}, true],
    ['before closing punctuation', { lineSuffix: ').' }, true],
    ['with a selection or several cursors', { oneCursor: false }, false],
    ['with a selection or several cursors, though asked', { oneCursor: false, explicit: true }, false],
    ['inside a word', { lineSuffix: 'ed' }, false],
    ['inside a word, though asked', { lineSuffix: 'ed', explicit: true }, false],
    ['before more words', { lineSuffix: ' in mice' }, false],
    ['before more words, when asked', { lineSuffix: ' in mice', explicit: true }, true],
    ['after a deletion', { lastEdit: 'deleted' }, false],
    ['after a deletion, when asked', { lastEdit: 'deleted', explicit: true }, true],
    ['after undo', { lastEdit: 'undone' }, false],
    ['in a document not yet changed', { lastEdit: undefined }, true],
  ];
  for (const [name, change, allowed] of cases) {
    it(`${allowed ? 'suggests' : 'is quiet'} ${name}`, () => {
      assert.equal(refusal({ ...typing, ...change }) === undefined, allowed);
    });
  }

  it('tells deleting from typing and undoing', () => {
    assert.equal(classifyEdit([{ rangeLength: 1, text: '' }], false), 'deleted');
    assert.equal(classifyEdit([{ rangeLength: 0, text: 'x' }], false), 'typed');
    assert.equal(classifyEdit([{ rangeLength: 4, text: 'methods' }], false), 'typed');
    assert.equal(classifyEdit([{ rangeLength: 0, text: 'x' }], true), 'undone');
    assert.equal(classifyEdit([], false), undefined);
  });

  it('tells the steps of an input method, and corrections, from typing', () => {
    for (const [rangeLength, text] of [
      [1, 'ni'],
      [2, 'nih'],
      [3, '日本'],
      [1, 'é'],
      [3, 'x'],
      [7, 'assess'],
    ] as const) {
      assert.equal(classifyEdit([{ rangeLength, text }], false), 'replaced', text);
    }
    assert.equal(
      classifyEdit([{ rangeLength: 1, text: ')' }], false),
      'typed',
      'over a bracket that was closed by itself',
    );
    assert.equal(classifyEdit([{ rangeLength: 7, text: 'aspirin.' }], false, true), 'typed', 'an accepted suggestion');
  });
});
