/**
 * Speculative decoding against plain greedy search: the same continuations with and without guesses, in turn.
 *
 *     npm run bench:speculation -- [--model DIR] [--corpus FILE] [--limit TEXTS] [--tokens N] [--json]
 *         [--paced-by DIR]
 *
 * Texts are continued where a third and two thirds of a document of the corpus stand, and in the middle and
 * at the end of each sentence of a manuscript that repeats its terms (`manuscript.txt`), once as it is and
 * once so that no guess from the text can be right. Every text is continued once with guesses: a second time,
 * the first would be remembered.
 *
 * With `--paced-by`, another model makes every pass as well (a full-size one of random weights, say): the
 * texts and guesses are those of `--model`, the time is that of both.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from '../src/decoder/generation/generate';
import type { SpeculativeModel } from '../src/decoder/generation/languageModel';
import { suppressTokens, type LogitsProcessor } from '../src/decoder/generation/logitsProcessors';
import { Speculation } from '../src/decoder/generation/speculation/speculation';
import { CachedModel } from '../src/decoder/session/cachedModel';
import { openSession } from '../src/decoder/session/openSession';
import { openModelFolder } from '../src/modelFolder/modelFolder';
import { BioGptTokenizer, SPECIAL_IDS } from '../src/tokenizer/bioGptTokenizer';
import { readCorpus } from './lib/corpus';
import { proseOf } from './quality/text/prose';

const root = join(import.meta.dirname, '..');
/** Documents shorter than this many tokens have little to guess from. */
const LEAST_DOCUMENT = 96;
/** Tokens of an n-gram whose repetition counts. */
const REPEATED = 4;
/** The share of the corpus' texts that repeat themselves most, looked at by itself. */
const MOST_REPETITIVE = 0.2;
const NOT_TEXT = [SPECIAL_IDS.bos, SPECIAL_IDS.pad, SPECIAL_IDS.unk];

interface Outcome {
  /** Share of the prompt's tokens that end an n-gram seen before in it. */
  repetition: number;
  /** Milliseconds of decoding behind the prompt: plain, with guesses, plain once more. */
  plainMs: number;
  speculativeMs: number;
  againMs: number;
  tokens: number;
  same: boolean;
  passes: number;
  drafted: number;
  accepted: number;
}

interface Row {
  texts: string;
  count: number;
  /** How many times as fast as plain decoding, over all texts. */
  speedup: number;
  /** The same for single texts: the twentieth from below, and the median. */
  lowest: number;
  median: number;
  /** The twentieth from below of plain decoding against itself: what the machine's unrest alone does. */
  unrest: number;
  /** Tokens written per pass. */
  tokensPerPass: number;
  /** Share of the checked guesses that were right. */
  accepted: number;
  /** Share of texts that are not the same, token by token, as without guesses. */
  different: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: join(root, 'models', 'starter') },
      corpus: { type: 'string' },
      limit: { type: 'string', default: '400' },
      tokens: { type: 'string', default: '64' },
      json: { type: 'boolean', default: false },
      'paced-by': { type: 'string' },
    },
  });
  const { paths, description } = await openModelFolder(resolve(values.model));
  const { normalizePunctuation } = description.tokenizer;
  const tokenizer = BioGptTokenizer.fromFiles(readFileSync(paths.vocab, 'utf8'), readFileSync(paths.merges, 'utf8'), {
    normalizePunctuation,
  });
  const chooses = await load(values.model);
  const paces = values['paced-by'] === undefined ? null : await load(values['paced-by']);
  const model = paces === null ? chooses : paced(chooses, paces);
  const tokens = Number(values.tokens);
  try {
    const rows: Row[] = [];
    const manuscript = manuscriptTexts(readFileSync(join(root, 'bench', 'manuscript.txt'), 'utf8'), tokenizer);
    rows.push(summary('a manuscript that repeats its terms', await compare(model, manuscript, tokens)));
    rows.push(
      summary('… no token twice: nothing from it is right', await compare(model, manuscript, tokens, noneTwice)),
    );
    if (values.corpus !== undefined) {
      const texts = await corpusTexts(resolve(values.corpus), tokenizer, Number(values.limit));
      const outcomes = await compare(model, texts, tokens);
      const byRepetition = [...outcomes].sort((a, b) => b.repetition - a.repetition);
      const most = byRepetition.slice(0, Math.ceil(MOST_REPETITIVE * outcomes.length));
      rows.push(summary('the corpus', outcomes), summary('… its texts that repeat themselves most', most));
    }
    console.log(values.json ? JSON.stringify(rows) : table(rows));
  } finally {
    await chooses.dispose();
    await paces?.dispose();
  }
}

async function load(folder: string): Promise<CachedModel> {
  const { paths, description } = await openModelFolder(resolve(folder));
  return new CachedModel(await openSession(paths.graph, description.architecture));
}

/** `chooses`, each of whose passes `paces` makes first, over the same ids. */
function paced(chooses: CachedModel, paces: CachedModel): SpeculativeModel {
  return {
    vocabSize: chooses.vocabSize,
    maxPositions: chooses.maxPositions,
    prefill: async (ids, signal) => {
      await paces.prefill(ids, signal);
      return chooses.prefill(ids, signal);
    },
    step: async (id, signal) => {
      await paces.step(id, signal);
      return chooses.step(id, signal);
    },
    verify: async (ids, signal) => {
      await paces.verify(ids, signal);
      return chooses.verify(ids, signal);
    },
    takeBack: (count) => {
      paces.takeBack(count);
      chooses.takeBack(count);
    },
    fork: () => {
      throw new Error('Beams are not compared here.');
    },
  };
}

/** Ids of the text up to each cursor: in the middle and at the end of the sentences, past a fifth of them. */
function manuscriptTexts(manuscript: string, tokenizer: BioGptTokenizer): number[][] {
  const sentences = manuscript.match(/[^.]+(?:\.\d[^.]*)*\.\s*/g) ?? [];
  const texts: number[][] = [];
  let before = '';
  sentences.forEach((sentence, index) => {
    const words = sentence.split(/(?<= )/);
    if (index >= sentences.length / 5) {
      texts.push(
        tokenizer.encode(
          before +
            words
              .slice(0, Math.ceil(words.length / 2))
              .join('')
              .trimEnd(),
        ),
      );
      texts.push(tokenizer.encode((before + sentence).trimEnd()));
    }
    before += sentence;
  });
  return texts;
}

async function corpusTexts(corpus: string, tokenizer: BioGptTokenizer, limit: number): Promise<number[][]> {
  const documents: number[][] = [];
  for await (const document of readCorpus(corpus)) {
    const prose = proseOf(document)
      .sections.flatMap(({ paragraphs }) => paragraphs)
      .join('\n');
    const ids = tokenizer.encode(prose);
    if (ids.length >= LEAST_DOCUMENT) documents.push(ids);
  }
  const step = Math.max(1, (2 * documents.length) / limit);
  const chosen = Array.from(
    { length: Math.floor(documents.length / step) },
    (_, i) => documents[Math.floor(i * step)]!,
  );
  return chosen.flatMap((ids) => [1 / 3, 2 / 3].map((share) => ids.slice(0, Math.floor(share * ids.length))));
}

/** Rules out every token that was there before, and so whatever is guessed from the text. */
const noneTwice =
  (text: readonly number[]): LogitsProcessor =>
  (logits, generated) => {
    for (const id of text) logits[id] = -Infinity;
    for (const id of generated) logits[id] = -Infinity;
  };

async function compare(
  model: SpeculativeModel,
  texts: readonly number[][],
  tokens: number,
  rule?: (text: readonly number[]) => LogitsProcessor,
): Promise<Outcome[]> {
  const speculation = new Speculation();
  const run = (text: readonly number[], guess: boolean) => {
    const room = Math.min(text.length, model.maxPositions - tokens);
    const prompt = [SPECIAL_IDS.eos, ...text.slice(text.length - room + 1)];
    return generate(
      model,
      prompt,
      { strategy: 'greedy' },
      { maxNewTokens: tokens },
      {
        eosId: SPECIAL_IDS.eos,
        text,
        ...(guess && { speculation }),
        processors: [suppressTokens(NOT_TEXT), ...(rule ? [rule(text)] : [])],
      },
    );
  };
  const outcomes: Outcome[] = [];
  for (const text of texts) {
    const plain = await run(text, false);
    const before = { ...speculation.counts };
    const speculative = await run(text, true);
    const { passes, drafted, accepted } = speculation.counts;
    const again = await run(text, false);
    // The first token comes out of the prompt: without a second there is nothing to compare.
    if (plain.ids.length < 2) continue;
    outcomes.push({
      repetition: repetition(text),
      plainMs: plain.timings.decodeMs,
      speculativeMs: speculative.timings.decodeMs,
      againMs: again.timings.decodeMs,
      tokens: speculative.ids.length,
      same: plain.ids.length === speculative.ids.length && plain.ids.every((id, i) => id === speculative.ids[i]),
      passes: passes - before.passes,
      drafted: drafted - before.drafted,
      accepted: accepted - before.accepted,
    });
  }
  return outcomes;
}

function repetition(ids: readonly number[]): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (let end = REPEATED; end <= ids.length; end++) {
    const ngram = ids.slice(end - REPEATED, end).join(' ');
    if (seen.has(ngram)) repeated++;
    seen.add(ngram);
  }
  return repeated / ids.length;
}

function summary(texts: string, outcomes: readonly Outcome[]): Row {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const plain = (outcome: Outcome): number => (outcome.plainMs + outcome.againMs) / 2;
  const quantile = (share: number, of: (outcome: Outcome) => number): number =>
    outcomes.map(of).sort((a, b) => a - b)[Math.floor(share * outcomes.length)] ?? NaN;
  const single = (outcome: Outcome): number => plain(outcome) / outcome.speculativeMs;
  return {
    texts,
    count: outcomes.length,
    speedup: sum(plain) / sum((outcome) => outcome.speculativeMs),
    lowest: quantile(0.05, single),
    median: quantile(0.5, single),
    unrest: quantile(0.05, (outcome) => outcome.plainMs / outcome.againMs),
    tokensPerPass: sum((outcome) => outcome.tokens - 1) / sum((outcome) => outcome.passes),
    accepted:
      sum((outcome) => outcome.accepted) /
      Math.max(
        1,
        sum((outcome) => outcome.drafted),
      ),
    different: sum((outcome) => Number(!outcome.same)) / outcomes.length,
  };
}

function table(rows: readonly Row[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
  return [
    '| continued | texts | speed-up | one text: 5th percentile | median | plain against itself: 5th percentile | tokens per pass | guesses right | texts that differ |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${[
          row.texts,
          row.count,
          times(row.speedup),
          times(row.lowest),
          times(row.median),
          times(row.unrest),
          row.tokensPerPass.toFixed(2),
          percent(row.accepted),
          percent(row.different),
        ].join(' | ')} |`,
    ),
  ].join('\n');
}

void main();
