import assert from 'node:assert/strict';
import { cutBack } from '../../../src/decoder/text/cutBack';
import { inventedFactAt, withoutInventedFacts } from '../../../src/decoder/text/facts';

/** What stands before the cursor, what the model wrote, what is left of it. */
type Case = [before: string, suggestion: string, left: string];

function check(cases: readonly Case[]): void {
  for (const [before, suggestion, left] of cases) {
    it(`${JSON.stringify(before)} | ${JSON.stringify(suggestion)} → ${JSON.stringify(left)}`, () => {
      assert.equal(withoutInventedFacts(before, suggestion), left);
    });
  }
}

describe('facts that a suggestion must not make up', () => {
  describe('numbers', () => {
    check([
      ['The median age', ' was 45 years.', ' was'],
      ['We enrolled', ' a total of 120 patients.', ''],
      ['Blood pressure fell', ' significantly, by 12 mmHg', ' significantly'],
      ['The response rate', ' was higher in the treated group (45%)', ' was higher in the treated group'],
      ['Patients', ' were followed for at least 2 years', ' were followed'],
      ['Mice', ' received 5 mg/kg of the drug', ' received'],
      ['Mice received ', '5 mg/kg', ''],
      ['Cells were kept at', ' 37 °C', ''],
      ['The trial ran', ' from January 2015 to March 2016.', ''],
      ['Survival', ' was longer (12.5 vs 8.1 months)', ' was longer'],
      ['About', ' 1,200 genes', ''],
      ['The 5', '0 patients', ''],
      ['Levels rose', ' -3.5 points', ''],
      ['They grew', ' 2-fold', ''],
      ['A', ' 12-week trial', ''],
      ['A concentration of', ' 10⁵ cells', ''],
      ['Patients', ' with diabetes and obesity.', ' with diabetes and obesity.'],
    ]);
  });

  describe('statistics', () => {
    check([
      ['The difference was significant', ' (p < 0.05).', ''],
      ['The difference was significant (', 'p < 0.001)', ''],
      ['The difference was significant (p ', '= 0.03)', ''],
      ['Mortality was lower', ' in the treated group (HR = 0.82, 95% CI 0.7-0.9)', ' in the treated group'],
      ['The odds ratio', ' was 1.5 (95% CI, 1.1 to 2.0)', ' was'],
      ['Values are', ' given as mean ± SD.', ' given as mean ± SD.'],
      ['Patients', ' (n = 20) and controls', ''],
      ['The mean', ' ± 3.2', ''],
    ]);
  });

  describe('number words', () => {
    check([
      ['Patients were assigned', ' to two groups.', ''],
      ['We included', ' twenty-five patients', ''],
      ['It rose', ' three-fold', ''],
      ['About', ' half of the patients', ''],
      ['A', ' two-sided test was used.', ' two-sided test was used.'],
      ['It is', ' one of the most common cancers.', ' one of the most common cancers.'],
      ['The two groups were alike. Of the', ' two groups', ' two groups'],
      ['Two groups were alike. Of the', ' two groups', ' two groups'],
      ['The two groups were alike. We studied', ' two mice', ''],
    ]);
  });

  describe('gene variants', () => {
    check([
      ['BRAF', ' V600E was found', ''],
      ['The mutation', ' was c.35G>A in all', ' was'],
      ['Patients', ' carried p.Val600Glu', ' carried'],
      ['The polymorphism', ' rs1801133 was', ''],
      ['The', ' F508del mutation', ''],
      ['The T790M mutation was frequent. Patients with', ' T790M mutations', ' T790M mutations'],
      ['The T790M mutation was frequent. Patients with', ' L858R', ''],
      ['Carriers', ' of Arg16/Gly16 and pfdhps-437G', ''],
      ['The gene', ' of Gly-16 homozygotes', ''],
      ['BRAF V60', '0E', ''],
      ['BRAF V600E was found. BRAF V60', '0E was', '0E was'],
    ]);
  });

  describe('identifiers', () => {
    check([
      ['The trial is registered', ' at ClinicalTrials.gov (NCT01234567).', ' at ClinicalTrials.gov'],
      ['The trial NCT01234567 began. The trial', ' NCT01234567 ended', ' NCT01234567 ended'],
      ['Data are available', ' at https://example.org/data', ''],
      ['It is archived', ' under doi 10.1234/abc', ''],
      ['Reads are in', ' GSE12345', ''],
      ['Write to', ' someone@example.org', ''],
    ]);
  });

  describe('citations', () => {
    check([
      ['This agrees with', ' Smith et al. who found', ''],
      ['This agrees with earlier work', ' [12, 13].', ''],
      ['This agrees with earlier work', ' (Smith and Jones, 2015).', ''],
      ['Smith et al. found it. This agrees with', ' Smith et al. who', ' Smith et al. who'],
      ['As shown', ' by Jones (2010)', ''],
    ]);
  });

  describe('names with digits', () => {
    check([
      ['Levels of', ' IL-6 and CD4+ T cells', ' IL-6 and CD4+ T cells'],
      ['The tumour suppressor', ' p53 is', ' p53 is'],
      ['Patients with', ' COVID-19 and HbA1c', ' COVID-19 and HbA1c'],
      ['Carriers of', ' BRCA1/2 mutations', ' BRCA1/2 mutations'],
      ['Strains of', ' H1N1 influenza', ' H1N1 influenza'],
      ['Levels of CO₂', ' and m² of skin', ' and m² of skin'],
    ]);
  });

  describe('what the document holds', () => {
    check([
      ['Mice got 5 mg of drug. A dose of', ' 5 mg was', ' 5 mg was'],
      ['Mice got 5% of drug. A dose of', ' 5 mg was', ''],
      ['Mice got 5 mg of drug. A dose of', ' 5 mg/kg was', ''],
      ['Mice got 15 mg of drug. A dose of', ' 5 mg was', ''],
      ['Mice got 0.5 mg of drug. A dose of', ' 5 mg was', ''],
      ['Mice got 5.5 mg of drug. A dose of', ' 5 mg was', ''],
      ['Type 2 diabetes is common. Patients with', ' type 2 diabetes', ' type 2 diabetes'],
      ['Type 2 diabetes is common. Patients of', ' type 2.', ' type 2.'],
      ['The effect was strong (p < 0.05). It was weak', ' (p < 0.05).', ' (p < 0.05).'],
      ['The effect was strong (p = 0.03). The ratio', ' (HR = 0.03).', ''],
      ['We enrolled 120 patients. Of the', ' 120 patients', ' 120 patients'],
      ['We enrolled 120 patients. Of the', ' 120 mice', ''],
      ['They swam on day 7 after surgery. They rested on', ' day 7.', ' day 7.'],
      ['The 5-year survival was good. The', ' 5-year survival', ' 5-year survival'],
      ['Survival was 45%. It was', ' 45 % in', ' 45 % in'],
      ['Uptake of 18F-FDG was high. Injected', ' 18F-FDG was', ' 18F-FDG was'],
    ]);
  });

  describe("the writer's own number", () => {
    check([
      ['Mice received 5', ' mg of the drug', ''],
      ['Mice received 5 ', 'mg of the drug', ''],
      ['Mice received 5 m', 'g of the drug', ''],
      ['Rats got 3 mg of it. Mice received 5 ', 'mg of the drug', 'mg of the drug'],
      ['A total of 45 ', 'patients', 'patients'],
      ['The 95', '% confidence interval', '% confidence interval'],
      ['After 5', ' years', ' years'],
      ['A 12', '-week trial', '-week trial'],
    ]);
  });

  it('begins where the first invented fact does', () => {
    assert.equal(inventedFactAt('It was', ' high (p < 0.05)'), 11);
    assert.equal(inventedFactAt('It was', ' high'), -1);
    assert.equal(inventedFactAt('Type 2 diabetes. In', ' type 2 diabetes and 5 mice'), 21);
  });

  it('waits for the word that decides, while the suggestion grows', () => {
    const before = 'Mice got 5 mg of drug. A dose of';
    assert.equal(inventedFactAt(before, ' 5', true), -1);
    assert.equal(inventedFactAt(before, ' 5 mg', true), -1);
    assert.equal(inventedFactAt(before, ' 5 mice were', true), 1);
    assert.equal(inventedFactAt(before, ' 7', true), 1);
  });

  it('takes time in proportion to the text', () => {
    const before = `${'Mice got 5 mg of drug on day 7. '.repeat(2000)}A dose of`;
    const started = performance.now();
    assert.equal(withoutInventedFacts(before, ' 9 mg'), '');
    assert.equal(withoutInventedFacts(before, ' 5 g'), '');
    assert.equal(withoutInventedFacts('a-'.repeat(20_000), `${'a-1'.repeat(500)} 5`), 'a-1'.repeat(500));
    assert.ok(performance.now() - started < 500);
  });
});

describe('cutting back to words that can stand alone', () => {
  const cases: Case[] = [
    ['It', ' was higher in the treated group (', ' was higher in the treated group'],
    ['It', ' was higher (mean age, ', ' was higher'],
    ['It', ' was measured at', ' was measured'],
    ['It', ' fell in patients older than', ' fell in patients'],
    ['It', ' rose at a cost of $', ' rose at a cost'],
    ['It', ' rose on day', ' rose'],
    ['It', ' rose (see Table', ' rose'],
    ['betwee', 'n', 'n'],
    ['betwee', 'n and', 'n'],
    ['It', ' rose.', ' rose.'],
    ['It', ' (as said) rose by approximately', ' (as said) rose'],
    ['It', ' ', ''],
    ['It', '', ''],
  ];
  for (const [before, beginning, left] of cases) {
    it(`${JSON.stringify(before)} | ${JSON.stringify(beginning)} → ${JSON.stringify(left)}`, () => {
      assert.equal(cutBack(before, beginning), left);
    });
  }
});
