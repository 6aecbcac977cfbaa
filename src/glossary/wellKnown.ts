import { termKey } from './normalForm';

/** Abbreviations that articles use without saying what they stand for, and what they stand for then. */
const WELL_KNOWN: readonly (readonly [string, string])[] = [
  ['ACE', 'angiotensin-converting enzyme'],
  ['ADHD', 'attention deficit hyperactivity disorder'],
  ['AE', 'adverse event'],
  ['AIDS', 'acquired immunodeficiency syndrome'],
  ['ALT', 'alanine aminotransferase'],
  ['ANCOVA', 'analysis of covariance'],
  ['ANOVA', 'analysis of variance'],
  ['AST', 'aspartate aminotransferase'],
  ['ATP', 'adenosine triphosphate'],
  ['AUC', 'area under the curve'],
  ['BMI', 'body mass index'],
  ['BP', 'blood pressure'],
  ['CBT', 'cognitive behavioral therapy'],
  ['CD4', 'CD4'],
  ['CHD', 'coronary heart disease'],
  ['CI', 'confidence interval'],
  ['CNS', 'central nervous system'],
  ['CONSORT', 'Consolidated Standards of Reporting Trials'],
  ['COPD', 'chronic obstructive pulmonary disease'],
  ['COVID-19', 'COVID-19'],
  ['CRP', 'C-reactive protein'],
  ['CSF', 'cerebrospinal fluid'],
  ['CT', 'computed tomography'],
  ['CVD', 'cardiovascular disease'],
  ['DBP', 'diastolic blood pressure'],
  ['DNA', 'deoxyribonucleic acid'],
  ['ECG', 'electrocardiogram'],
  ['EEG', 'electroencephalogram'],
  ['EEG', 'electroencephalography'],
  ['EDTA', 'ethylenediaminetetraacetic acid'],
  ['ELISA', 'enzyme-linked immunosorbent assay'],
  ['EMG', 'electromyography'],
  ['ESR', 'erythrocyte sedimentation rate'],
  ['FDA', 'Food and Drug Administration'],
  ['FEV1', 'forced expiratory volume in one second'],
  ['GCP', 'good clinical practice'],
  ['GFR', 'glomerular filtration rate'],
  ['GP', 'general practitioner'],
  ['HbA1c', 'glycated hemoglobin'],
  ['HbA1c', 'hemoglobin A1c'],
  ['HDL', 'high-density lipoprotein'],
  ['HIV', 'human immunodeficiency virus'],
  ['HPLC', 'high performance liquid chromatography'],
  ['HPV', 'human papillomavirus'],
  ['HR', 'heart rate'],
  ['HR', 'hazard ratio'],
  ['ICC', 'intraclass correlation coefficient'],
  ['ICU', 'intensive care unit'],
  ['IgE', 'immunoglobulin E'],
  ['IgG', 'immunoglobulin G'],
  ['IM', 'intramuscular'],
  ['IQ', 'intelligence quotient'],
  ['IQR', 'interquartile range'],
  ['ISRCTN', 'International Standard Randomised Controlled Trial Number'],
  ['ITT', 'intention to treat'],
  ['IU', 'international unit'],
  ['IV', 'intravenous'],
  ['LDL', 'low-density lipoprotein'],
  ['MI', 'myocardial infarction'],
  ['MRI', 'magnetic resonance imaging'],
  ['NHS', 'National Health Service'],
  ['NICE', 'National Institute for Health and Care Excellence'],
  ['NIH', 'National Institutes of Health'],
  ['NNT', 'number needed to treat'],
  ['NSAID', 'non-steroidal anti-inflammatory drug'],
  ['OCD', 'obsessive-compulsive disorder'],
  ['OR', 'odds ratio'],
  ['PBS', 'phosphate buffered saline'],
  ['PCR', 'polymerase chain reaction'],
  ['PET', 'positron emission tomography'],
  ['PTSD', 'post-traumatic stress disorder'],
  ['QALY', 'quality-adjusted life year'],
  ['RCT', 'randomized controlled trial'],
  ['RNA', 'ribonucleic acid'],
  ['RR', 'relative risk'],
  ['RR', 'risk ratio'],
  ['RT-PCR', 'reverse transcription polymerase chain reaction'],
  ['SAE', 'serious adverse event'],
  ['SAS', 'SAS'],
  ['SBP', 'systolic blood pressure'],
  ['SC', 'subcutaneous'],
  ['SD', 'standard deviation'],
  ['SE', 'standard error'],
  ['SEM', 'standard error of the mean'],
  ['SNP', 'single nucleotide polymorphism'],
  ['SPSS', 'SPSS'],
  ['TB', 'tuberculosis'],
  ['TNF', 'tumor necrosis factor'],
  ['VAS', 'visual analogue scale'],
  ['WHO', 'World Health Organization'],
];

const keyed = new Map<string, Set<string>>();
const abbreviated = new Map<string, string[]>();
for (const [abbreviation, term] of WELL_KNOWN) {
  const terms = keyed.get(abbreviation) ?? new Set();
  keyed.set(abbreviation, terms.add(termKey(term)));
  abbreviated.set(termKey(term), [...(abbreviated.get(termKey(term)) ?? []), abbreviation]);
}

/** The keys of the terms that a well-known abbreviation, singular or plural, stands for. */
export function wellKnownMeanings(abbreviation: string): ReadonlySet<string> {
  return keyed.get(abbreviation) ?? keyed.get(abbreviation.replace(/s$/u, '')) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

/** The one term that a well-known abbreviation, singular or plural, stands for; undefined where it has several. */
export function wellKnownTerm(abbreviation: string): string | undefined {
  const singular = keyed.has(abbreviation) ? abbreviation : abbreviation.replace(/s$/u, '');
  const terms = WELL_KNOWN.filter(([short, term]) => short === singular && term !== short);
  return terms.length === 1 ? terms[0]![1] : undefined;
}

/** The well-known abbreviations of a term, by its key. */
export function wellKnownAbbreviations(key: string): readonly string[] {
  return abbreviated.get(key) ?? [];
}
