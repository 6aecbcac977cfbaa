/**
 * What one keystroke costs the scope analysis in a manuscript of 300 pages: the edit, the scope at the
 * cursor and the text that the model would read. `npm run bench:scopes [-- KEYS]`.
 */
import { parseArgs } from 'node:util';
import { ProseDocument, type ProseLanguage } from '../src/prose';
import { latexManuscript, markdownManuscript } from '../test/unit/prose/manuscripts';

const SIZE = 1_000_000;
const WARM_UP = 300;
const SENTENCE = {
  markdown: 'Interleukin-6 was measured in the plasma of all patients on day 3, as *described* before (5% of them). ',
  latex: 'Interleukin-6 was measured in the plasma of all patients on day 3, as \\emph{described} before (5\\% of them). ',
};

/** What is typed, key by key; the last of each changes the meaning of all that follows. */
const OPENERS: Record<Exclude<ProseLanguage, 'plaintext'>, readonly string[]> = {
  markdown: ['\n\n```r\nx <- 1\n', '\n\n$$\nE = mc\n', '\n\n<!-- to do\n', '\n\n<script>\n'],
  latex: ['\n\\begin{equation}\nx\n', '\n\\begin{verbatim}\nx\n', '\n\\iffalse\nold\n', '\n\\newcommand{\\x}{\n', '\n\\end{document}\n'],
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
  const at = (part: number): string => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(2);
  return [language.padEnd(9), place.padEnd(7), keys.padEnd(16), String(times.length).padStart(6), at(0.5).padStart(8), at(0.99).padStart(8), at(1).padStart(8)].join(' ');
}

function main(): void {
  const { positionals } = parseArgs({ allowPositionals: true });
  const count = Number(positionals[0] ?? 400);
  console.log('Milliseconds per keystroke (edit, scope, context) in documents of 1 MB\n');
  console.log('language  place   typed              keys      p50      p99      max');
  for (const language of ['markdown', 'latex'] as const) {
    const text = manuscript(language);
    const typed = SENTENCE[language].repeat(Math.ceil(count / SENTENCE[language].length)).slice(0, count);
    measure(language, text, sentenceNear(text, 0.5), typed.repeat(2).slice(0, WARM_UP));
    for (const opener of OPENERS[language]) measure(language, text, sentenceNear(text, 0.5), opener);
    const all: number[] = [];
    for (const [place, fraction] of [['start', 0], ['middle', 0.5], ['end', 1]] as const) {
      const at = sentenceNear(text, fraction);
      const prose = measure(language, text, at, ` ${typed}`);
      console.log(row(language, place, 'prose', prose));
      all.push(...prose);
      const opening = OPENERS[language].flatMap((opener) => measure(language, text, at, opener + typed.slice(0, 60)));
      console.log(row(language, place, 'block openers', opening));
      all.push(...opening);
    }
    console.log(row(language, 'all', '', all));
    const start = performance.now();
    new ProseDocument(language, text).scopeAt(text.length);
    console.log(`${language}: opening the document at its end: ${(performance.now() - start).toFixed(0)} ms\n`);
  }
}

main();
