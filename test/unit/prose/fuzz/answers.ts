import type { Paper } from './manuscript';

/** What a model may write that asks for care. */
const CAREFUL = [
  'cause of death.',
  ' 5 % of R&D',
  'p < 0.05',
  '(n = 5)',
  'n = 5) in mice',
  ' 37 ° C for 24 h',
  'TNF-α and NF-κB',
  'α4β1',
  '[18F] FDG',
  '18F]FDG',
  '*57:01 allele',
  'a_b and _c_',
  '~5 mg or ~10',
  '$5 and $10',
  '"mild" or "severe"',
  '1. The first',
  '- one',
  '# two',
  '10⁻³ M of H₂O',
  'Na + / K + -ATPase',
  'Ca2+',
  '18–65 years',
  ' — all of them —',
  '`code`',
  'x|y',
  '{x}',
  '<b>bold</b>',
  '&amp; and',
  'a\\b',
  '^2',
  '@smith',
  '[1](2)',
  '[^1]',
  '10 mg / kg / day',
  "the patients' age",
  "5 '-UTR",
  '> 5',
  '≥ 3 and ≤ 4',
  '!',
  'see [a',
  'b](c)',
  '{{x}}',
  '{++a++}',
  ': caption',
  '% rest',
  '−5 mV',
  '→ B',
  'µg',
  'e.g. (a) and (b).',
  '**',
  '__',
  '~~',
  '$$',
  '```',
  '---',
  '====',
  '|',
];

/** Continuations: words of papers, and now and then what asks for care. */
export function answersFrom(papers: readonly Paper[], random: (bound: number) => number): () => string {
  return () => {
    if (random(2) === 0) return CAREFUL[random(CAREFUL.length)]!;
    const { sections } = papers[random(papers.length)]!;
    const { paragraphs } = sections[random(sections.length)]!;
    const words = (paragraphs[random(paragraphs.length)] ?? 'mice').split(' ');
    const from = random(words.length);
    return (random(2) === 0 ? ' ' : '') + words.slice(from, from + 1 + random(12)).join(' ');
  };
}
