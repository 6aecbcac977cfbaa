// What the other files of a manuscript cost: the editor's side with each key, and the decoder with each suggestion.
//
//   npm run bench:manuscript                         a text of our own, varied
//   npm run bench:manuscript -- --corpus FILE --keys N
//
// Keys are typed into one chapter while another one is open too, so that each pause and each 600 ms the typed one is read
// again. Times of the editor's side are wall time; the decoder's are those of its JavaScript, the model's own work aside,
// where the system tells them (Linux).
import { TestWorkspace } from '../test/unit/extension/support/workspace';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { ProseDocuments } from '../src/completion/documents';
import { Engine } from '../src/decoder/engine';
import { Manuscripts as KeptTexts } from '../src/decoder/text/manuscript';
// eslint-disable-next-line no-restricted-imports -- the editor is the one of the unit tests, on a real disk
import { Manuscripts } from '../src/extension/manuscript/manuscripts';
import { readCorpus } from './lib/corpus';

const root = join(__dirname, '..');
/** Milliseconds between two keys: four times as fast as people type. */
const PACE = 40;
const TYPED = 'Interleukin-6 was measured in the plasma of all patients on day 3, as described before. ';
/** Characters of the manuscript that the decoder holds. */
const HELD = 1_500_000;
const HELD_FILES = 12;
const STOP = {
  maxNewTokens: 32,
  sentenceEnd: true,
  lineEnd: true,
  repetition: true,
  facts: 'documentOnly' as const,
  caution: 2.5,
};

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Prose of so many characters, no two sentences the same. */
async function prose(length: number, corpus: string | undefined): Promise<string> {
  let text = '';
  if (corpus !== undefined) {
    for await (const { sections } of readCorpus(corpus)) {
      text += sections.flatMap(({ paragraphs }) => paragraphs).join('\n\n') + '\n\n';
      if (text.length >= length) break;
    }
  }
  const own = readFileSync(join(__dirname, 'manuscript.txt'), 'utf8');
  for (let i = 1; text.length < length; i++)
    text += `${own.replace(/\d+/g, (digits) => String((Number(digits) * 31 * i) % 997)).replace(/\b[a-z]{6}(?=[a-z])/g, (word, at: number) => ((at + i) % 7 === 0 ? word + String.fromCharCode(97 + (i % 26)) : word))}\n\n`;
  return text.slice(0, length);
}

function row(name: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(2).padStart(9);
  return `${name.padEnd(44)}${at(0.5)}${at(0.99)}${at(1)}`;
}

async function host(count: number, size: number, keys: number, corpus: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'biogpt-bench-manuscript-'));
  const workspace = new TestWorkspace(folder);
  const text = (await prose(count * size, corpus)).replace(/[\\%&#_$^~{}]/g, ' ');
  const names = Array.from({ length: count }, (_, i) => `chapter${i + 1}`);
  const includes = names.map((name) => `\\include{${name}}`).join('\n');
  workspace.write(
    'thesis.tex',
    `\\documentclass{book}\n\\newcommand{\\drug}{aspirin}\n\\begin{document}\n${includes}\n\\end{document}\n`,
  );
  for (const [i, name] of names.entries()) workspace.write(`${name}.tex`, text.slice(i * size, (i + 1) * size));
  let told = 0;
  const documents = new ProseDocuments();
  const manuscripts = new Manuscripts(
    { keep: () => told++, define: ({ uri }, definitions) => documents.defineElsewhere(uri.toString(), definitions) },
    () => undefined,
  );
  const own = await workspace.open('chapter2.tex');
  const other = await workspace.open('chapter3.tex');
  const started = performance.now();
  for (const each of [own, other]) manuscripts.textsFor(each.document);
  await manuscripts.idle();
  const first = performance.now() - started;
  const middle = own.getText().lastIndexOf('. ', size / 2) + 2;
  let before = own.getText().slice(0, middle);
  const after = own.getText().slice(middle);
  const uri = own.uri.toString();
  const times: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let i = -50; i < keys; i++) {
    const key = TYPED[(i + 50) % TYPED.length]!;
    const begun = performance.now();
    documents.edit(uri, [{ rangeOffset: before.length, rangeLength: 0, text: key }]);
    before += key;
    workspace.edit(own, before + after);
    manuscripts.textsFor(own.document);
    documents.open(uri, 'latex', before.length + after.length, () => before + after).scopeAt(before.length);
    // The first keys pay for the JavaScript compiler.
    if (i >= 0) times.push(performance.now() - begun);
    else if (i === -1) delay.reset();
    await sleep(PACE);
  }
  delay.disable();
  const late = (part: number): string => Math.max(0, delay.percentile(part) / 1e6 - 1).toFixed(2);
  console.log(row(`${count} files of ${size / 1000} kB: a key`, times));
  console.log(
    `${''.padEnd(4)}event loop late by ${late(50)} ms (p50), ${late(99)} ms (p99); read first in ${first.toFixed(0)} ms; ` +
      `told of new texts ${told} times`,
  );
  manuscripts.dispose();
  rmSync(folder, { recursive: true });
}

/** Milliseconds that this thread has run; where the system does not tell, milliseconds. */
function ran(): number {
  try {
    const spent = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
    return spent > 0 ? spent : performance.now();
  } catch {
    return performance.now();
  }
}

async function decoder(corpus: string | undefined): Promise<void> {
  const size = HELD / HELD_FILES;
  const text = await prose(HELD + 60_000, corpus);
  const files = Array.from({ length: HELD_FILES }, (_, i) => text.slice(i * size, (i + 1) * size));
  const ids = files.map((_, i) => `file ${i}`);
  const manuscripts = new KeptTexts();
  const engine = await Engine.open(join(root, 'models', 'starter'), { manuscripts });
  const prompts = Array.from({ length: 60 }, (_, i) => text.slice(HELD + i * 900, HELD + i * 900 + 3_000));
  const complete = async (textBefore: string, manuscript?: readonly string[]): Promise<number> => {
    const begun = ran();
    await engine.complete({
      textBefore,
      decoding: { strategy: 'greedy' },
      stop: STOP,
      ...(manuscript && { manuscript }),
    });
    return ran() - begun;
  };
  const all = async (manuscript?: readonly string[]): Promise<number[]> => {
    const times: number[] = [];
    for (const prompt of prompts) times.push(await complete(prompt, manuscript));
    return times;
  };
  await all();
  console.log(row('a suggestion without a manuscript', await all()));
  let begun = ran();
  manuscripts.put(
    files.map((each, i) => ({ id: ids[i]!, text: each })),
    ids,
  );
  const taken = ran() - begun;
  const first = await complete(prompts[0]!, ids);
  console.log(row(`a suggestion with ${HELD / 1e6} MB`, await all(ids)));
  begun = ran();
  const changed = ['changed', ...ids.slice(1)];
  manuscripts.put([{ id: 'changed', text: `${files[0]!} More was written.` }], changed);
  const again = await complete(prompts[0]!, changed);
  console.log(
    `${''.padEnd(4)}taken in ${taken.toFixed(0)} ms; the first suggestion ${first.toFixed(0)} ms; ` +
      `after a change of one file ${again.toFixed(0)} ms`,
  );
  await engine.dispose();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { corpus: { type: 'string' }, keys: { type: 'string', default: '500' } } });
  console.log(`${'Milliseconds'.padEnd(44)}${'p50'.padStart(9)}${'p99'.padStart(9)}${'max'.padStart(9)}`);
  await host(12, 100_000, Number(values.keys), values.corpus);
  await host(300, 20_000, Number(values.keys), values.corpus);
  await decoder(values.corpus);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
