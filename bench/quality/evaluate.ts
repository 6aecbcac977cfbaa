import { Engine } from '../../src/decoder/engine';
import { COMPLETION_DEFAULTS } from '../../src/completion/defaults';
import { DESCRIPTION_DEFAULTS, firstDescription } from '../../src/completion/description';
import { repairSpacing } from '../../src/prose';
import { readCorpus } from '../lib/corpus';
import { informationIn, textsOf } from './bitsPerCharacter';
import { addEffort, figuresOf, type DocumentSums } from './figures';
import { noEffort, write } from './keystrokes/writer';
import { overlap, type Overlap } from './overlap';
import { randomFor, shuffled } from './random';
import type { Figures, Report } from './report';
import { kneserNeyEngine, systemOf, wordSuggestionsSystem, type System } from './system';
import { chooseDefinitions, type Definition } from './text/definitions';
import { choosePassages, type SectionPassage } from './text/passages';
import { proseOf, type ProseDocument } from './text/prose';

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
  threads?: number;
}

export type OnProgress = (stage: string, done: number, total: number) => void;

const PASSAGES = 200;
const DEFINITIONS = 60;
const ORDER = 5;
/** Independent random streams. */
const PART = { documents: 1, passages: 2, definitions: 3 };

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
  const engine = await Engine.open(options.model, {
    ...(options.threads && { threads: options.threads }),
    // Figures must not depend on how fast the machine is.
    now: () => 0,
  });
  try {
    const systems = new Map<string, System>([['model', systemOf(engine, caution)]]);
    if (!options.peers) notes.push('Peers were left out, as asked.');
    if (options.peers && options.train !== undefined) {
      const texts = trainingTexts(options.train, onProgress);
      const peer = await kneserNeyEngine(texts, engine.tokenizer, engine.info, ORDER, (order) =>
        onProgress('counting n-grams', order, ORDER),
      );
      systems.set('kneserNey5', systemOf(peer, caution));
    } else if (options.peers) {
      notes.push('The 5-gram peer was left out: it needs training text (--train FILE).');
    }
    if (options.peers) systems.set('wordSuggestions', wordSuggestionsSystem());

    const read = shuffled(documents, randomFor(seed, PART.documents)).slice(0, limit);
    const passages = choosePassages(documents, limit ?? PASSAGES, randomFor(seed, PART.passages));
    const definitions = chooseDefinitions(documents, limit ?? DEFINITIONS, randomFor(seed, PART.definitions));
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
    const { kneserNey5, wordSuggestions } = Object.fromEntries(figures);
    return {
      model: engine.info.name,
      precision: engine.info.precision,
      seed,
      caution,
      ...figures.get('model')!,
      peers: { ...(kneserNey5 && { kneserNey5 }), ...(wordSuggestions && { wordSuggestions }) },
      text: {
        documents: read.length,
        characters: read.flatMap(textsOf).reduce((sum, { text }) => sum + [...text].length, 0),
        passages: passages.length,
        passageCharacters: passages.reduce((sum, { text }) => sum + [...text].length, 0),
      },
      notes,
    };
  } finally {
    await engine.dispose();
  }
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
  sums: Map<string, DocumentSums>, { engine }: System, documents: readonly ProseDocument[],
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  if (!engine) return;
  for (const [index, document] of documents.entries()) {
    onProgress(index, documents.length);
    const { information } = sumsOf(sums, document.id);
    for (const { kind, text } of textsOf(document)) {
      const { bits, characters } = await informationIn(text, engine);
      const sum = (information[kind] ??= { bits: 0, characters: 0 });
      sum.bits += bits;
      sum.characters += characters;
    }
  }
}

async function addEfforts(
  sums: Map<string, DocumentSums>, { suggester, forget }: System, passages: readonly SectionPassage[],
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
  { engine }: System, definitions: readonly Definition[], onProgress: (done: number, total: number) => void,
): Promise<Overlap[]> {
  if (!engine) return [];
  const overlaps: Overlap[] = [];
  for (const [index, { term, reference }] of definitions.entries()) {
    onProgress(index, definitions.length);
    const { text } = await engine.describe({ term, ...firstDescription(DESCRIPTION_DEFAULTS) });
    // As long as the reference: the overlap is not to reward or punish length.
    const words = repairSpacing(text).split(' ').slice(0, reference.split(' ').length);
    overlaps.push(overlap(words.join(' '), reference));
  }
  return overlaps;
}

function sumsOf(sums: Map<string, DocumentSums>, id: string): DocumentSums {
  const known = sums.get(id) ?? { information: {}, efforts: {} };
  sums.set(id, known);
  return known;
}
