import assert from 'node:assert/strict';
import { relevantTitles } from '../../../../src/completion/bibliography/works';

describe('the titles that a document has in mind', () => {
  it('are first of all those that it cites, then the latest', () => {
    const works = Array.from({ length: 400 }, (_, i) => ({ key: `k${i}`, title: `Title ${i}` }));
    const titles = relevantTitles(works, new Set(['k3', 'k7', 'unknown']));
    assert.equal(titles.length, 150);
    assert.deepEqual(titles.slice(-2), ['Title 3', 'Title 7']);
    assert.deepEqual([titles[0], titles.at(-3)], ['Title 252', 'Title 399']);
  });

  it('come once each', () => {
    const works = [
      { key: 'a', title: 'Sepsis' },
      { key: 'b', title: 'Sepsis' },
    ];
    assert.deepEqual(relevantTitles(works, new Set()), ['Sepsis']);
  });
});
