import type { SymbolIndex } from '../../tokenizer/symbolIndex';
import type { SpeculativeModel } from './languageModel';
import { logSumExp } from './logProbability';
import type { LogitsProcessor } from './logitsProcessors';

/** A word that may come next. */
export interface ListedWord {
  /** Its pieces: the letters typed, and the rest; the last one ends it. */
  ids: readonly number[];
  /** How likely it is to come next, whatever the model finds. */
  prior: number;
}

/** The words of a list behind a text, given that the next word begins with the letters typed. */
export interface RankedWords {
  /** The likeliest first. */
  words: readonly { ids: readonly number[]; probability: number }[];
  /** The probability of all words together that no list has. */
  unlisted: number;
}

export interface ListSearch {
  /** The typed part of the word. */
  letters: string;
  index: SymbolIndex;
  /** The letters of a token. */
  spellingOf: (id: number) => string;
  /** As they are applied to a text that is written. */
  processors: readonly LogitsProcessor[];
  /** The share of what the model gives to words of no list that it is believed, 0 to 1. */
  belief: number;
  signal?: AbortSignal;
}

/** Most passes, each over the pieces of one word. */
const MOST_PASSES = 4;
/** What lies behind pieces that were not read is not worth a pass if it has less than this part of what is known. */
const NEGLIGIBLE = 0.1;
/** The part of it that belongs to the words listed: the rest begins otherwise. */
const UNREAD_SHARE = 0.3;
/** A model of pieces is too sure of itself; chosen on training text, as the powers by which its chances come true. */
const SHARPNESS = 0.75;

/** Pieces with which some of the words begin. */
interface Node {
  readonly ids: readonly number[];
  /** Letters that are still to be spelt. */
  readonly rest: string;
  readonly next: Map<number, Node>;
  /** The word that ends here. */
  word?: ListedWord;
  /** The model's probability of the pieces; known once the one before was read. */
  chance?: number;
  read: boolean;
}

/**
 * Finds how likely some words are behind a text. A word's probability is the model's for its pieces and its prior; what the
 * model gives to other words that begin with the letters counts in part: a model of pieces writes many that do not exist.
 * Greedy search instead chooses the likeliest piece, "pre" for the sake of all words that begin with it.
 *
 * @param model its current sequence is the text; it stays.
 * @param firstLogits next-token logits [vocab] behind the text.
 * @param words all begin with the letters; the likeliest by themselves first.
 * @throws the signal's reason
 */
export async function rankListed(
  model: SpeculativeModel,
  firstLogits: Float32Array,
  words: readonly ListedWord[],
  search: ListSearch,
): Promise<RankedWords> {
  if (words.length === 0) return { words: [], unlisted: 1 };
  const tree = new WordTree(words, search);
  tree.read(tree.root, firstLogits.slice());
  for (let passes = 0; passes < MOST_PASSES; passes++) {
    const path = tree.worthReading();
    if (path === undefined) break;
    const ids = path.at(-1)!.ids;
    const rows = await model.verify(ids, search.signal);
    model.takeBack(ids.length);
    for (const node of path) {
      const { length } = node.ids;
      if (!node.read) tree.read(node, rows.slice((length - 1) * model.vocabSize, length * model.vocabSize));
    }
  }
  return tree.ranked();
}

class WordTree {
  readonly root: Node;
  private readonly nodes: Node[] = [];
  /** The model's probability of words that begin with the letters and are not among these. */
  private unlisted = 0;

  constructor(
    words: readonly ListedWord[],
    private readonly search: ListSearch,
  ) {
    this.root = this.node([], search.letters);
    this.root.chance = 1;
    for (const word of words) {
      let node = this.root;
      for (const id of word.ids) {
        let next = node.next.get(id);
        if (next === undefined) {
          next = this.node([...node.ids, id], node.rest.slice(search.spellingOf(id).length));
          node.next.set(id, next);
        }
        node = next;
      }
      node.word = word;
    }
  }

  /** @param logits behind the pieces of `node`; changed. */
  read(node: Node, logits: Float32Array): void {
    const { index, spellingOf, processors } = this.search;
    for (const process of processors) process(logits, node.ids);
    const sum = logSumExp(logits);
    const chance = (id: number): number => node.chance! * Math.exp(logits[id]! - sum);
    let others = node.rest === '' ? node.chance! : 0;
    if (node.rest !== '') {
      for (const id of index.piecesToward(node.rest)) {
        if (spellingOf(id).length >= node.rest.length) others += chance(id);
      }
    }
    for (const [id, next] of node.next) {
      next.chance = chance(id);
      if (next.rest === '') others -= next.chance;
    }
    this.unlisted += Math.max(0, others);
    node.read = true;
  }

  /** The nodes down to a word's last piece but one, by the likeliest of those that were not read. */
  worthReading(): Node[] | undefined {
    const open = this.unread();
    if (open.length === 0) return undefined;
    const best = open.reduce((a, b) => (b.chance! > a.chance! ? b : a));
    const known = this.nodes.reduce((sum, { word, chance = 0 }) => sum + (word ? chance + word.prior : 0), 0);
    if (best.chance! < NEGLIGIBLE * known) return undefined;
    const path: Node[] = [];
    let node = this.root;
    for (const id of best.ids) path.push((node = node.next.get(id)!));
    for (let next = first(node); next !== undefined && next.next.size > 0; next = first(next)) path.push(next);
    return path;
  }

  ranked(): RankedWords {
    const weigh = (chance: number): number => Math.pow(chance, SHARPNESS);
    const words = this.nodes.flatMap(({ word, chance = 0 }) =>
      word ? [{ word, weight: weigh(chance + word.prior) }] : [],
    );
    const unread = this.unread().reduce((sum, { chance }) => sum + chance!, 0);
    const unlisted = weigh(this.search.belief * this.unlisted);
    const all = words.reduce((sum, { weight }) => sum + weight, 0) + unlisted + weigh(UNREAD_SHARE * unread);
    words.sort((a, b) => b.weight - a.weight);
    return {
      words: words.map(({ word: { ids }, weight }) => ({ ids, probability: weight / all })),
      unlisted: unlisted / all,
    };
  }

  private unread(): Node[] {
    return this.nodes.filter(({ read, chance, next }) => !read && chance !== undefined && next.size > 0);
  }

  private node(ids: readonly number[], rest: string): Node {
    const node: Node = { ids, rest, next: new Map(), read: false };
    this.nodes.push(node);
    return node;
  }
}

function first({ next }: Node): Node | undefined {
  return next.values().next().value;
}
