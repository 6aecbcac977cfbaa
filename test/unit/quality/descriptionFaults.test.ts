import assert from 'node:assert/strict';
import { join } from 'node:path';
import { faultsOf, isFaulty, type KindOf } from '../../../bench/lib/descriptionFaults';
import { glossaryTerms } from '../../../bench/lib/glossaryTerms';

const kindOf: KindOf = (word) =>
  ({ senna: 'drug' as const, AR: 'gene' as const })[word.toLowerCase() === 'senna' ? 'senna' : word];

describe('faultsOf', () => {
  const invented = (text: string, ...grounds: string[]): string[] => faultsOf(text, 'Sepsis', grounds, kindOf).invented;

  it('holds whole numbers against the grounds, not their digits', () => {
    assert.deepEqual(invented('It has 3 forms.', 'It has 13 forms, 3.5 in the mean, IL-3 and 1,3 too.'), ['3']);
    assert.deepEqual(invented('It has 3 forms.', 'The 3 forms'), []);
    assert.deepEqual(invented('It affects 12.5% of people.', '12.5 mg'), ['12.5 %']);
    assert.deepEqual(invented('It has four forms.', 'fourteen'), ['four']);
  });

  it('finds doses, genes, drugs and citations that the grounds lack', () => {
    assert.deepEqual(invented('It is given as 5 mg.', '5 g'), ['5 mg']);
    assert.deepEqual(invented('It is caused by FGFR3 and p53.'), ['FGFR3', 'p53']);
    assert.deepEqual(invented('It is caused by FGFR3.', 'the FGFR33 gene'), ['FGFR3']);
    assert.deepEqual(invented('It is caused by BEND.', 'Bend the wrist.'), ['BEND']);
    assert.deepEqual(invented('It is caused by BEND.', 'BEND'), []);
    assert.deepEqual(invented('The AR gene and DNA.'), ['AR', 'AR gene']);
    assert.deepEqual(invented('It is treated with metoprolol and senna.'), ['metoprolol', 'senna']);
    assert.deepEqual(invented('It is treated with metoprolol and sennas.', 'Metoprolol; senna'), []);
    assert.deepEqual(invented('Smith et al showed it.'), ['Smith et al']);
  });

  it("makes no exception of its own: what is no name by a reader's judgement is counted apart", () => {
    const faults = (text: string, ...grounds: string[]): ReturnType<typeof faultsOf> =>
      faultsOf(text, 'Sepsis', grounds, kindOf);
    const { invented: names, falseAlarms } = faults('It affects cells that are HIV-positive, XY, or of MEN.');
    assert.deepEqual(names, ['XY', 'MEN']);
    assert.deepEqual(falseAlarms, ['HIV']);
    assert.deepEqual(faults('in the FDA gene').invented, ['FDA', 'FDA gene']);
    assert.deepEqual(faults('in the Lynch gene').invented, ['Lynch gene']);
    assert.deepEqual(faults('in the MECP2 gene', 'MECP2').invented, []);
    assert.deepEqual(faults('It has thirteen forms.').invented, ['thirteen']);
  });

  it('finds sentences that end too early, come twice or go round', () => {
    const faults = (text: string): ReturnType<typeof faultsOf> => faultsOf(text, 'Sepsis', [], kindOf);
    assert.ok(faults('Sepsis is a').unfinished);
    assert.deepEqual(faults('Sepsis is bad. It kills. It kills.').twice, ['it kills']);
    assert.deepEqual(faults('It is the most common of the most common of the most common.').loops.slice(0, 1), [
      'the most common of',
    ]);
    assert.ok(!isFaulty(faults('Sepsis is a syndrome. It kills.')));
    assert.ok(!isFaulty(faults('')));
  });
});

describe('glossaryTerms', () => {
  const path = join(__dirname, '..', '..', '..', 'glossary', 'glossary.bin');
  const take = (seed: number): string[] => {
    const terms: string[] = [];
    for (const term of glossaryTerms(path, seed)) if (terms.push(term) === 200) break;
    return terms;
  };

  it('gives as many different terms as are asked for, the same for a seed', () => {
    assert.equal(new Set(take(1)).size, 200);
    assert.deepEqual(take(1), take(1));
    assert.notDeepEqual(take(1), take(2));
  });
});
