import { join } from 'node:path';
import { openGlossary } from '../../src/cli/glossaryFile';
import { Engine } from '../../src/decoder/engine';
import { IdEngine } from '../../src/decoder/idEngine';
import { loadModel } from '../../src/decoder/loadedModel';
import { COMPLETION_DEFAULTS } from '../../src/completion/options';
import { DESCRIPTION_DEFAULTS, firstDescription } from '../../src/completion/description';
import { readCorpus } from '../lib/corpus';
import { informationIn, textsOf } from './bitsPerCharacter';
import { addEffort, figuresOf, type DocumentSums } from './figures';
import { noEffort, write } from './keystrokes/writer';
import { scorerOf, type Scorer } from './scorer';
import { definitionOverlap, type Overlap } from './overlap';
import { randomFor, shuffled, STREAM } from './random';
import { measureFinishing, measureHealing } from './healing';
import type { Figures, PartFigures, Report } from './report';
import {
  enginePartsOf,
  kneserNeyPeer,
  PARTS,
  PLAIN,
  systemOf,
  wordSuggestionsSystem,
  type Part,
  type System,
} from './system';
import { chooseDefinitions, type Definition } from './text/definitions';
import { choosePassages, type SectionPassage } from './text/passages';
import { proseOf, type ProseDocument } from './text/prose';
import { chooseTerms } from './text/terms';

export interface EvaluateOptions {
  model: string;
  corpus: string;
  /** Text that the n-gram peer learns from; without one it is left out. */
  train?: string;
  peers: boolean;
  /** This many passages, documents for bits per character and definitions; by default 200, all and 60. */
  limit?: number;
  seed: number;
  /** What a wrong word costs, in characters; by default the product's. */
  caution?: number;
  /** Parts of the product to leave out. */
  without?: readonly Part[];
  /** Also measures keys without each part, without all but token healing, and without all of them. */
  parts?: boolean;
  /** Also measures how words are completed of which half the letters are typed. */
  healing?: boolean;
  threads?: number;
}

export type OnProgress = (stage: string, done: number, total: number) => void;

const PASSAGES = 200;
const DEFINITIONS = 60;
const GLOSSARY = join(__dirname, '..', '..', 'glossary');
const TERMS = 500;
const ORDER = 5;

/**
 * Measures a model folder, and its peers in the same run. Everything but the latencies depends on the options
 * alone.
 *
 * @throws Error for a corpus without prose, ModelError for a folder that holds no model.
 */
export async function evaluate(options: EvaluateOptions, onProgress: OnProgress): Promise<Report> {
  const { seed, limit, caution = COMPLETION_DEFAULTS.caution } = options;
  const notes: string[] = [];
  const documents = await readProse(options.corpus);
  const without = new Set(options.without);
  const model = await openModel(options, without);
  const { engine } = model;
  try {
    const systems = new Map<string, System>([['model', systemOf(model, caution, without)]]);
    if (!options.peers) notes.push('Peers were left out, as asked.');
    if (options.peers && options.train !== undefined) {
      const texts = trainingTexts(options.train, onProgress);
      const peer = await kneserNeyPeer(
        texts,
        engine.tokenizer,
        engine.info,
        ORDER,
        (order) => onProgress('counting n-grams', order, ORDER),
        without,
      );
      systems.set('kneserNey5', systemOf(peer, caution, without));
    } else if (options.peers) {
      notes.push('The 5-gram peer was left out: it needs training text (--train FILE).');
    }
    if (options.peers) systems.set('wordSuggestions', wordSuggestionsSystem());

    const read = shuffled(documents, randomFor(seed, STREAM.documents)).slice(0, limit);
    const passages = choosePassages(documents, limit ?? PASSAGES, randomFor(seed, STREAM.passages));
    const definitions = chooseDefinitions(documents, limit ?? DEFINITIONS, randomFor(seed, STREAM.definitions));
    const figures = new Map<string, Figures>();
    for (const [name, system] of systems) {
      const sums = new Map<string, DocumentSums>();
      await addInformation(sums, system, read, (done, total) => onProgress(`${name}: reading`, done, total));
      await addEfforts(sums, system, passages, (done, total) => onProgress(`${name}: writing`, done, total));
      const overlaps = await describeAll(system, definitions, (done, total) =>
        onProgress(`${name}: describing`, done, total),
      );
      figures.set(name, figuresOf([...sums.values()], overlaps, seed));
    }
    const healing = options.healing
      ? await measureHealing(engine, chooseTerms(documents, randomFor(seed, STREAM.terms)), limit ?? TERMS, (done) =>
          onProgress('completing terms', done, limit ?? TERMS),
        )
      : undefined;
    const finishing = options.healing
      ? await measureFinishing(
          engine,
          chooseTerms(documents, randomFor(seed, STREAM.terms)),
          limit ?? TERMS,
          without.has('gate') ? 0 : caution,
          (done) => onProgress('finishing unknown terms', done, limit ?? TERMS),
        )
      : undefined;
    const parts = options.parts ? await measureParts(options, caution, passages, onProgress) : undefined;
    const { kneserNey5, wordSuggestions } = Object.fromEntries(figures);
    return {
      model: engine.info.name,
      precision: engine.info.precision,
      seed,
      caution,
      without: [...without],
      ...figures.get('model')!,
      peers: { ...(kneserNey5 && { kneserNey5 }), ...(wordSuggestions && { wordSuggestions }) },
      text: {
        documents: read.length,
        characters: read.flatMap(textsOf).reduce((sum, { text }) => sum + [...text].length, 0),
        passages: passages.length,
        passageCharacters: passages.reduce((sum, { text }) => sum + [...text].length, 0),
      },
      ...(healing && { healing }),
      ...(finishing && { finishing }),
      ...(parts && { parts }),
      notes,
    };
  } finally {
    await engine.dispose();
  }
}

async function openModel(
  { model, threads }: EvaluateOptions,
  without: ReadonlySet<Part>,
): Promise<{ engine: Engine; scorer: Scorer }> {
  const loaded = await loadModel(model, threads ? { threads } : {});
  // Figures must not depend on how fast the machine is.
  const now = (): number => 0;
  return {
    engine: Engine.over(loaded, { now, parts: enginePartsOf(without) }),
    scorer: scorerOf(new IdEngine(loaded, now)),
  };
}

/** Keys with everything, without each part, without all but token healing, and without any. */
async function measureParts(
  options: EvaluateOptions,
  caution: number,
  passages: readonly SectionPassage[],
  onProgress: OnProgress,
): Promise<PartFigures[]> {
  const measured: PartFigures[] = [];
  for (const without of [[], ...PARTS.map((part) => [part]), [...PLAIN], [...PARTS]]) {
    const name = without.length === 0 ? 'everything' : `without ${without.join(', ')}`;
    const model = await openModel(options, new Set(without));
    try {
      const sums = new Map<string, DocumentSums>();
      await addEfforts(sums, systemOf(model, caution, new Set(without)), passages, (done, total) =>
        onProgress(`${name}: writing`, done, total),
      );
      measured.push({ without, figures: figuresOf([...sums.values()], [], options.seed) });
    } finally {
      await model.engine.dispose();
    }
  }
  return measured;
}

async function readProse(corpus: string): Promise<ProseDocument[]> {
  const documents: ProseDocument[] = [];
  for await (const document of readCorpus(corpus)) {
    const prose = proseOf(document);
    if (prose.sections.length > 0) documents.push(prose);
  }
  if (documents.length === 0) throw new Error(`${corpus} holds no prose: paragraphs of whole sentences.`);
  return documents;
}

async function* trainingTexts(corpus: string, onProgress: OnProgress): AsyncGenerator<string> {
  const documents = await readProse(corpus);
  for (const [index, document] of documents.entries()) {
    if (index % 100 === 0) onProgress('reading training text', index, documents.length);
    for (const { text } of textsOf(document)) yield text;
  }
}

async function addInformation(
  sums: Map<string, DocumentSums>,
  { model }: System,
  documents: readonly ProseDocument[],
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  if (!model) return;
  for (const [index, document] of documents.entries()) {
    onProgress(index, documents.length);
    const { information } = sumsOf(sums, document.id);
    for (const { kind, text } of textsOf(document)) {
      const { bits, characters } = await informationIn(text, model.scorer);
      const sum = (information[kind] ??= { bits: 0, characters: 0 });
      sum.bits += bits;
      sum.characters += characters;
    }
  }
}

async function addEfforts(
  sums: Map<string, DocumentSums>,
  { suggester, forget }: System,
  passages: readonly SectionPassage[],
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  for (const [index, passage] of passages.entries()) {
    onProgress(index, passages.length);
    const { efforts } = sumsOf(sums, passage.documentId);
    const effort = (efforts[passage.kind] ??= { byWord: noEffort(), whole: noEffort() });
    // By word first: the second replay finds the answers remembered, and no latency is counted twice.
    addEffort(effort.byWord, await write(suggester, passage, 'byWord'));
    addEffort(effort.whole, await write(suggester, passage, 'whole'));
    forget();
  }
}

async function describeAll(
  { model }: System,
  definitions: readonly Definition[],
  onProgress: (done: number, total: number) => void,
): Promise<Overlap[]> {
  if (!model) return [];
  const overlaps: Overlap[] = [];
  const glossary = openGlossary(GLOSSARY);
  for (const [index, { term, reference }] of definitions.entries()) {
    onProgress(index, definitions.length);
    const grounds = glossary.lookup(term).map(({ entry }) => `${entry.term}: ${entry.definition}`);
    const { text } = await model.engine.describe({
      term,
      facts: 'documentOnly',
      grounds,
      ...firstDescription(DESCRIPTION_DEFAULTS),
    });
    overlaps.push(definitionOverlap(text, reference));
  }
  return overlaps;
}

function sumsOf(sums: Map<string, DocumentSums>, id: string): DocumentSums {
  const known = sums.get(id) ?? { information: {}, efforts: {} };
  sums.set(id, known);
  return known;
}
