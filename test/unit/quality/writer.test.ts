import assert from 'node:assert/strict';
import type { Shown, Suggester } from '../../../bench/quality/keystrokes/suggester';
import { acceptablePart, write } from '../../../bench/quality/keystrokes/writer';

/** Offers what a table says for a text, and what is left of it while the text goes along. */
class Scripted implements Suggester {
  private text = '';
  private drawn = '';

  constructor(private readonly offers: Record<string, string>) {}

  open(text: string): void {
    this.text = text;
    this.drawn = '';
  }

  async insert(text: string): Promise<Shown> {
    this.text += text;
    const rest = this.drawn.startsWith(text) ? this.drawn.slice(text.length) : '';
    const offer = rest || (this.offers[this.text] ?? '');
    this.drawn = offer;
    return {
      offer: offer === '' ? null : { text: offer, fresh: offer !== rest },
      ...(rest === '' && { latencyMs: 5 }),
    };
  }
}

describe('acceptablePart', () => {
  it('takes the next word where it is what comes next', () => {
    assert.equal(acceptablePart(' patients with', ' patients were', 'byWord'), ' patients');
    assert.equal(acceptablePart('tients with', 'tients were', 'byWord'), 'tients');
    assert.equal(acceptablePart(' double-blind trial', ' double-blind, ', 'byWord'), ' double-blind');
    assert.equal(acceptablePart(', and', ', but', 'byWord'), ',');
    assert.equal(acceptablePart(' patient', ' patients were', 'byWord'), '');
    assert.equal(acceptablePart(' women', ' patients', 'byWord'), '');
  });

  it('takes a whole offer only where all of it comes next', () => {
    assert.equal(acceptablePart(' patients with', ' patients with pain', 'whole'), ' patients with');
    assert.equal(acceptablePart(' patients with', ' patients were', 'whole'), '');
    assert.equal(acceptablePart(' patients wit', ' patients with pain', 'whole'), '');
  });
});

describe('the writer', () => {
  const passage = { before: 'The ', text: 'mice ate more.' };

  it('types every character without help', async () => {
    const effort = await write(new Scripted({}), passage, 'byWord');
    assert.deepEqual(effort, {
      characters: 14,
      words: 3,
      keys: 14,
      shown: 0,
      accepted: 0,
      wrongShown: 0,
      acceptedCharacters: 0,
      latenciesMs: [],
    });
  });

  it('accepts a word at a time, and types where the rest goes wrong', async () => {
    const effort = await write(new Scripted({ 'The m': 'ice ate less', 'The mice ate m': 'uch' }), passage, 'byWord');
    // m, ice, ate, and " more." typed; "uch" appears once and is wrong.
    assert.equal(effort.keys, 1 + 1 + 1 + 6);
    assert.deepEqual([effort.shown, effort.accepted, effort.wrongShown], [2, 1, 1]);
    assert.equal(effort.acceptedCharacters, 'ice ate'.length);
    assert.deepEqual(effort.latenciesMs, [5, 5], 'silence is no suggestion that someone waited for');
  });

  it('accepts a whole suggestion or nothing', async () => {
    const offers = { 'The m': 'ice ate less', 'The mice': ' ate more' };
    const effort = await write(new Scripted(offers), passage, 'whole');
    // "ice ate less" does not fit and goes with the letters typed along, until " ate less" gives way.
    assert.deepEqual([effort.shown, effort.accepted, effort.wrongShown], [1, 0, 1]);
    assert.equal(effort.keys, 14);
    const other = await write(new Scripted({ 'The mice': ' ate more' }), passage, 'whole');
    assert.deepEqual([other.keys, other.shown, other.accepted], [4 + 1 + 1, 1, 1]);
  });
});
