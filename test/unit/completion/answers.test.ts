import assert from 'node:assert/strict';
import { withRepairedSpacing } from '../../../src/completion/completer';
import { insertionFor } from '../../../src/prose/insertion';
import { accept, cursorIn } from './support/cursors';
import { toGhostEdit } from '../../../src/completion/ghostEdit';
import { ScriptedDecoder } from './support/scriptedDecoder';

describe('written answers', () => {
  /** The line after the answer was accepted at `█`. */
  function written(text: string, answer: string, uri?: string): string {
    const cursor = cursorIn(text, uri);
    const place = cursor.place();
    assert.ok(place.prose);
    return accept(
      cursor,
      toGhostEdit(cursor, cursor.linePrefix.length, insertionFor(cursor.language, place, cursor, answer)),
    );
  }
  const tex = 'file:///paper.tex';
  const cases: [string, string, string, string?][] = [
    ['It was █', ' raised.', 'It was raised.'],
    ['It was█', ' raised.', 'It was raised.'],
    ['It rose by █', '5% in R&D_1.', 'It rose by 5\\% in R\\&D\\_1.', tex],
    ['It rose by █', '5% in R&D.', 'It rose by 5% in R&D.'],
    ['cytokines (█)', 'IL-6) were raised.', 'cytokines (IL-6) were raised.'],
    ['cytokines (█)', 'IL-6', 'cytokines (IL-6)'],
    ['cytokines (█)', 'IL-6 (human)', 'cytokines (IL-6 (human))'],
    ['cytokines (█).', 'IL-6).', 'cytokines (IL-6).'],
    ['\\emph{It was █}', 'raised.', '\\emph{It was raised.}', tex],
    ['It was █.', 'raised.', 'It was raised.'],
  ];
  for (const [text, answer, line, uri] of cases) {
    it(`${text} + ${JSON.stringify(answer)}`, () => assert.equal(written(text, answer, uri), line));
  }

  it('have their spaces repaired while they stream', async () => {
    const decoder = new ScriptedDecoder();
    const seen: string[] = [];
    const result = withRepairedSpacing(decoder).complete(
      { textBefore: '', decoding: { strategy: 'greedy' }, stop: { maxNewTokens: 8 } },
      { onProgress: ({ text }) => seen.push(text) },
    );
    decoder.last.progress('5 mg / kg');
    decoder.last.answer('5 mg / kg daily');
    assert.equal((await result).text, '5 mg/kg daily');
    assert.deepEqual(seen, ['5 mg/kg']);
  });
});
