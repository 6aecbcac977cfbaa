import assert from 'node:assert/strict';
import { claimFinder } from '../../../src/decoder/text/claims';

describe('claimFinder', () => {
  for (const [text, claim] of [
    ['It is inherited in an autosomal recessive pattern.', 'autosomal recessive'],
    ['It is an X-linked dominant disorder.', 'X-linked dominant'],
    ['The genes lie on the X chromosome.', 'X chromosome'],
    ['It is common in the United States.', 'United States'],
    ['It is rare in Europe and Japan.', 'Europe'],
    ['It is one of the leading causes of death.', 'causes of death'],
  ] as const) {
    it(`finds "${claim}"`, () => assert.equal(claimFinder([])(text), text.indexOf(claim)));
  }

  it('repeats what the grounds claim, and no more', () => {
    const find = claimFinder(['An autosomal dominant disorder, a leading cause of death in Europe.']);
    for (const text of ['an autosomal', 'in an autosomal dominant manner', 'among the causes of death', 'in Europe']) {
      assert.equal(find(text), -1, text);
    }
    assert.ok(find('an autosomal recessive disorder') > 0);
    assert.ok(find('in Asia') > 0);
  });

  for (const text of ['It affects both sexes.', 'It is inherited.', 'The chromosome is broken.', 'They are united.']) {
    it(`finds none in "${text}"`, () => assert.equal(claimFinder([])(text), -1));
  }
});
