/**
 * Descriptions of many terms, held against what they promise: whole sentences, none twice, no loops, and no number, dose, gene
 * symbol, drug or citation that the glossary's definitions of the term do not hold (`lib/descriptionFaults.ts`).
 * `npm run bench:descriptions [-- --model FOLDER] [--ngrams TEXT.jsonl.xz] [--nudge] [--tokens N] [--count N] [--terms FILE] [--show]`.
 *
 * With `--corpus TEXT.jsonl.xz` the terms are those that its pages define, drawn by the seed; all are described by beam search, and the
 * overlap with the definitions is printed. These are the figures of `eval` (`quality/README.md`), without the rest of it.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGlossary } from '../src/cli/glossaryFile';
import { DESCRIPTION_DEFAULTS, firstDescription, furtherDescription } from '../src/completion/description';
import { Engine } from '../src/decoder/engine';
import type { Definition } from '../src/glossary/entry';
import type { Glossary } from '../src/glossary/glossary';
import { readCorpus } from './lib/corpus';
import { faultsOf, isFaulty, type KindOf } from './lib/descriptionFaults';
import { glossaryTerms } from './lib/glossaryTerms';
import { NudgedModel } from './lib/nudgedModel';
import { definitionOverlap, type Overlap } from './quality/overlap';
import { randomFor, STREAM } from './quality/random';
import { kneserNeyPeer } from './quality/system';
import { chooseDefinitions } from './quality/text/definitions';
import { proseOf, type ProseDocument } from './quality/text/prose';

const root = join(__dirname, '..');
const GLOSSARY = join(root, 'glossary', 'glossary.bin');
const ORDER = 5;

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'models', 'starter') },
    /** Text of which 5-grams are counted, which then write in the model's place: fluent, with many facts and loops. */
    ngrams: { type: 'string' },
    /** For a model without training: whole words and full stops are made likelier, or it would end no sentence. */
    nudge: { type: 'boolean', default: false },
    tokens: { type: 'string', default: String(DESCRIPTION_DEFAULTS.maxTokens) },
    count: { type: 'string', default: '200' },
    /** A term a line; kinds before a tab are left out. Default: names of the glossary's, by the seed. */
    terms: { type: 'string' },
    corpus: { type: 'string' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});

interface Task {
  term: string;
  /** How a page defines it. */
  reference?: string;
}

/** As many terms as are asked for, or as there are: those that a corpus defines; or different ones of the file, then of the glossary. */
async function tasks(): Promise<Task[]> {
  if (values.corpus === undefined) return termsToDescribe().map((term) => ({ term }));
  const documents: ProseDocument[] = [];
  for await (const document of readCorpus(values.corpus)) documents.push(proseOf(document));
  return chooseDefinitions(documents, Number(values.count), randomFor(Number(values.seed), STREAM.definitions));
}

function termsToDescribe(): string[] {
  const lines = values.terms === undefined ? [] : readFileSync(values.terms, 'utf8').split('\n');
  const given = lines.filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t').at(-1)!.trim());
  const terms = new Set(given.slice(0, Number(values.count)));
  for (const term of glossaryTerms(GLOSSARY, Number(values.seed))) {
    if (terms.size >= Number(values.count)) break;
    terms.add(term);
  }
  return [...terms];
}

async function openEngine(): Promise<Engine> {
  const engine = await Engine.open(values.model, values.threads ? { threads: Number(values.threads) } : {});
  if (values.nudge) {
    return new Engine(engine.info, engine.tokenizer, new NudgedModel(engine.model, engine.tokenizer));
  }
  if (values.ngrams === undefined) return engine;
  const texts = paragraphsOf(values.ngrams);
  const peer = await kneserNeyPeer(texts, engine.tokenizer, engine.info, ORDER, () => undefined);
  await engine.dispose();
  return peer.engine;
}

async function* paragraphsOf(corpus: string): AsyncGenerator<string> {
  for await (const document of readCorpus(corpus)) {
    for (const { paragraphs } of proseOf(document).sections) yield* paragraphs;
  }
}

/** A drug is what some entry says is one; kinds alone would make "role" and "protein" drugs, by ChEBI. */
function kindIn(glossary: Glossary): KindOf {
  const known = new Map<string, ReturnType<KindOf>>();
  const isDrug = ({ entry: { kind, source, definition } }: Definition): boolean =>
    source === 'NCI Drug Dictionary' ||
    (['drug', 'term', 'chemical'].includes(kind) &&
      /^(?:An? |The )?(?:[\p{L}-]+ ){0,3}(?:drug|medication|antibiotic)s?\b/iu.test(definition));
  return (word) => {
    if (!known.has(word)) {
      const found = glossary.lookup(word);
      known.set(
        word,
        found.some(isDrug) ? 'drug' : found.some(({ entry }) => entry.kind === 'gene') ? 'gene' : undefined,
      );
    }
    return known.get(word);
  };
}

async function main(): Promise<void> {
  const glossary = openGlossary(dirname(GLOSSARY));
  const kindOf = kindIn(glossary);
  const engine = await openEngine();
  const tally = { asked: 0, nonEmpty: 0, sentences: 0, unfinished: 0, twice: 0, loops: 0, invented: 0 };
  const reasons: Record<string, number> = {};
  const withheld: Record<string, number> = {};
  const falseAlarms: Record<string, number> = {};
  let [steps, ms] = [0, 0];
  const words: number[] = [];
  const overlaps: Overlap[] = [];
  for (const [index, { term, reference }] of (await tasks()).entries()) {
    const grounds = glossary.lookup(term).map(({ entry }) => `${entry.term}: ${entry.definition}`);
    // Every fourth as a further description, which is sampled.
    const options = { ...DESCRIPTION_DEFAULTS, maxTokens: Number(values.tokens) };
    const how =
      reference === undefined && index % 4 === 3 ? furtherDescription(options, index) : firstDescription(options);
    const { text, timings, finishReason } = await engine.describe({ term, facts: 'documentOnly', grounds, ...how });
    steps += timings.decodedTokens;
    ms += timings.decodeMs;
    reasons[finishReason] = (reasons[finishReason] ?? 0) + 1;
    tally.asked++;
    words.push(text === '' ? 0 : text.split(' ').length);
    if (reference !== undefined) overlaps.push(definitionOverlap(text, reference));
    if (text !== '') tally.nonEmpty++;
    else withheld[finishReason] = (withheld[finishReason] ?? 0) + 1;
    const faults = faultsOf(text, term, grounds, kindOf);
    tally.sentences += text === '' ? 0 : text.split(/(?<=[.!?]) (?=\p{Lu})/u).length;
    if (faults.unfinished) tally.unfinished++;
    for (const kind of ['twice', 'loops', 'invented'] as const) if (faults[kind].length > 0) tally[kind]++;
    for (const word of faults.falseAlarms) falseAlarms[word] = (falseAlarms[word] ?? 0) + 1;
    if (isFaulty(faults)) console.log(`WRONG ${JSON.stringify(faults)}`);
    if (isFaulty(faults) || values.show) console.log(`${term} [${finishReason}]: ${text}`);
  }
  await engine.dispose();
  const mean = (numbers: readonly number[], digits: number): number =>
    Number((numbers.reduce((sum, one) => sum + one, 0) / numbers.length).toFixed(digits));
  console.log(
    JSON.stringify({
      ...tally,
      ...(overlaps.length > 0 && {
        rouge1: mean(
          overlaps.map(({ rouge1 }) => rouge1),
          4,
        ),
        rougeL: mean(
          overlaps.map(({ rougeL }) => rougeL),
          4,
        ),
      }),
      meanWords: mean(words, 1),
      meanSteps: mean([steps / tally.asked], 1),
      reasons,
      withheld,
      falseAlarms,
      msPerStep: mean([ms / steps], 2),
    }),
  );
  if (tally.unfinished + tally.twice + tally.loops + tally.invented > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
