import assert from 'node:assert/strict';
import { partToAccept, type AcceptUnit } from '../../../src/completion/partialAccept';

function pieces(text: string, unit: AcceptUnit): string[] {
  const found: string[] = [];
  while (text) {
    const piece = partToAccept(text, unit);
    assert.ok(piece.length > 0, `nothing of ${text}`);
    found.push(piece);
    text = text.slice(piece.length);
  }
  return found;
}

describe('accepting a piece', () => {
  for (const term of [
    'IL-6',
    'TNF-α',
    '5-HT2A',
    'p53-null',
    'CD4+',
    'NF-κB',
    '1,25-dihydroxyvitamin',
    'mg/kg',
    'Na+/K+-ATPase',
    '10.5',
    'BRCA1/2',
    "Crohn's",
    'H₂O₂',
    '(IL-6)',
    'PM2.5',
    '\\textit{in vivo}',
    '$p < 0.05$',
    'IL-6$^{+}$',
    '5\\%',
    '`a b`',
  ]) {
    it(`takes ${term} as one word`, () => {
      assert.deepEqual(pieces(`${term} was measured`, 'word'), [term, ' was', ' measured']);
      assert.deepEqual(pieces(` of ${term}, and`, 'word'), [' of', ` ${term}`, ',', ' and']);
    });
  }

  it('takes the rest of a word, and punctuation by itself', () => {
    assert.deepEqual(pieces('chemical stain.', 'word'), ['chemical', ' stain', '.']);
    assert.deepEqual(pieces('), and (see below).', 'word'), ['),', ' and', ' (see', ' below', ').']);
    assert.deepEqual(pieces(' — then', 'word'), [' —', ' then']);
    assert.deepEqual(pieces('mice—not rats', 'word'), ['mice', '—', 'not', ' rats']);
  });

  it('takes a sentence, over abbreviations and numbers', () => {
    assert.deepEqual(
      pieces('rose (e.g. in Fig. 2, by Smith et al. and E. coli) by 1.5 mg. They fell. Then all left', 'sentence'),
      ['rose (e.g. in Fig. 2, by Smith et al. and E. coli) by 1.5 mg.', ' They fell.', ' Then all left'],
    );
    assert.deepEqual(pieces('was treated', 'sentence'), ['was treated']);
  });

  it('loses nothing', () => {
    for (const unit of ['word', 'sentence'] as const) {
      for (const text of ['', '  ', '...', '{', '$a', ' \\textbf{x', 'a) b] c} "d" ', '—', ' .']) {
        assert.equal(pieces(text, unit).join(''), text);
      }
    }
  });
});
