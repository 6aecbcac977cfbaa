/**
 * What one keystroke costs the scope analysis in a manuscript of 300 pages: the edit, the scope at the
 * cursor and the text that the model would read. `npm run bench:scopes [-- KEYS]`.
 */
import { parseArgs } from 'node:util';
import { ProseDocument } from '../src/prose/proseDocument';
import type { ProseLanguage } from '../src/prose/scope';
import { latexManuscript, markdownManuscript } from '../test/unit/prose/manuscripts';

const SIZE = 1_000_000;
/** The first keys in a new editor window pay for the JavaScript compiler. */
const WARM_UP = 1000;
const SENTENCE = {
  markdown: 'Interleukin-6 was measured in the plasma of all patients on day 3, as *described* before (5% of them). ',
  latex:
    'Interleukin-6 was measured in the plasma of all patients on day 3, as \\emph{described} before (5\\% of them). ',
};

/** What is typed, key by key; the last of each changes the meaning of all that follows. */
const OPENERS: Record<Exclude<ProseLanguage, 'plaintext'>, readonly string[]> = {
  markdown: ['\n\n```r\nx <- 1\n', '\n\n$$\nE = mc\n', '\n\n<!-- to do\n', '\n\n<script>\n'],
  latex: [
    '\n\\begin{equation}\nx\n',
    '\n\\begin{verbatim}\nx\n',
    '\n\\iffalse\nold\n',
    '\n\\newcommand{\\x}{\n',
    '\n\\end{document}\n',
  ],
};

/** Blocks of 20 kB before and 20 kB behind the cursor: a list of references, the table of a supplement. */
const LONG: Record<keyof typeof OPENERS, Record<string, { line: string; before: string; after: string }>> = {
  markdown: {
    'long list': {
      line: '- Smith J, Jones A. Levels of *interleukin-6* in sepsis: a cohort study. Crit Care 2020.\n',
      before: '\n\n',
      after: '\n',
    },
    'long table': {
      line: '| Aspirin was given daily | 100 mg and more |\n',
      before: '\n\n| Drug | Dose |\n|------|------|\n',
      after: '\n',
    },
  },
  latex: {
    'long list': {
      line: '\\item Smith J, Jones A. Levels of \\emph{interleukin-6} in sepsis. Crit Care 2020.\n',
      before: '\n\\begin{itemize}\n',
      after: '\\end{itemize}\n',
    },
    'long table': {
      line: 'Aspirin was given daily & 100~mg and more \\\\\n',
      before: '\n\\begin{longtable}{ll}\n',
      after: '\\end{longtable}\n',
    },
  },
};

function manuscript(language: keyof typeof OPENERS): string {
  const make = language === 'latex' ? latexManuscript : markdownManuscript;
  const times = Math.ceil(SIZE / (make(2).length - make(1).length));
  return varied(make(times));
}

/** Numbers the headings and paragraphs, so that no two pieces of the text are the same. */
function varied(text: string): string {
  let count = 0;
  return text.replace(/^(We measured|## Results|\\section\{Results)/gm, (start) => `${start} ${++count}`);
}

function measure(language: ProseLanguage, text: string, at: number, keys: string): number[] {
  const document = new ProseDocument(language, text);
  let pos = at;
  document.scopeAt(pos);
  const times: number[] = [];
  for (const insert of keys) {
    const start = performance.now();
    document.edit({ from: pos, to: pos, insert });
    document.scopeAt(++pos);
    times.push(performance.now() - start);
  }
  // What was typed is taken back, key by key: the effect on the rest ends again.
  for (let i = 0; i < Math.min(40, keys.length); i++) {
    const start = performance.now();
    document.edit({ from: pos - 1, to: pos, insert: '' });
    document.scopeAt(--pos);
    times.push(performance.now() - start);
  }
  return times;
}

/** The end of the sentence nearest to a fraction of the text. */
function sentenceNear(text: string, fraction: number): number {
  const at = text.indexOf('compared with controls', Math.floor((text.length - 3000) * fraction));
  return at < 0 ? text.length : at + 'compared with controls'.length;
}

function row(language: string, place: string, keys: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(2);
  return [
    language.padEnd(9),
    place.padEnd(7),
    keys.padEnd(16),
    String(times.length).padStart(6),
    at(0.5).padStart(8),
    at(0.99).padStart(8),
    at(1).padStart(8),
  ].join(' ');
}

function main(): void {
  const { positionals } = parseArgs({ allowPositionals: true });
  const count = Number(positionals[0] ?? 400);
  console.log('Milliseconds per keystroke (edit, scope, context) in documents of 1 MB\n');
  console.log('language  place   typed              keys      p50      p99      max');
  for (const language of ['markdown', 'latex'] as const) {
    const text = manuscript(language);
    const typed = SENTENCE[language].repeat(Math.ceil(count / SENTENCE[language].length)).slice(0, count);
    measure(language, text, sentenceNear(text, 0.5), typed.repeat(Math.ceil(WARM_UP / count)).slice(0, WARM_UP));
    for (const opener of OPENERS[language]) measure(language, text, sentenceNear(text, 0.5), opener);
    const all: number[] = [];
    for (const [place, fraction] of [
      ['start', 0],
      ['middle', 0.5],
      ['end', 1],
    ] as const) {
      const at = sentenceNear(text, fraction);
      const prose = measure(language, text, at, ` ${typed}`);
      console.log(row(language, place, 'prose', prose));
      all.push(...prose);
      const opening = OPENERS[language].flatMap((opener) => measure(language, text, at, opener + typed.slice(0, 60)));
      console.log(row(language, place, 'block openers', opening));
      all.push(...opening);
    }
    for (const [name, { line, before, after }] of Object.entries(LONG[language])) {
      const half = line.repeat(Math.ceil(20_000 / line.length));
      const begins = text.indexOf('\n\n', sentenceNear(text, 0.5));
      const whole = text.slice(0, begins) + before + half + half + after + text.slice(begins);
      const at = begins + before.length + half.length + line.search(/ (?:Levels|was)/);
      const long = measure(language, whole, at, ` ${typed}`);
      console.log(row(language, 'middle', name, long));
      all.push(...long);
    }
    console.log(row(language, 'all', '', all));
    const start = performance.now();
    new ProseDocument(language, text).scopeAt(text.length);
    console.log(`${language}: opening the document at its end: ${(performance.now() - start).toFixed(0)} ms\n`);
  }
}

main();
