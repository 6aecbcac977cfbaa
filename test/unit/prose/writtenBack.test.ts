import assert from 'node:assert/strict';
import { escapeFor, type EscapeContext } from '../../../src/prose/escape';
import { repairSpacing } from '../../../src/prose/spacing';
import { scopeAt } from '../../../src/prose/proseDocument';
import { suffixOverlap } from '../../../src/prose/suffix';
import { wordOrTermAt } from '../../../src/prose/terms';
import type { ProseLanguage } from '../../../src/prose/scope';
import { randomFrom } from './manuscripts';

const SENTENCE: EscapeContext = { block: 'paragraph', linePrefix: 'The ' };
const LINE_START: EscapeContext = { block: 'paragraph', linePrefix: '' };

describe('escapeFor', () => {
  const latex: [string, string][] = [
    ['5% of R&D', '5\\% of R\\&D'],
    ['a_b #1 $5 {x}', 'a\\_b \\#1 \\$5 \\{x\\}'],
    ['p<0.05 and x > 3', 'p$<$0.05 and x $>$ 3'],
    ['37 °C ± 2, TNF-α', '37 °C ± 2, TNF-α'],
    ['a\\b ~5 ^2', 'a\\textbackslash{}b \\textasciitilde{}5 \\textasciicircum{}2'],
    ['one\ntwo', 'one two'],
  ];
  for (const [text, escaped] of latex) {
    it(`LaTeX: ${JSON.stringify(text)}`, () => assert.equal(escapeFor('latex', SENTENCE, text), escaped));
  }
  it('LaTeX: a backslash that the writer typed is not doubled', () => {
    assert.equal(escapeFor('latex', { block: 'paragraph', linePrefix: 'of 5\\' }, '% of R&D'), '% of R\\&D');
    assert.equal(escapeFor('latex', { block: 'paragraph', linePrefix: 'of 5\\\\' }, '% of'), '\\% of');
  });

  const markdown: [string, string][] = [
    ['a*b* and 5 * 3', 'a\\*b\\* and 5 * 3'],
    ['_x_ and a_b', '\\_x\\_ and a_b'],
    ['`x` costs $5', "'x' costs \\$5"],
    ['[18F]FDG', '[18F]FDG'],
    ['[a](b) [^1] [@x]', '\\[a\\](b) \\[\\^1] \\[\\@x]'],
    ['p<0.05, p < 0.05, <b>', 'p<0.05, p < 0.05, \\<b>'],
    ['R&D &amp; AT', 'R&D \\&amp; AT'],
    ['37 °C ± 2, TNF-α', '37 °C ± 2, TNF-α'],
  ];
  for (const [text, escaped] of markdown) {
    it(`Markdown: ${JSON.stringify(text)}`, () => assert.equal(escapeFor('markdown', SENTENCE, text), escaped));
  }
  it('Markdown: what would open a block is escaped at the start of a line only', () => {
    for (const [text, escaped] of [
      ['# a', '\\# a'],
      ['- a', '\\- a'],
      ['+ a', '\\+ a'],
      ['1. a', '1\\. a'],
      ['> a', '\\> a'],
      ['* a', '\\* a'],
    ] as const) {
      assert.equal(escapeFor('markdown', LINE_START, text), escaped);
      assert.equal(escapeFor('markdown', { block: 'listItem', linePrefix: '  - ' }, text), escaped);
      assert.equal(escapeFor('markdown', SENTENCE, text), text);
    }
    assert.equal(escapeFor('markdown', LINE_START, '-5 °C'), '-5 °C');
    assert.equal(escapeFor('markdown', LINE_START, '1990 was'), '1990 was');
  });
  it('Markdown: bars in tables', () => {
    assert.equal(escapeFor('markdown', { block: 'tableCell', linePrefix: '| a ' }, 'x|y'), 'x\\|y');
    assert.equal(escapeFor('markdown', SENTENCE, 'x|y'), 'x|y');
  });

  for (const language of ['markdown', 'latex'] as ProseLanguage[]) {
    it(`${language}: what is written reads as the model wrote it`, () => {
      const random = randomFrom(5);
      const alphabet = [
        'mice',
        'IL-6',
        ' ',
        ' ',
        '%',
        '&',
        '_',
        '#',
        '$',
        '{',
        '}',
        '*',
        '<',
        '[',
        ']',
        '(',
        'p',
        '5',
        '~',
        '^',
        '.',
      ];
      for (let i = 0; i < 1500; i++) {
        let text = 'x';
        for (let k = random(12); k > 0; k--) text += alphabet[random(alphabet.length)]!;
        text += ' end';
        const scope = scopeAt(language, `The ${escapeFor(language, SENTENCE, text)}`, Infinity);
        const said = (value: string): string => value.replace(/\s/g, '');
        assert.equal(
          said(scope.prose ? scope.textBefore : `${scope.reason}: ${text}`),
          said(`The ${text}`),
          escapeFor(language, SENTENCE, text),
        );
      }
    });
  }
});

describe('repairSpacing', () => {
  const repaired: [string, string][] = [
    ['3.5 ± 0.2 mg / kg', '3.5 ± 0.2 mg/kg'],
    ['10 mg / kg / day', '10 mg/kg/day'],
    ['100 μg / mL', '100 μg/mL'],
    ['120 / 80 mmHg', '120/80 mmHg'],
    ['at 37 ° C for', 'at 37 °C for'],
    ['Na + and Cl', 'Na+ and Cl'],
    ['Ca2 + / calmodulin-dependent', 'Ca2+/calmodulin-dependent'],
    ['Na + / K + -ATPase', 'Na+/K+-ATPase'],
    ['CD4 + T cells', 'CD4+ T cells'],
    ['O ₂, 10 ⁻ ³ and m ²', 'O₂, 10⁻³ and m²'],
    ['( n = 5 )', '(n = 5)'],
    ['[18F] FDG', '[18F]FDG'],
    ['Fe (III) -EDTA', 'Fe(III)-EDTA'],
    ["the 5 '-UTR and 3' -untranslated", "the 5'-UTR and 3'-untranslated"],
    ['β-catenin / TCF-4', 'β-catenin/TCF-4'],
    ['PI3K / Akt', 'PI3K/Akt'],
    ['BRCA1 / 2', 'BRCA1/2'],
    ['and / or', 'and/or'],
    ['10 %', '10%'],
    ['a ratio of 1 : 2', 'a ratio of 1:2'],
    ['cells , and mice .', 'cells, and mice.'],
  ];
  for (const [from, to] of repaired) {
    it(`${from} → ${to}`, () => {
      assert.equal(repairSpacing(from), to);
      assert.equal(repairSpacing(to), to, 'repairing twice changes nothing');
    });
  }
  for (const text of [
    'p < 0.05',
    'A + B',
    'x + y = 3',
    'men / women',
    'n = 5',
    ' of mice ',
    '',
    '  ',
    'E. coli',
    '5 ± 2',
    'p > 0.05 vs. 3',
  ]) {
    it(`${JSON.stringify(text)} stays`, () => assert.equal(repairSpacing(text), text));
  }
});

describe('suffixOverlap', () => {
  const cases: [insert: string, after: string, fitted: string | null][] = [
    [' was measured.', '', ' was measured.'],
    [' was measured ', '', ' was measured'],
    [' was measured', '   ', ' was measured'],
    ['measured)', ')', 'measured'],
    ['measured).', ').', 'measured'],
    ['measured.', ').', 'measured'],
    ['measured.', '.', 'measured'],
    ['measured', '}', 'measured'],
    ['measured**', '**', 'measured'],
    ['measured', '\\)', 'measured'],
    ['measured', ' in mice', null],
    ['measured', 'ment', null],
    ['measured', ') in mice', null],
    ['measured', '\r', 'measured'],
  ];
  for (const [insert, after, fitted] of cases) {
    it(`${JSON.stringify(insert)} before ${JSON.stringify(after)}`, () =>
      assert.equal(suffixOverlap(insert, after), fitted));
  }
});

describe('wordOrTermAt', () => {
  const cases: [marked: string, term: string | null][] = [
    ['the IL-6█ level', 'IL-6'],
    ['the █IL-6 level', 'IL-6'],
    ['TNF█-α.', 'TNF-α'],
    ['5-HT█2A', '5-HT2A'],
    ['p5█3.', 'p53'],
    ['(IL-1β█)', 'IL-1β'],
    ['Na+/K+-AT█Pase', 'Na+/K+-ATPase'],
    ['Alzheimer█’s disease', 'Alzheimer'],
    ['patients/cont█rols', 'controls'],
    ['1,25-dihydroxy█vitamin D', '1,25-dihydroxyvitamin'],
    ["the 5'-U█TR", "5'-UTR"],
    ['NF-κ█B-dependent', 'NF-κB-dependent'],
    ['CD4█+ cells', 'CD4+'],
    ['the end. █', null],
    ['a █ b', null],
    ['█', null],
    ['first line\nIL-█6\nlast', 'IL-6'],
  ];
  for (const [marked, term] of cases) {
    it(JSON.stringify(marked), () => {
      const text = marked.replace('█', '');
      const found = wordOrTermAt(text, marked.indexOf('█'));
      assert.equal(found?.text ?? null, term);
      if (found !== null) assert.equal(text.slice(found.from, found.to), found.text);
    });
  }
});
