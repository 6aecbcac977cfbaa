/**
 * What a text says for a relation that a model has read from it. The relation models of the paper never saw a text without
 * relations and invent some: a name that the text doesn't hold is the sign of it.
 */
import { NameFinder, type Span } from './names';
import { seemsNegated } from './negation';
import { sentencesOf } from './sentences';

/** A short form and what the document says it stands for. */
export interface Abbreviation {
  short: string;
  long: string;
}

/** The places that support a relation. */
export interface Evidence {
  /** Of the first and of the second name, in the text's order; their long and short forms in the document included. */
  mentions: readonly [readonly Span[], readonly Span[]];
  /** Whether the text holds both names. */
  grounded: boolean;
  /** The sentences in which both stand; where there are none, the two nearest, one with each name. */
  sentences: readonly Span[];
  /** Both names stand in one sentence. */
  sameSentence: boolean;
  /** Every sentence with both seems to deny that they have to do with each other. */
  negated: boolean;
}

/** Looks for evidence in one text; the work on the text is done once. */
export class Grounding {
  private readonly finder: NameFinder;

  /**
   * @param abbreviations the document's own
   * @param sentences of the text; default: by its punctuation
   * @param parts of the text that no name runs over, such as a title; default: none
   */
  constructor(
    private readonly text: string,
    private readonly abbreviations: readonly Abbreviation[] = [],
    private readonly sentences: readonly Span[] = sentencesOf(text),
    private readonly parts: readonly Span[] = [{ start: 0, end: text.length }],
  ) {
    this.finder = new NameFinder(text);
  }

  /** All places of a name: as it is written, without or by its brackets ("monoamine oxidase (MAO)"), and abbreviated. */
  mentionsOf(name: string): Span[] {
    const found = [...this.formsOf(name)]
      .flatMap((form) => this.finder.find(form))
      .filter((span) => this.parts.some(({ start, end }) => span.start >= start && span.end <= end));
    // Of places that overlap the longest is the mention.
    const taken: Span[] = [];
    for (const span of found.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)) {
      if (!taken.some(({ start, end }) => span.start < end && start < span.end)) taken.push(span);
    }
    return taken.sort((a, b) => a.start - b.start);
  }

  evidenceFor(first: string, second: string): Evidence {
    const mentions = [this.mentionsOf(first), this.mentionsOf(second)] as const;
    const [a, b] = mentions;
    const grounded = a.length > 0 && b.length > 0;
    const together = this.sentences.filter((sentence) => holds(sentence, a) && holds(sentence, b));
    const sentences = together.length > 0 || !grounded ? together : this.nearest(a, b);
    const negated =
      together.length > 0 &&
      together.every((sentence) => {
        const spans = [...within(sentence, a), ...within(sentence, b)];
        const between = {
          start: Math.min(...spans.map(({ start }) => start)),
          end: Math.max(...spans.map(({ end }) => end)),
        };
        return seemsNegated(this.text, sentence, between);
      });
    return { mentions, grounded, sentences, sameSentence: together.length > 0, negated };
  }

  private formsOf(name: string): Set<string> {
    const forms = new Set([name]);
    const brackets = /^(.*\S)\s*\(([^()]+)\)$/.exec(name.trim());
    if (brackets) forms.add(brackets[1]!).add(brackets[2]!);
    const same = (a: string, b: string): boolean => plainly(a) === plainly(b);
    for (const form of [...forms]) {
      for (const { short, long } of this.abbreviations) {
        if (same(form, short)) forms.add(long);
        if (same(form, long)) forms.add(short);
      }
    }
    return forms;
  }

  private nearest(a: readonly Span[], b: readonly Span[]): Span[] {
    const indexOf = (span: Span): number => this.sentences.findIndex((sentence) => holds(sentence, [span]));
    let best: [number, number] | null = null;
    for (const i of new Set(a.map(indexOf))) {
      for (const j of new Set(b.map(indexOf))) {
        if (i < 0 || j < 0) continue;
        if (!best || Math.abs(i - j) < Math.abs(best[0] - best[1])) best = [i, j];
      }
    }
    return best ? best.sort((x, y) => x - y).map((index) => this.sentences[index]!) : [];
  }
}

const plainly = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

function within(sentence: Span, spans: readonly Span[]): Span[] {
  return spans.filter(({ start, end }) => start >= sentence.start && end <= sentence.end);
}

function holds(sentence: Span, spans: readonly Span[]): boolean {
  return within(sentence, spans).length > 0;
}
