/**
 * What a precision costs in quality: a model is converted in each form, and over held-out text each
 * form's next-token distributions are compared with those of fp32.
 *
 *     npm run bench:quantisation -- --model HF_FOLDER --corpus FILE [--limit TOKENS] [--sweep] [--json]
 *
 * HF_FOLDER needs trained weights; with random ones the figures mean nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { IdEngine } from '../src/decoder/idEngine';
import { convert, QUANTIZATIONS, type ConvertOptions } from '../src/conversion/convert';
import { readCorpus } from './lib/corpus';

/** Tokens read at once, `</s>` included. */
const WINDOW = 256;

interface Form extends Pick<ConvertOptions, 'precision' | 'quantization'> {
  name: string;
}

interface Figures {
  name: string;
  bytes: number;
  bitsPerCharacter: number;
  /** Against fp32, per token. */
  klNats: number;
  /** Share of tokens whose most likely next token is fp32's. */
  top1Agreement: number;
  /** Of bits per character over fp32's, in percent. */
  costPercent: number;
}

/** With both of int8's ways, whichever a model of this size would get. */
const FORMS: Form[] = [
  { name: 'fp32', precision: 'fp32' },
  { name: 'fp16', precision: 'fp16' },
  { name: 'int8 by channel', precision: 'int8', quantization: 'channels' },
  { name: 'int8 in blocks', precision: 'int8', quantization: QUANTIZATIONS.int8 },
  { name: 'int4', precision: 'int4' },
];
const SWEEP: Form[] = [
  { name: 'fp32', precision: 'fp32' },
  ...([8, 4] as const).flatMap((bits) =>
    ([1, 4] as const).flatMap((accuracyLevel) =>
      [32, 64, 128].map((blockSize): Form => ({
        name: `int${bits} block ${blockSize} accuracy ${accuracyLevel}`,
        precision: `int${bits}`,
        quantization: { bits, blockSize, accuracyLevel },
      })),
    ),
  ),
];

interface Text {
  ids: number[];
  characters: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      corpus: { type: 'string' },
      limit: { type: 'string', default: '20000' },
      sweep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.model === undefined || values.corpus === undefined) {
    throw new Error('Give --model HF_FOLDER (trained weights) and --corpus FILE (.jsonl or .jsonl.xz).');
  }
  const folder = mkdtempSync(join(tmpdir(), 'biogpt-quantisation-'));
  try {
    const results: Figures[] = [];
    let texts: Text[] | undefined;
    let reference: Float32Array[][] | undefined;
    for (const form of values.sweep ? SWEEP : FORMS) {
      const { name, precision, quantization } = form;
      const { dir, bytes } = await convert(resolve(values.model), join(folder, 'model'), {
        precision,
        ...(quantization && { quantization }),
      });
      const engine = await IdEngine.open(dir);
      texts ??= await windows(values.corpus, engine, Number(values.limit));
      const measured = await measure(engine, texts, reference);
      reference ??= measured.logits;
      await engine.dispose();
      const base = results[0]?.bitsPerCharacter ?? measured.bitsPerCharacter;
      results.push({
        name,
        bytes,
        bitsPerCharacter: measured.bitsPerCharacter,
        klNats: measured.klNats,
        top1Agreement: measured.top1Agreement,
        costPercent: 100 * (measured.bitsPerCharacter / base - 1),
      });
      if (!values.json) process.stderr.write(`${name} done\n`);
    }
    if (values.json) console.log(JSON.stringify(results));
    else console.log(table(results));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Windows from the paragraphs of a corpus, spread over its documents. */
async function windows(corpus: string, engine: IdEngine, limit: number): Promise<Text[]> {
  const texts: Text[] = [];
  let tokens = 0;
  for await (const { sections } of readCorpus(resolve(corpus))) {
    const text = sections.flatMap(({ paragraphs }) => paragraphs).join(' ');
    const ids = engine.tokenizer.encode(text).slice(0, Math.min(WINDOW, engine.info.maxPositions));
    if (ids.length < WINDOW / 2) continue;
    texts.push({ ids, characters: engine.tokenizer.decode(ids).length });
    tokens += ids.length;
    if (tokens >= limit) break;
  }
  return texts;
}

async function measure(
  engine: IdEngine,
  texts: readonly Text[],
  reference: readonly Float32Array[][] | undefined,
): Promise<Omit<Figures, 'name' | 'bytes' | 'costPercent'> & { logits: Float32Array[][] }> {
  let [bits, characters, kl, agreed, positions] = [0, 0, 0, 0, 0];
  const logits: Float32Array[][] = [];
  for (const [index, text] of texts.entries()) {
    const rows = (await engine.logits(text.ids)).slice(0, -1);
    if (reference === undefined) logits.push(rows);
    characters += text.characters;
    rows.forEach((row, position) => {
      const own = logSoftmax(row);
      bits -= own[text.ids[position + 1]!]! / Math.LN2;
      const other = logSoftmax(reference?.[index]?.[position] ?? row);
      let divergence = 0;
      for (let id = 0; id < own.length; id++) divergence += Math.exp(other[id]!) * (other[id]! - own[id]!);
      kl += divergence;
      if (largest(own) === largest(other)) agreed++;
      positions++;
    });
  }
  return { bitsPerCharacter: bits / characters, klNats: kl / positions, top1Agreement: agreed / positions, logits };
}

function logSoftmax(logits: Float32Array): Float64Array {
  let most = -Infinity;
  for (const value of logits) most = Math.max(most, value);
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - most);
  const shift = most + Math.log(sum);
  return Float64Array.from(logits, (value) => value - shift);
}

function largest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function table(results: readonly Figures[]): string {
  const rows = results.map(({ name, bytes, bitsPerCharacter, klNats, top1Agreement, costPercent }) => [
    name,
    (bytes / 1e6).toFixed(1),
    bitsPerCharacter.toFixed(4),
    `${costPercent.toFixed(2)} %`,
    klNats.toFixed(5),
    `${(100 * top1Agreement).toFixed(2)} %`,
  ]);
  return [
    '| weights | MB | bits per character | more than fp32 | KL to fp32, nats/token | same top-1 |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

void main();
