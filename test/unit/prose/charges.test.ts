import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCorpus } from '../../../bench/lib/corpus';
import { repairSpacing } from '../../../src/prose/spacing';
import { detokenize } from '../../../src/tokenizer/detokenizer';
import { mosesTokenize } from '../../../src/tokenizer/moses';
import { normalizePunctuation } from '../../../src/tokenizer/normalize';

/** A text as the tokenizer gives it back, its spaces repaired. */
function roundTrip(text: string): string {
  return repairSpacing(detokenize(mosesTokenize(normalizePunctuation(text))));
}

/** Each stands for a kind; the tokenizer sets every plus sign of them apart. */
const STAY = [
  'H + K',
  'CD4 + CD8',
  'the sum of Na + K was low',
  'Na + K + Cl in serum',
  'CD4 + CD8 + CD19 as a share',
  'patients on A + B were older',
  'A + M was compared with DP',
  'Ca + D3 for a year',
  'Ca + vitamin D in women',
  'HCQ + azithromycin was given',
  'ADT + docetaxel in men',
  'age + sex + stage',
  'a dose of 5 + 2 mg',
  'Groups A + C versus B',
  'ER + PR in tumors',
  'Na+, K+, and Ca2+ were',
  'Na+/K+-ATPase activity',
  'H+/K+ ATPase inhibitors',
  'CD4+ cells were sorted',
  'CD4+ and CD8+ T cells',
  'CD4+ CD25+ Foxp3+ regulatory T cells',
  'CD3+/CD4+/CD45+ cells',
  'levels of Ca2+.',
  'Ca2+/calmodulin kinase',
  'Ca2+-dependent release',
  'Na+ channels and K+ currents',
  '[Na+] was measured',
  'a K+ concentration of 5 mmol/L',
  'CD34+ stem cells',
  'ER+ tumors and HER2+ disease',
  'NAD+ in mitochondria',
  'Na+ 138 mmol/L and K+ 4 mmol/L',
  'a CD4+ count < 200',
  '90 mmol of K+ + 12 U of insulin',
  'A+ carriers and A+ individuals',
  'HLA-DR+ monocytes',
  'Ki-67+ cells (12%)',
  'the NH4+ of urine',
  'in H+, and pH fell',
  'CD8+ (45%) cells',
];

const FOLDER = process.env['BIOGPT_SHARED'] ?? join(__dirname, '../../../../shared');
const CORPORA = ['corpus/valid.jsonl.xz', 'corpus2/valid2.jsonl.xz'].map((name) => join(FOLDER, name));
const CHARGE =
  /(?<![\p{L}\p{N}+-])(?:Na|K|H|Li|NH4|NAD|NADP|Ca2|Mg2|Zn2|Fe2|Fe3|Cu2|Mn2|CD\d{1,3}[a-z]?|ER|HER2)\+(?![\p{L}\p{N}+(])/gu;
const SUM = /(?<![\p{L}\p{N}+.-])\p{Lu}[\p{L}\p{N}]{0,5} \+ (?=\p{Lu}[\p{L}\p{N}]{0,5}(?![\p{L}\p{N}+]| \+?[-/)]))/gu;
/** A table whose marks were set apart, or whose raised signs were lost: `CD4 + T cells`, `10 9 /L`. */
const BROKEN = /\d \/[A-Zk]|\p{L} [.,;] |\+ (?:cells?|T |B |\/|\))|CD\d+ [+-] |[A-Z] - \p{L}/u;

interface Place {
  text: string;
  /** Which plus sign of the text. */
  sign: number;
  apart: boolean;
}

/** Places of prose with a plus sign, few of each document. */
async function placesOf(wanted: Record<'charges' | 'sums', number>): Promise<Place[]> {
  const places: Place[] = [];
  const seen = new Set<string>();
  const left = { ...wanted };
  for (const corpus of CORPORA) {
    for await (const { sections } of readCorpus(corpus)) {
      const ofDocument = { charges: 30, sums: 10 };
      for (const paragraph of sections.flatMap(({ paragraphs }) => paragraphs)) {
        for (const [kind, pattern] of [
          ['charges', CHARGE],
          ['sums', SUM],
        ] as const) {
          for (const match of paragraph.matchAll(pattern)) {
            if (left[kind] === 0 || ofDocument[kind] === 0) break;
            const start = paragraph.lastIndexOf(' ', Math.max(0, match.index - 40)) + 1;
            const end = paragraph.indexOf(' ', match.index + 45);
            const text = paragraph.slice(start, end < 0 ? undefined : end);
            if (BROKEN.test(text) || seen.has(text)) continue;
            seen.add(text);
            left[kind]--;
            ofDocument[kind]--;
            const sign = [...text.slice(0, match.index - start + match[0].length)].filter(
              (char) => char === '+',
            ).length;
            places.push({ text, sign, apart: kind === 'sums' });
          }
        }
      }
    }
  }
  return places;
}

describe('plus signs', () => {
  for (const text of STAY) it(`stay as they are: ${text}`, () => assert.equal(roundTrip(text), text));

  it('are told by what the writer has typed before them', () => {
    assert.equal(repairSpacing(' + T cells were', 'the number of CD4'), '+ T cells were');
    assert.equal(repairSpacing(' + channels', 'voltage-gated Na'), '+ channels');
    assert.equal(repairSpacing(' + CD8', 'the sum of CD4'), ' + CD8');
    assert.equal(repairSpacing(' + K', 'the sum of H'), ' + K');
    assert.equal(repairSpacing(' + T cells', 'the number of CD4 '), ' + T cells');
  });

  it('stay as they are in real prose', async function () {
    const missing = CORPORA.filter((path) => !existsSync(path));
    if (missing.length > 0) {
      console.log(`        300 places of real prose were not tried: there is no ${missing.join(', no ')}`);
      this.skip();
    }
    const places = await placesOf({ charges: 260, sums: 60 });
    const wrong = places.filter(({ text, sign, apart }) => {
      const read = roundTrip(text);
      let at = -1;
      for (let i = 0; i < sign; i++) at = read.indexOf('+', at + 1);
      return (read[at - 1] === ' ') !== apart;
    });
    const sums = places.filter(({ apart }) => apart).length;
    assert.ok(places.length >= 300, `only ${places.length} places, ${sums} of them sums`);
    assert.ok(wrong.length <= 3, `${wrong.length} of ${places.length}:\n${wrong.map(({ text }) => text).join('\n')}`);
  });
});
