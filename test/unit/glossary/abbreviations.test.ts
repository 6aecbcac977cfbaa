import assert from 'node:assert/strict';
import { isAbbreviation, longFormsOf } from '../../../src/glossary/abbreviations';

const SAID: readonly (readonly [string, string, string])[] = [
  [
    'ARDS',
    'Sivelestat for acute respiratory distress syndrome (ARDS) was given.',
    'acute respiratory distress syndrome',
  ],
  ['PPI', 'Patients on a proton pump inhibitor (PPI) were excluded.', 'proton pump inhibitor'],
  ['RCTs', 'We searched for randomised controlled trials (RCTs).', 'randomised controlled trials'],
  ['RCT', 'We searched for randomised controlled trials (RCTs).', 'randomised controlled trials'],
  ['QOL', 'Both improved quality of life (QOL).', 'quality of life'],
  ['ARDS', 'Outcomes in ARDS (acute respiratory distress syndrome) are poor.', 'acute respiratory distress syndrome'],
  ['TNF-α', 'Serum tumour necrosis factor-alpha (TNF-α) fell.', 'tumour necrosis factor-alpha'],
  ['T2DM', 'adults with type 2 diabetes mellitus (T2DM)', 'type 2 diabetes mellitus'],
  ['HADS', 'the Hospital Anxiety and Depression Scale [HADS]', 'Hospital Anxiety and Depression Scale'],
  [
    'CRP',
    'Abbreviations: BMI: body mass index; CRP: C-reactive protein; SD: standard deviation.',
    'C-reactive protein',
  ],
  ['VAS', 'on a visual analogue scale (VAS, 0–100 mm)', 'visual analogue scale'],
  ['HPA', 'the hypothalamic-pituitary-adrenal (HPA) axis', 'hypothalamic-pituitary-adrenal'],
];

describe('what a document says an abbreviation stands for', () => {
  for (const [short, text, long] of SAID)
    it(`${short} in “${text}”`, () => assert.deepEqual(longFormsOf(short, text), [long]));

  it('is nothing where the text only uses it', () => {
    assert.deepEqual(longFormsOf('ARDS', 'Mortality of ARDS (n = 30) was high; ARDS, sepsis and shock were seen.'), []);
    assert.deepEqual(longFormsOf('SD', 'Values are mean (SD).'), []);
    assert.deepEqual(longFormsOf('CI', 'odds ratio 1.2 (95% CI, 0.9–1.5)'), []);
  });

  it('is every meaning, each once', () => {
    const text =
      'Rheumatoid arthritis (RA) … a research assistant (RA) … and Rheumatoid Arthritis (RA) again: right atrium (RA).';
    assert.deepEqual(longFormsOf('RA', text), ['Rheumatoid arthritis', 'research assistant', 'right atrium']);
  });

  it('is no word that holds the letters by chance where words begin with them', () => {
    const text = 'Pain intensity perception (PPI) was rated. Perceived pain intensity (PPI) rose.';
    assert.deepEqual(longFormsOf('PPI', text), ['Perceived pain intensity']);
    assert.deepEqual(longFormsOf('TB', 'cases of tuberculosis (TB)'), ['tuberculosis']);
  });

  it('takes time that grows with the text alone', () => {
    const text = 'The ARDS (acute '.repeat(20_000);
    const started = performance.now();
    longFormsOf('ARDS', text);
    assert.ok(performance.now() - started < 2000);
  });
});

describe('abbreviations', () => {
  it('have two capitals, or a capital and a digit', () => {
    for (const term of ['RA', 'RCTs', 'SF-36', 'T3', 'HbA1c', 'FEV1', 'mTOR']) assert.ok(isAbbreviation(term), term);
    for (const term of ['asthma', 'Asthma', 'T cell', 'p53', 'Crohn']) assert.ok(!isAbbreviation(term), term);
  });
});
