import assert from 'node:assert/strict';
import { isAllCapital, termKey } from '../../../src/glossary/normalForm';

/** Each line holds names of one thing. */
const SAME = [
  ['TNF-α', 'TNF-alpha', 'TNFα', 'tnf alpha'],
  ['IL-6', 'IL6', 'IL 6'],
  ['tumour necrosis factor', 'Tumor Necrosis Factors'],
  ['haemorrhage', 'hemorrhages'],
  ['oedema', 'edema'],
  ['gastro-oesophageal reflux disease', 'gastroesophageal reflux disease', 'Gastro-esophageal reflux disease'],
  ['gastro-enteritis', 'gastroenteritis'],
  ['leukaemia', 'leukemias'],
  ['diarrhoea', 'diarrhea'],
  ['coeliac disease', 'celiac disease'],
  ['behaviour', 'behavior'],
  ['muscle fibre', 'muscle fibers'],
  ['randomised controlled trial', 'Randomized Controlled Trials'],
  ['ageing', 'aging'],
  ['counselling', 'counseling'],
  ['sulphate', 'sulfates'],
  ["Crohn's disease", 'Crohn’s disease', 'Crohn disease', 'Crohns disease'],
  ["Ménière's disease", 'Meniere disease'],
  ['metastasis', 'metastases'],
  ['analysis', 'analyses'],
  ['virus', 'viruses'],
  ['bacillus', 'bacilli'],
  ['vertebra', 'vertebrae'],
  ['bacterium', 'bacteria'],
  ['headache', 'headaches'],
  ['bias', 'biases'],
  ['child', 'children'],
  ['RCT', 'RCTs'],
  ['p value', 'P-value', 'p‐values'],
  ['T cell', 'T-cell', 'T–cells'],
  ['type II diabetes', 'type 2 diabetes'],
  ['cancer of the lung', 'lung cancer', 'Cancer, Lung', 'lung cancers'],
  ['Diabetes Mellitus, Type 2', 'type 2 diabetes mellitus'],
  ['the brain', 'brain'],
];
const DIFFERENT = [
  ['interleukin-1', 'interleukin-12'],
  ['cluster 1-2', 'cluster 12'],
  ['sepsis', 'septum'],
  ['factor V', 'factor VIII'],
  ['hypertension', 'hypotension'],
  ['ketosis', 'ketose'],
];

describe('the key of a term', () => {
  for (const names of SAME)
    it(`is one for ${names.join(', ')}`, () => {
      for (const name of names) assert.equal(termKey(name), termKey(names[0]!), name);
    });
  for (const [one, other] of DIFFERENT)
    it(`tells ${one} from ${other}`, () => assert.notEqual(termKey(one!), termKey(other!)));

  it('is empty for what has no letter or digit', () => {
    for (const text of ['', '  ', '—', '(…)']) assert.equal(termKey(text), '');
  });
});

describe('capitals', () => {
  it('are abbreviations and symbols, plural or not', () => {
    for (const term of ['AD', 'RCTs', 'SF-36', 'BRCA1', 'TNF-α'.toUpperCase()]) assert.ok(isAllCapital(term), term);
    for (const term of ['mRNA', 'asthma', 'T cell', 'pH', '36', '']) assert.ok(!isAllCapital(term), term);
  });
});
