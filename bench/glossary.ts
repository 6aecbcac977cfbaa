/**
 * What a look-up costs: the first one of a process (cold), later ones (warm), with and without a document around the
 * term, the term at a place of a text, a hover in a document that is being written, and memory. `npm run bench:glossary [-- FILE]`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGlossary } from '../src/cli/glossaryFile';
import { Context } from '../src/glossary/context';
import { longestMatchAt } from '../src/glossary/termAt';
import { proseAround } from '../src/prose/proseAround';
import { ProseDocument } from '../src/prose/proseDocument';

const PROCESSES = 9;
const LOOK_UPS = 3000;
const [, , ...options] = process.argv;
const once = options[0] === '--once';
const file = options[once ? 1 : 0] ?? join(__dirname, '..', 'glossary');
const manuscript = readFileSync(join(__dirname, 'manuscript.txt'), 'utf8');

if (once) first();
else all();

/** What one fresh process measures: milliseconds to the first answer, and bytes that the glossary keeps. */
function first(): void {
  const started = performance.now();
  const found = openGlossary(file).lookup('cystic fibrosis');
  process.stdout.write(JSON.stringify({ ms: performance.now() - started, definitions: found.length }));
}

function all(): void {
  const cold = Array.from({ length: PROCESSES }, () => {
    const { stdout } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1, 2), '--once', file]);
    return (JSON.parse(stdout.toString()) as { ms: number }).ms;
  });
  report('cold: the first look-up of a process', cold);

  const memory = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = { kept: memory(), rss: process.memoryUsage().rss };
  const glossary = openGlossary(file);
  const words = [...new Set(manuscript.match(/[A-Za-z][A-Za-z-]{3,}/g) ?? [])];
  const terms = Array.from({ length: LOOK_UPS }, (_, i) => {
    const at = (i * 7919) % (words.length - 2);
    return words.slice(at, at + 1 + (i % 3)).join(' ');
  });
  const known = ['asthma', 'interleukin-6', 'TNF-α', 'metformin', 'cancer of the lung', 'RCT', 'BRCA1', 'hypertension'];
  const context = new Context(manuscript);
  report(
    'warm: phrases of a manuscript, most unknown',
    timed(terms, (term) => glossary.lookup(term)),
  );
  report(
    'warm: known terms, each block decoded anew',
    timed(spread(glossary, 600), (term) => glossary.lookup(term)),
  );
  report(
    'warm: well-known terms',
    timed(Array<string[]>(50).fill(known).flat(), (term) => glossary.lookup(term)),
  );
  report(
    'warm: well-known terms in a document',
    timed(Array<string[]>(50).fill(known).flat(), (term) => glossary.lookup(term, context)),
  );
  const places = Array.from({ length: 1000 }, (_, i) => (i * 104_729) % manuscript.length);
  report(
    'the term at a place',
    timed(places, (place) => longestMatchAt(glossary, manuscript, place, context)),
  );
  const after = { kept: memory(), rss: process.memoryUsage().rss };
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `memory: ${megabytes(after.kept - before.kept)} kept${globalThis.gc ? '' : ' (before garbage collection)'}, ` +
      `process grown by ${megabytes(after.rss - before.rss)}`,
  );
  for (const language of ['markdown', 'latex'] as const) hover(glossary, language);
}

/**
 * Hovers all over a thesis, each on the screen where its writer has just typed a letter: ghost text has looked at the
 * place by then, the glossary's view of the document is out of date.
 */
function hover(glossary: ReturnType<typeof openGlossary>, language: 'markdown' | 'latex'): void {
  const sample = readFileSync(
    join(__dirname, '..', 'samples', `manuscript.${language === 'latex' ? 'tex' : 'md'}`),
    'utf8',
  );
  const [head, body, end] =
    language === 'latex' ? sample.split(/(?<=\\begin\{document\})|(?=\\end\{document\})/) : ['', `${sample}\n\n`, ''];
  let text = head! + body!.repeat(Math.ceil(300_000 / body!.length)) + end!;
  const document = new ProseDocument(language, text);
  document.scopeAt(text.length);
  let shown = 0;
  const times = Array.from({ length: 600 }, (_, i) => {
    const edited = (i * 15_485_863) % text.length;
    document.edit({ from: edited, to: edited, insert: 'x' });
    text = `${text.slice(0, edited)}x${text.slice(edited)}`;
    document.scopeAt(edited + 1);
    const place = Math.min(text.length, Math.max(0, edited + ((i * 104_729) % 6000) - 3000));
    const started = performance.now();
    const around = proseAround(document, (from, to) => text.slice(from, to), place);
    if (around && longestMatchAt(glossary, around.text, around.at, new Context(text))) shown++;
    return performance.now() - started;
  });
  report(`hover: ${Math.round(text.length / 1000)},000 characters of ${language}, ${shown} of 600 shown`, times);
}

/** Names from all over the alphabet. */
function spread(glossary: ReturnType<typeof openGlossary>, count: number): string[] {
  const names: string[] = [];
  for (const a of 'abcdefghijklmnopqrstuvwxyz')
    for (const b of 'aeiouhlr')
      for (const c of 'aeilnrst') for (const { term } of glossary.startingWith(a + b + c, 1)) names.push(term);
  return Array.from({ length: count }, (_, i) => names[(i * 7919) % names.length]!);
}

function timed<T>(inputs: readonly T[], act: (input: T) => unknown): number[] {
  return inputs.map((input) => {
    const started = performance.now();
    act(input);
    return performance.now() - started;
  });
}

function report(name: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(2);
  console.log(`${name}: median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms (${times.length})`);
}
