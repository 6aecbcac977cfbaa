import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCorpus } from '../../../../bench/lib/corpus';
import type { Paper } from './manuscript';

/** Texts of the tests' own, for machines without a corpus. */
const OWN: Paper[] = [
  {
    title: 'Interleukin-6 in sepsis: a cohort study',
    sections: [
      {
        heading: 'Introduction',
        paragraphs: [
          'Sepsis is a life-threatening organ dysfunction caused by a dysregulated host response to infection. Levels of IL-6 & TNF-α rise within hours (n = 45; p < 0.05), and 5% of all patients die within 28 days.',
          'We asked whether the level on day 3 predicts survival. Earlier work (5–10 mg/kg/day) found no effect in men aged ≥ 65 years, although the assay_v2 kit #7 cost only $5 per sample.',
        ],
      },
      {
        heading: 'Methods',
        paragraphs: [
          'Blood was drawn at 8:00 from all patients, spun at 3000 × g for 10 min at 4 °C, and kept at −80 °C. CD4+ T cells were counted by flow cytometry; Ca2+ was measured with Fura-2.',
          'Differences between groups were tested with the Mann–Whitney U test. We fitted a mixed model (y ~ x + age) with a random intercept for each centre. All tests were two-sided.',
        ],
      },
      {
        heading: 'Results',
        paragraphs: [
          'Of 412 patients, 86 (21%) died. The median level was 5.3 ± 1.2 ng/mL in survivors and 28.6 ± 5.8 ng/mL in the others. The odds ratio was 2.4 (95% CI 1.1–5.2).',
          'In a subgroup of patients with HLA-B*57:01 the effect was larger. Nothing else changed: neither the rate of readmission nor the length of stay in the intensive care unit (ICU).',
        ],
      },
    ],
  },
];

const FIXTURE = join(__dirname, '../../quality/fixtures/valid.jsonl');
const FOLDER = process.env['BIOGPT_SHARED'] ?? join(__dirname, '../../../../../shared');

/** The papers that are part of the tests. */
export function ownPapers(): Promise<Paper[]> {
  return read(FIXTURE, 100);
}

/** Papers of the corpus where there is one, at most `count`; else the tests' own. */
export function papersFor(count: number): Promise<Paper[]> {
  const corpus = join(FOLDER, 'corpus', 'valid.jsonl.xz');
  return existsSync(corpus) ? read(corpus, count) : ownPapers();
}

async function read(corpus: string, count: number): Promise<Paper[]> {
  const papers = [...OWN];
  for await (const { title, sections } of readCorpus(corpus)) {
    const filled = sections.filter(({ paragraphs }) => paragraphs.length > 0);
    if (filled.length > 0) papers.push({ title: title ?? 'A study', sections: filled });
    if (papers.length >= count) break;
  }
  return papers;
}
