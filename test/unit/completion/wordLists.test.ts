import assert from 'node:assert/strict';
import { dictionaryWords } from '../../../src/completion/wordLists';

describe('word lists', () => {
  it('are those of both spell checkers, each word once', () => {
    assert.deepEqual(
      dictionaryWords([['tocilizumab', '*phospho*', '!colour'], ['IL-6R']], {
        'en-GB': ['tocilizumab', 'sarilumab', ':/home/me/words.txt', '-removed'],
        de: ['Zelle'],
      }),
      ['tocilizumab', 'phospho', 'IL-6R', 'sarilumab'],
    );
  });

  it('keep the last 300 words', () => {
    const words = dictionaryWords([Array.from({ length: 1_500 }, (_, index) => `word${index}`)], {});
    assert.deepEqual([words.length, words.at(-1)], [300, 'word1499']);
  });
});
