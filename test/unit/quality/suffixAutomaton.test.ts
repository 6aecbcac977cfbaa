import assert from 'node:assert/strict';
import { SuffixAutomaton } from '../../../bench/quality/memorisation/suffixAutomaton';
import { createRandom } from '../../../src/decoder/generation/random';

const ids = (text: string): number[] => [...text].map((letter) => letter.codePointAt(0)!);

/** The longest run of `sequence` that stands in one of `texts`, by trying all. */
function longestRun(sequence: readonly number[], texts: readonly (readonly number[])[]): number {
  const spelled = texts.map((text) => ` ${text.join(' ')} `);
  for (let length = sequence.length; length > 0; length--) {
    for (let begin = 0; begin + length <= sequence.length; begin++) {
      const run = ` ${sequence.slice(begin, begin + length).join(' ')} `;
      if (spelled.some((text) => text.includes(run))) return length;
    }
  }
  return 0;
}

describe('SuffixAutomaton', () => {
  it('finds the longest common run and where it begins', () => {
    const sequences = ['the quick brown fox', 'a brown study'].map(ids);
    const automaton = new SuffixAutomaton(sequences);
    for (const id of ids('how quick brown bears study a brown bear')) automaton.read(id);
    assert.deepEqual(automaton.longestFound(sequences), [
      { begin: 3, length: ' quick brown '.length },
      { begin: 0, length: 'a brown '.length },
    ]);
  });

  it('agrees with trying everything', () => {
    const random = createRandom(5);
    const sequence = (length: number, letters: number): number[] =>
      Array.from({ length }, () => Math.floor(letters * random()));
    for (let round = 0; round < 60; round++) {
      const letters = 2 + (round % 4);
      const sequences = Array.from({ length: 4 }, () => sequence(1 + Math.floor(30 * random()), letters));
      const texts = Array.from({ length: 3 }, () => sequence(Math.floor(40 * random()), letters));
      const automaton = new SuffixAutomaton(sequences);
      for (const text of texts) {
        automaton.restart();
        for (const id of text) automaton.read(id);
      }
      for (const [index, { begin, length }] of automaton.longestFound(sequences).entries()) {
        const one = sequences[index]!;
        assert.equal(length, longestRun(one, texts), JSON.stringify({ one, texts }));
        assert.equal(longestRun(one.slice(begin, begin + length), texts), length);
      }
    }
  });

  it('lets no run go across texts', () => {
    const automaton = new SuffixAutomaton([ids('abcd')]);
    for (const text of ['ab', 'cd']) {
      automaton.restart();
      for (const id of ids(text)) automaton.read(id);
    }
    assert.equal(automaton.longestFound([ids('abcd')])[0]!.length, 2);
  });
});
