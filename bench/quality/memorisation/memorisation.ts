/**
 * How much of what a model writes it has by heart: the longest run of tokens that each of many sampled texts
 * has in common with the training text, beside the same for what people wrote on from the same places.
 *
 *     npm run bench:memorisation -- --model FOLDER --train FILE --corpus FILE [--count N] [--tokens N] [--seed N] [--json]
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { IdEngine } from '../../../src/decoder/idEngine';
import { SPECIAL_IDS } from '../../../src/tokenizer/bioGptTokenizer';
import { readCorpus } from '../../lib/corpus';
import { textsOf } from '../bitsPerCharacter';
import { randomFor, shuffled } from '../random';
import { percentile } from '../statistics';
import { proseOf } from '../text/prose';
import { SuffixAutomaton, type Run } from './suffixAutomaton';

/** Tokens of held-out text that a text goes on from. */
const PROMPT = 16;

interface Overlaps {
  /** Tokens of the longest run in common, one for each text. */
  tokens: { median: number; p95: number; p99: number; longest: number };
  words: { median: number; p95: number; p99: number; longest: number };
  /** Share of the texts with 10, 20 and 40 words or more in one run. */
  share: { words10: number; words20: number; words40: number };
  longestRun: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      train: { type: 'string' },
      corpus: { type: 'string' },
      count: { type: 'string', default: '1000' },
      tokens: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const { model, train, corpus } = values;
  if (model === undefined || train === undefined || corpus === undefined) {
    throw new Error('Give --model FOLDER, --train FILE (what it learned from) and --corpus FILE (held-out text).');
  }
  const [count, tokens, seed] = [Number(values.count), Number(values.tokens), Number(values.seed)];
  const engine = await IdEngine.open(resolve(model));
  try {
    const places = await choosePlaces(engine, resolve(corpus), count, tokens, seed);
    const written = places.map(({ ids }) => ids.slice(PROMPT));
    const sampled: number[][] = [];
    for (const [index, { ids }] of places.entries()) {
      if (index % 100 === 0) process.stderr.write(`${index} of ${places.length} texts sampled\n`);
      const decoding = { strategy: 'sample', temperature: 1, topP: 0.95, seed: seed * 1_000_003 + index } as const;
      const { ids: text } = await engine.generate(ids.slice(0, PROMPT), decoding, {
        maxNewTokens: tokens,
        minNewTokens: tokens,
      });
      sampled.push(text);
    }
    process.stderr.write('searching the training text\n');
    const automaton = new SuffixAutomaton([...sampled, ...written]);
    for await (const document of readCorpus(resolve(train))) {
      for (const { text } of textsOf(proseOf(document))) {
        automaton.restart();
        for (const id of engine.tokenizer.encode(text).slice(1)) automaton.read(id);
      }
    }
    const report = {
      model: engine.info.name,
      precision: engine.info.precision,
      texts: places.length,
      tokensEach: tokens,
      sampled: overlaps(sampled, automaton.longestFound(sampled), engine),
      written: overlaps(written, automaton.longestFound(written), engine),
    };
    console.log(values.json ? JSON.stringify(report) : table(report));
  } finally {
    await engine.dispose();
  }
}

/** Beginnings of sentences of held-out text with enough behind them, one of a text, `</s>` first. */
async function choosePlaces(
  engine: IdEngine,
  corpus: string,
  count: number,
  tokens: number,
  seed: number,
): Promise<{ ids: number[] }[]> {
  const random = randomFor(seed, 1);
  const places: { ids: number[] }[] = [];
  for await (const document of readCorpus(corpus)) {
    for (const { text } of textsOf(proseOf(document))) {
      const starts = [0, ...Array.from(text.matchAll(/(?<=[.!?]) (?=\p{Lu})/gu), ({ index }) => index + 1)];
      for (const start of shuffled(starts, random).slice(0, 3)) {
        const ids = engine.tokenizer.encode(text.slice(start, start + 12 * (PROMPT + tokens)));
        if (ids.length >= PROMPT + tokens) places.push({ ids: ids.slice(0, PROMPT + tokens) });
      }
    }
  }
  return shuffled(places, random).slice(0, count);
}

function overlaps(texts: readonly (readonly number[])[], runs: readonly Run[], engine: IdEngine): Overlaps {
  const found = runs.map(({ begin, length }, index) => {
    const ids = texts[index]!.slice(begin, begin + length).filter((id) => id !== SPECIAL_IDS.eos);
    const text = engine.tokenizer.decode(ids);
    return { text, tokens: length, words: text.match(/[\p{L}\p{N}][^\s]*/gu)?.length ?? 0 };
  });
  const figures = (values: number[]): Overlaps['tokens'] => ({
    median: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    p99: percentile(values, 0.99),
    longest: Math.max(...values),
  });
  const share = (words: number): number => found.filter((run) => run.words >= words).length / found.length;
  return {
    tokens: figures(found.map((run) => run.tokens)),
    words: figures(found.map((run) => run.words)),
    share: { words10: share(10), words20: share(20), words40: share(40) },
    longestRun: found.reduce((best, run) => (run.tokens > best.tokens ? run : best)).text,
  };
}

function table(report: { texts: number; tokensEach: number; sampled: Overlaps; written: Overlaps }): string {
  const row = (name: string, { words, tokens, share }: Overlaps): string => {
    const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
    const cells = [
      name,
      words.median,
      words.p95,
      words.p99,
      words.longest,
      tokens.longest,
      percent(share.words10),
      percent(share.words20),
      percent(share.words40),
    ];
    return `| ${cells.map((cell) => (typeof cell === 'number' ? Number(cell.toFixed(1)) : cell)).join(' | ')} |`;
  };
  return [
    `Longest run in common with the training text, ${report.texts} texts of ${report.tokensEach} tokens:`,
    '',
    '| | words: median | 95 % | 99 % | longest | longest in tokens | 10 words or more | 20 or more | 40 or more |',
    '|---|---|---|---|---|---|---|---|---|',
    row('sampled from the model', report.sampled),
    row('written by people', report.written),
    '',
    `Longest sampled: ${report.sampled.longestRun}`,
    `Longest written: ${report.written.longestRun}`,
  ].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
