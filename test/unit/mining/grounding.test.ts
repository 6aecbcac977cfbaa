import assert from 'node:assert/strict';
import { Grounding } from '../../../src/mining/grounding/grounding';
import { NameFinder } from '../../../src/mining/grounding/names';
import { sentencesOf } from '../../../src/mining/grounding/sentences';

describe('names in a text', () => {
  const found = (text: string, name: string): string[] =>
    new NameFinder(text).find(name).map(({ start, end }) => text.slice(start, end));

  const cases: [text: string, name: string, places: string[]][] = [
    ['IL-6 rose; il 6 fell; IL6 stayed.', 'il-6', ['IL-6', 'il 6', 'IL6']],
    ['TNF-α and TNF‑alpha', 'tnf-alpha', ['TNF-α', 'TNF‑alpha']],
    ['Sjögren’s syndrome', "sjogren's syndrome", ['Sjögren’s syndrome']],
    ['seizures and a seizure', 'seizure', ['seizures', 'seizure']],
    ['Two overdoses', 'overdose', ['overdoses']],
    // A part of a word is another word.
    ['Hypertension and pretension', 'tension', []],
    ['IL-60', 'il-6', []],
    // A name doesn't run over the end of a sentence.
    ['It was lead. Poisoning followed.', 'lead poisoning', []],
    ['We gave lead (poisoning followed)', 'lead poisoning', ['lead (poisoning']],
    [
      'We gave 2-methyl-6-(phenylethynyl)pyridine.',
      '2 - methyl - 6 - ( phenylethynyl ) pyridine',
      ['2-methyl-6-(phenylethynyl)pyridine'],
    ],
    ['cp-470,711 helps', 'cp - 470,711', ['cp-470,711']],
    ['5 µg', '5 mug', ['5 µg']],
    ['𝛼-methyldopa', 'α-methyldopa', ['𝛼-methyldopa']],
    ['anything', '…', []],
  ];
  for (const [text, name, places] of cases) {
    it(`"${name}" in "${text}"`, () => assert.deepEqual(found(text, name), places));
  }
});

describe('sentences', () => {
  const split = (text: string): string[] => sentencesOf(text).map(({ start, end }) => text.slice(start, end));

  it('end at full stops that end one', () => {
    assert.deepEqual(split('Pain, e.g. Headache, was rare. It (cf. Fig. 2) went. Smith et al. Reported it.'), [
      'Pain, e.g. Headache, was rare.',
      'It (cf. Fig. 2) went.',
      'Smith et al. Reported it.',
    ]);
  });

  it('leave no part of the text out but white space', () => {
    assert.deepEqual(split('  One.\n\nTwo? '), ['One.', 'Two?']);
    assert.deepEqual(split(' '), []);
  });
});

describe('evidence for a relation', () => {
  const TEXT =
    'Lithium is given for mania. Tremor was seen with lithium in 12 of 20 patients. ' +
    'Carbamazepine did not cause tremor. Acute renal failure (ARF) followed. We discuss gentamicin.';
  const grounding = new Grounding(TEXT, [{ short: 'ARF', long: 'acute renal failure' }]);
  const said = (spans: readonly { start: number; end: number }[]): string[] =>
    spans.map(({ start, end }) => TEXT.slice(start, end));

  it('is the sentences with both names', () => {
    const evidence = grounding.evidenceFor('lithium', 'tremor');
    assert.deepEqual(said(evidence.mentions[0]), ['Lithium', 'lithium']);
    assert.deepEqual(said(evidence.sentences), ['Tremor was seen with lithium in 12 of 20 patients.']);
    assert.deepEqual([evidence.grounded, evidence.sameSentence, evidence.negated], [true, true, false]);
  });

  it('says where the sentence denies it', () => {
    assert.equal(grounding.evidenceFor('carbamazepine', 'tremor').negated, true);
    const text = 'Unlike placebo, lithium caused tremor, but not nausea. Not only lithium caused ataxia.';
    assert.equal(new Grounding(text).evidenceFor('lithium', 'tremor').negated, false);
    assert.equal(new Grounding(text).evidenceFor('lithium', 'nausea').negated, true);
    assert.equal(new Grounding(text).evidenceFor('lithium', 'ataxia').negated, false);
  });

  it('is the nearest two sentences where none holds both', () => {
    const evidence = grounding.evidenceFor('gentamicin', 'acute renal failure');
    assert.deepEqual(said(evidence.sentences), ['Acute renal failure (ARF) followed.', 'We discuss gentamicin.']);
    assert.equal(evidence.sameSentence, false);
  });

  it("knows the document's abbreviations, and names with one in brackets", () => {
    assert.deepEqual(said(grounding.mentionsOf('arf')), ['Acute renal failure', 'ARF']);
    assert.deepEqual(said(grounding.mentionsOf('renal failure (arf)')), ['Acute renal failure', 'ARF']);
  });

  it('misses a name that the text does not hold', () => {
    const evidence = grounding.evidenceFor('cisplatin', 'tremor');
    assert.deepEqual([evidence.grounded, evidence.sentences], [false, []]);
  });
});
