import assert from 'node:assert/strict';
import { abbreviationsIn } from '../../../src/decoder/text/abbreviations';
import { inHouseStyle } from '../../../src/decoder/text/houseStyle';

describe('abbreviations of a text', () => {
  const cases: [string, Record<string, string>][] = [
    ['Levels of tumour necrosis factor (TNF) rose.', { 'tumour necrosis factor': 'TNF' }],
    [
      'We used magnetic resonance imaging (MRI) and computed tomography (CT).',
      {
        'magnetic resonance imaging': 'MRI',
        'computed tomography': 'CT',
      },
    ],
    ['The body mass index (BMI) was high.', { 'body mass index': 'BMI' }],
    ['Randomised controlled trials (RCTs) were read.', { 'randomised controlled trial': 'RCT' }],
    ['Interleukin-6 (IL-6) rose.', { 'interleukin-6': 'IL-6' }],
    ['Patients (USA) were', {}],
    ['The value (NS) was', {}],
    ['It was high (P).', {}],
  ];
  for (const [text, expected] of cases) {
    it(text, () => assert.deepEqual(Object.fromEntries(abbreviationsIn(text)), expected));
  }
});

describe('a suggestion in the words of the text', () => {
  const cases: [before: string, suggestion: string, own: string][] = [
    ['Tumour necrosis factor (TNF) rose. Levels of', ' tumour necrosis factor fell', ' TNF fell'],
    ['Tumour necrosis factor (TNF) rose. Levels of', ' tumour necrosis factor (TNF) fell', ' TNF fell'],
    ['Tumour necrosis factor (TNF) rose. Levels of tumour necrosis', ' factor (TNF) fell', ' factor fell'],
    ['Tumour necrosis factor (TNF) rose.', ' Tumour necrosis factor fell', ' Tumour necrosis factor fell'],
    ['The body mass index (BMI) rose. The ', 'body mass index fell', 'BMI fell'],
    ['The body mass index rose. The ', 'body mass index fell', 'body mass index fell'],
    ['Non-steroidal anti-inflammatory drugs (NSAIDs) help. Of', ' non-steroidal anti-inflammatory drugs', ' NSAIDs'],
    ['The tumour and its colour.', ' Tumor cells and hemoglobin', ' Tumour cells and haemoglobin'],
    ['The tumor and its color.', ' Tumours and haemoglobin', ' Tumors and hemoglobin'],
    ['The tumour. A tum', 'or cell', 'our cell'],
    ['The tumour. A tumo', 'r', 'ur'],
    ['The tumour, tumours. A tum', 'ors and tumors', 'ours and tumours'],
    ['The tumour and the tumor.', ' Tumors', ' Tumors'],
    ['The tumour.', ' Hemisphere and organism, randomized', ' Hemisphere and organism, randomized'],
    ['It was randomised.', ' standardized analyses of hypothesis', ' standardised analyses of hypothesis'],
    ['It was analyzed.', ' We analysed and modelled it', ' We analyzed and modelled it'],
    ['They were labelled.', ' A modeled signal', ' A modelled signal'],
    ['No telling words here.', ' tumor and tumour', ' tumor and tumour'],
    ['The tumour.', '', ''],
    ['A meta-analysis. Another', ' metaanalysis of metaanalyses', ' meta-analysis of metaanalyses'],
    ['A nonsmoker. Every', ' non-smoker and Non-Smoker', ' nonsmoker and Nonsmoker'],
    ['A non-smoker and a nonsmoker. Every', ' non-smoker, nonsmoker', ' non-smoker, nonsmoker'],
    ['IL6 rose. Then', ' IL-6 and IL-60 fell', ' IL6 and IL-60 fell'],
    ['IL-6 rose. Then IL', '6 fell', '-6 fell'],
    ['IL-6 rose. Then I', 'L6 fell', 'L-6 fell'],
    ['In Fig. 1A it rose.', ' A type 1a', ' A type 1a'],
    ['From 10-15 to', ' 1015 g', ' 1015 g'],
    ['Levels of mRNA in PubMed.', ' MRNA and Pubmed', ' mRNA and PubMed'],
    ['METHODS. The Covid-19 pandemic.', ' COVID-19 methods', ' Covid-19 methods'],
    ['The IMPaCT trial of 5 mM.', ' 3 MM, an impact', ' 3 MM, an impact'],
    ['Data Collection and Statistical Analysis. A', ' statistical analysis', ' statistical analysis'],
    ['In Group A and the group was. The', ' group was', ' group was'],
    ['It rose (P < 0.05).', ' It fell (p = 0.01, n = 3)', ' It fell (P = 0.01, n = 3)'],
    ['It rose (P < 0.05) and fell (p = 0.1).', ' It (p = 0.01)', ' It (p = 0.01)'],
    [
      'NSAID-Associated Ulcers in COVID-19. An',
      ' NSAID-associated ulcer, Covid-19',
      ' NSAID-associated ulcer, COVID-19',
    ],
  ];
  for (const [before, suggestion, own] of cases) {
    it(`${JSON.stringify(before)} | ${JSON.stringify(suggestion)}`, () => {
      assert.equal(inHouseStyle(before)(suggestion), own);
    });
  }
});
