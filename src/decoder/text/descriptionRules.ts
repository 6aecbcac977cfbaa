import type { FactRule, FinishReason } from '../../protocol/decoder';
import { SPECIAL_IDS } from '../../tokenizer/bioGptTokenizer';
import { endsWord } from '../../tokenizer/endOfWord';
import type { IncrementalDecoder } from '../../tokenizer/incrementalDecoder';
import { repeatedTail, sentenceEnd } from '../generation/stopRules';
import type { RuledText, Verdict } from '../generation/wholeSentences';
import { saysNothing } from './circles';
import { claimFinder } from './claims';
import { drifts } from './drift';
import { FactSource, inventedFactAt } from './facts';
import { nameFinder, wordsOf } from './inventedNames';
import { hasLooseEnds } from './looseEnds';
import { loops, saidSentence, sayTheSame, wordsIn, type SaidSentence } from './repeats';

/** More tokens than any rule about tokens looks back. */
const LOOK_BACK = 24;

const GOES_ON: Verdict = { kind: 'goesOn' };
const RESTS: Verdict = { kind: 'rests' };
const breaks = (reason: FinishReason): Verdict => ({ kind: 'breaks', reason });

export interface DescriptionRulesOptions {
  term: string;
  /** What the description begins with: "{term} is". */
  beginning: string;
  /** Ids of the beginning. */
  beginningIds: readonly number[];
  /** Has read nothing. */
  decoder: IncrementalDecoder;
  facts: FactRule;
  /** Texts that facts may be drawn from. */
  grounds: readonly string[];
  symbolOf: (id: number) => string;
}

/**
 * The rules of a description, as the text behind its beginning: whole sentences; none twice or nearly so, no phrase over and
 * over; none that only goes round the term, or speaks of what was never named; none that turns from the term to a study or to
 * the reader; with `documentOnly` no number, dose, variant, identifier, citation, gene symbol, drug, way of inheritance or
 * place that the grounds do not hold. Each is asked when a word ends, of the sentence it stands in: those before were judged.
 */
export function descriptionRules(options: DescriptionRulesOptions): RuledText {
  const decoder = options.decoder.clone();
  for (const id of options.beginningIds) decoder.push(id);
  return new Description(rulesOf(options, decoder.text.length), {
    recent: [],
    decoder,
    said: '',
    sentences: [],
    saidWords: '',
    verdict: GOES_ON,
    open: false,
  });
}

/** What is the same for all texts of one request. */
interface Rules {
  term: string;
  beginning: string;
  /** UTF-16 units of the beginning's text as decoded. */
  behind: number;
  symbolOf: (id: number) => string;
  endsSentence: (recent: readonly number[]) => boolean;
  /** @param before text before the sentence, beginning included */
  inventsFact: (before: string, sentence: string, growing: boolean) => boolean;
  /** Of a word that goes on. */
  inventsName: (begun: string) => boolean;
}

function rulesOf(
  { term, beginning, beginningIds, facts, grounds, symbolOf }: DescriptionRulesOptions,
  behind: number,
): Rules {
  const ends = sentenceEnd(symbolOf, beginningIds.slice(-8).map(symbolOf));
  const source = new FactSource(grounds);
  const known = facts === 'documentOnly' ? [...grounds, beginning] : [];
  const inventedNameAt = nameFinder(facts === 'documentOnly' ? wordsOf(grounds, beginning) : new Set());
  const inventedClaimAt = claimFinder(known);
  return {
    term,
    beginning,
    behind,
    symbolOf,
    endsSentence: (recent) => ends(recent) !== null,
    inventsFact: (before, sentence, growing) =>
      facts === 'documentOnly' &&
      (inventedFactAt(before, sentence, growing, source) >= 0 ||
        inventedNameAt(sentence, growing) >= 0 ||
        inventedClaimAt(sentence) >= 0),
    inventsName: (begun) => facts === 'documentOnly' && inventedNameAt(begun, true) >= 0,
  };
}

interface Written {
  /** The last new ids. */
  recent: readonly number[];
  decoder: IncrementalDecoder;
  /** Text behind the beginning, up to the end of the last whole sentence. */
  said: string;
  sentences: readonly SaidSentence[];
  /** Their words, with blanks between. */
  saidWords: string;
  verdict: Verdict;
  /** Tokens stand behind the last whole sentence. */
  open: boolean;
}

class Description implements RuledText {
  readonly verdict: Verdict;

  constructor(
    private readonly rules: Rules,
    private readonly written: Written,
  ) {
    this.verdict = written.verdict;
  }

  then(id: number): RuledText {
    const { rules, written } = this;
    if (id === SPECIAL_IDS.eos) {
      const whole = !written.open && written.sentences.length > 0;
      return this.with({ verdict: whole ? RESTS : breaks('endOfText') });
    }
    const decoder = written.decoder.clone();
    decoder.push(id);
    const next = this.with({
      decoder,
      recent: [...written.recent, id].slice(-LOOK_BACK),
      open: true,
      verdict: GOES_ON,
    });
    return endsWord(rules.symbolOf(id)) ? next.judged() : next.begun();
  }

  /** Asks about a word that has only begun whether it is a fact by now, so that the search can turn to another one. */
  private begun(): Description {
    const { rules, written } = this;
    const own = written.decoder.text.slice(rules.behind + written.said.length);
    const [word] = /\S*$/u.exec(own)!;
    const invents = /\p{N}/u.test(word)
      ? rules.inventsFact(rules.beginning + written.said, own, true)
      : // Letters alone may become any word, "ten" a "tendon", but two capitals no other than a name.
        /\p{Lu}/u.test(word) && rules.inventsName(word);
    return invents ? this.with({ verdict: breaks('fact') }) : this;
  }

  private with(changes: Partial<Written>): Description {
    return new Description(this.rules, { ...this.written, ...changes });
  }

  /** Asks the rules about a word's end. */
  private judged(): Description {
    const { rules, written } = this;
    const text = written.decoder.text.slice(rules.behind);
    const own = text.slice(written.said.length);
    const sentence = written.said === '' ? rules.beginning + own : own.trim();
    if (repeatedTail(written.recent) > 0 || loops(sentence, own, written.saidWords)) {
      return this.with({ verdict: breaks('repetition') });
    }
    if (drifts(own.trim(), rules.term, written.said === '' ? rules.beginning : '')) {
      return this.with({ verdict: breaks('drift') });
    }
    const over = rules.endsSentence(written.recent);
    if (rules.inventsFact(rules.beginning + written.said, own, !over)) return this.with({ verdict: breaks('fact') });
    if (!over) return this;
    // "Sepsis is.": an untrained network would be content with that.
    if (wordsIn(own).length === 0) return this.with({ verdict: breaks('endOfText') });
    const saying = saidSentence(sentence, rules.beginning);
    if (hasLooseEnds(sentence, rules.term, written.said)) return this.with({ verdict: breaks('drift') });
    if (saysNothing(sentence, rules.term) || written.sentences.some((before) => sayTheSame(before, saying))) {
      return this.with({ verdict: breaks('repetition') });
    }
    return this.with({
      verdict: RESTS,
      said: text,
      sentences: [...written.sentences, saying],
      saidWords: [written.saidWords, ...wordsIn(own)].filter((word) => word !== '').join(' '),
      open: false,
    });
  }
}
