import assert from 'node:assert/strict';
import { meaningsOf } from '../../../src/glossary/meanings';
import { glossaryOf } from './support';

/** What is defined together, by ids. */
function sorted(asked: string, ...entries: Parameters<typeof glossaryOf>): string[] {
  const found = glossaryOf(...entries).lookup(asked);
  return meaningsOf(found, asked).map((meaning) => meaning.map(({ entry }) => entry.id.replace(/^\w+:/, '')).join(' '));
}

describe('meanings', () => {
  it('are one where sources of a kind define the same name', () => {
    assert.deepEqual(
      sorted('asthma', { term: 'asthma', id: 'X:1', rank: 1 }, { term: 'Asthma', id: 'X:2', rank: 2, kind: 'symptom' }),
      ['1 2'],
    );
  });

  it('are told apart by kinds whose words have nothing in common', () => {
    const mood = { term: 'depression', id: 'X:1', rank: 1, definition: 'A chronic feeling of sadness.' };
    const bone = {
      term: 'depression',
      id: 'X:2',
      rank: 2,
      kind: 'term' as const,
      definition: 'Movement downward of a bone.',
    };
    const low = {
      term: 'depression',
      id: 'X:3',
      rank: 3,
      kind: 'term' as const,
      definition: 'Lasting sadness and despair.',
    };
    assert.deepEqual(sorted('depression', mood, bone, low), ['1 3', '2']);
  });

  it('are one where entries share another name', () => {
    assert.deepEqual(
      sorted(
        'MI',
        { term: 'myocardial infarction', synonyms: ['MI'], id: 'X:1', rank: 1 },
        { term: 'multiple imputation', synonyms: ['MI'], id: 'X:2', rank: 2, kind: 'statistics' },
        { term: 'heart attack', synonyms: ['MI', 'myocardial infarction'], id: 'X:3', rank: 3, kind: 'term' },
      ),
      ['1 3', '2'],
    );
  });

  it('of an abbreviation are one where the definitions say much the same', () => {
    const definition = 'A serious condition in which fluid builds up in the lungs and oxygen is low.';
    assert.deepEqual(
      sorted(
        'ARDS',
        { term: 'acute respiratory distress syndrome', synonyms: ['ARDS'], id: 'X:1', rank: 1, definition },
        {
          term: 'ARDS',
          id: 'X:2',
          rank: 2,
          definition: 'Fluid builds up in the lungs, and oxygen falls in a serious way.',
        },
        { term: 'ARDS', id: 'X:3', rank: 3, definition: 'A registry of data sets.' },
      ).sort(),
      ['2 1', '3'],
    );
  });

  it('of what nobody defines are none', () => {
    assert.deepEqual(meaningsOf([], 'asthma'), []);
  });
});
