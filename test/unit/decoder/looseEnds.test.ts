import assert from 'node:assert/strict';
import { hasLooseEnds } from '../../../src/decoder/text/looseEnds';

describe('hasLooseEnds', () => {
  for (const [sentence, term] of [
    ['MFSD10 is the most common form of the disorder, which is characterized by fluid in the brain.', 'MFSD10'],
    ['Photic zone is one of the most common types of the disease in adults.', 'Photic zone'],
    ['Egocentrism is one of the most common features of the condition, although it can vary.', 'Egocentrism'],
    ['Personality disorder is the most common cause of the disorder.', 'Personality disorder'],
    ['Narcolepsy is caused by changes in one of these genes.', 'Narcolepsy'],
    ['It is unclear how changes in the brain and spinal cord.', 'Saponin'],
    ['It has an autosomal dominant pattern, which means both copies of the gene have mutations.', 'Saponin'],
    ['It surrounds the eye, or the ear,.', 'Saponin'],
    ['It is not fully understood why the loss of cells in the brain.', 'Saponin'],
  ] as const) {
    it(`finds one in "${sentence}"`, () => assert.ok(hasLooseEnds(sentence, term, '')));
  }

  for (const [sentence, term] of [
    ['Infantile Refsum disease is the mildest form of the disease.', 'Infantile Refsum disease'],
    ['Cough is one of the features of pneumonia.', 'Cough'],
    ['Statins are drugs that lower cholesterol; these drugs are common.', 'Statins'],
    ['It is unclear how changes in the brain cause pain.', 'Migraine'],
    ['It is unknown whether it is inherited.', 'Migraine'],
    ['The cause is unknown.', 'Migraine'],
    ['It has a recessive pattern, which means both copies of the gene have mutations.', 'Migraine'],
    ['Gout is the name of a disease of the joints.', 'Gout'],
  ] as const) {
    it(`finds none in "${sentence}"`, () => assert.ok(!hasLooseEnds(sentence, term, '')));
  }

  it('looks for the other mark of a pair', () => {
    assert.ok(hasLooseEnds('It is a "fever in the skin.', 'Gout', 'It affects joints.'));
    assert.ok(hasLooseEnds('It affects the skin (the outer layer.', 'Gout', 'It affects joints.'));
    assert.ok(!hasLooseEnds('It is a "fever" of the skin (its outer layer).', 'Gout', 'It affects joints.'));
  });

  it('asks what a share is of', () => {
    assert.ok(hasLooseEnds('It is one of the most common causes.', 'Gout', 'It affects joints.'));
    assert.ok(!hasLooseEnds('It is one of the most common causes of pain.', 'Gout', 'It affects joints.'));
    assert.ok(!hasLooseEnds('It is one of several related causes of pain.', 'Gout', 'It affects joints.'));
  });

  it('knows one gene from several', () => {
    const sentence = 'This gene provides instructions for making a protein.';
    assert.ok(hasLooseEnds(sentence, 'Narcolepsy', 'Narcolepsy is caused by changes in one of several genes.'));
    assert.ok(!hasLooseEnds(sentence, 'Narcolepsy', 'Narcolepsy is caused by changes in the HCRT gene.'));
    assert.ok(!hasLooseEnds(sentence, 'Narcolepsy', 'Narcolepsy is caused by a single gene.'));
    assert.ok(!hasLooseEnds(sentence, 'BRCA1', 'BRCA1 is a tumor suppressor.'));
    assert.ok(hasLooseEnds(sentence, 'CHOPS syndrome', 'CHOPS syndrome is caused by changes in different genes.'));
  });

  it('lets a later sentence point back', () => {
    assert.ok(!hasLooseEnds('Gout is a symptom of the disease.', 'Gout', 'It affects joints.'));
    assert.ok(!hasLooseEnds('It is caused by these genes.', 'Gout', 'It affects joints.'));
  });
});
