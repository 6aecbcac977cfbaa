import { LONGEST_MATCH, NgramIndex, type Match } from './ngramIndex';

/** A token that may come next. */
export interface Guess {
  id: number;
  /** Estimated probability that it does, the guesses before it being right. */
  chance: number;
}

/** Where a guess comes from: the text itself, or what was written before in this process. */
type Source = 'text' | 'memory';
/** How well the places of a match agree on what follows. */
type Support = 'one' | 'few' | 'many' | 'most' | 'split';

/** Outcomes of guesses of one kind. */
interface Record {
  right: number;
  all: number;
}

/** A guess and the record of its kind. */
interface OwnGuess extends Guess {
  kind: Record;
}

/**
 * How often a guess was right, by length of the match from 1 to `LONGEST_MATCH`, before anything is known of
 * the model at hand: seen with the starter model on its training articles.
 */
const PRIORS: { readonly [source in Source]: { readonly [support in Support]: readonly number[] } } = {
  text: {
    one: [0.25, 0.46, 0.62, 0.74, 0.79, 0.81, 0.88, 0.94],
    few: [0.56, 0.78, 0.83, 0.9, 0.91, 0.95, 0.97, 0.97],
    many: [0.8, 0.95, 0.95, 0.97, 0.97, 0.97, 0.97, 0.98],
    most: [0.52, 0.54, 0.54, 0.58, 0.58, 0.58, 0.6, 0.71],
    split: [0.19, 0.26, 0.36, 0.42, 0.42, 0.48, 0.48, 0.58],
  },
  memory: {
    one: [0.2, 0.37, 0.41, 0.58, 0.66, 0.72, 0.72, 0.81],
    few: [0.32, 0.54, 0.57, 0.58, 0.74, 0.75, 0.83, 0.87],
    many: [0.43, 0.68, 0.78, 0.78, 0.88, 0.9, 0.9, 0.96],
    most: [0.37, 0.41, 0.41, 0.45, 0.55, 0.67, 0.75, 0.85],
    split: [0.16, 0.16, 0.24, 0.24, 0.28, 0.3, 0.3, 0.3],
  },
};
/** Guesses that a prior counts for. */
const PRIOR_WEIGHT = 8;
/** Records are halved at this count, so that what happened lately weighs more. */
const FULL_RECORD = 256;
/** Tokens of earlier generations that are remembered: half of it once it is full. */
const MEMORY_TOKENS = 16_384;
/** Stands between two generations; no token has this id. */
const GAP = -1;

/**
 * Guesses how a text goes on from what followed the same tokens before: earlier in the whole text, beyond
 * the model's window as well (prompt lookup; Saxena 2023), and in what the model wrote before. Learns from
 * each token how far its guesses can be trusted.
 */
export class Drafter {
  private readonly text = new NgramIndex();
  private readonly memory = new NgramIndex();
  private readonly records = { text: freshRecords('text'), memory: freshRecords('memory') };
  /** The guesses for the tokens to come. */
  private guesses: OwnGuess[] = [];
  /** Tokens of `text` that the generation began with. */
  private begun = 0;

  /** Begins a generation behind `text`, ids of the whole document up to there. */
  begin(text: readonly number[]): void {
    this.text.assign(text);
    this.begun = text.length;
    this.guesses = [];
  }

  /** The text has grown by `id`. */
  grow(id: number): void {
    this.text.append(id);
    const guess = this.guesses.shift();
    if (guess === undefined) return;
    guess.kind.all++;
    if (guess.id === id) guess.kind.right++;
    else this.guesses = [];
    if (guess.kind.all >= FULL_RECORD) {
      guess.kind.all /= 2;
      guess.kind.right /= 2;
    }
  }

  /** The likeliest next tokens, each given those before it, for as long as something is known. */
  *guess(): Generator<Guess, void> {
    this.guesses = [];
    const tail = this.text.ids.slice(-LONGEST_MATCH);
    for (;;) {
      const next = likelier(this.candidate('text', tail), this.candidate('memory', tail));
      if (next === null) return;
      this.guesses.push(next);
      tail.push(next.id);
      yield next;
    }
  }

  /** The generation is over: what it wrote is remembered. */
  end(): void {
    const { ids } = this.text;
    if (ids.length === this.begun) return;
    this.memory.append(GAP);
    for (const id of ids.slice(Math.max(0, this.begun - LONGEST_MATCH))) this.memory.append(id);
    if (this.memory.length > MEMORY_TOKENS) this.memory.assign(this.memory.ids.slice(-MEMORY_TOKENS / 2));
  }

  private candidate(source: Source, tail: readonly number[]): OwnGuess | null {
    const match = this[source].find(tail);
    if (match === null || match.id === GAP) return null;
    const kind = this.records[source][supportOf(match)][match.length - 1]!;
    return { id: match.id, kind, chance: kind.right / kind.all };
  }
}

function freshRecords(source: Source): { readonly [support in Support]: readonly Record[] } {
  const fresh = (support: Support): Record[] =>
    PRIORS[source][support].map((share) => ({ right: share * PRIOR_WEIGHT, all: PRIOR_WEIGHT }));
  return { one: fresh('one'), few: fresh('few'), many: fresh('many'), most: fresh('most'), split: fresh('split') };
}

function likelier(a: OwnGuess | null, b: OwnGuess | null): OwnGuess | null {
  if (a === null || b === null) return a ?? b;
  return b.chance > a.chance ? b : a;
}

function supportOf({ places, agreeing }: Match): Support {
  if (places === 1) return 'one';
  if (agreeing === places) return places > 3 ? 'many' : 'few';
  return 2 * agreeing > places ? 'most' : 'split';
}
