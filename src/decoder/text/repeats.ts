/** A run of so many words that comes twice in one sentence is a loop; in the whole text, this many. */
const LOOP_IN_SENTENCE = 4;
const LOOP_IN_TEXT = 8;
/** How often a word that carries a meaning may stand in one sentence. */
const MOST_IN_SENTENCE = 2;
/** Share of the shorter one's words from which two sentences say the same. */
const SAME_SENTENCE = 0.65;

/** A sentence that was said, as later ones are held against it. */
export interface SaidSentence {
  /** All its words, in order. */
  words: string;
  /** Those that carry a meaning, the term's own left out; parts of hyphenated ones, in the singular. */
  content: ReadonlySet<string>;
}

/**
 * Whether a sentence goes round in a circle with the word that it ends in.
 *
 * @param sentence whole or begun, what the description begins with included
 * @param own of it, what was generated
 * @param saidWords words of the sentences before, as `wordsIn` gives them, with blanks between
 */
export function loops(sentence: string, own: string, saidWords: string): boolean {
  const words = wordsIn(own);
  if (comesTwice(apart(sentence), LOOP_IN_SENTENCE)) return true;
  if (saidWords !== '' && comesTwice([...saidWords.split(' '), ...words], LOOP_IN_TEXT)) return true;
  if (SAYS_OF_ITSELF.test(sentence) || SINGLE_IN_ITSELF.test(sentence) || PHRASE_IN_ITSELF.test(sentence)) return true;
  if (ADJECTIVE_AND_ITSELF.test(sentence) || THAN_ITSELF.test(sentence)) return true;
  if (
    SYMBOL_AND_ITSELF.test(sentence) ||
    COMMA_AND_PLURAL.test(sentence) ||
    X_AND_X.test(sentence) ||
    PHRASE_AND_PHRASE.test(sentence) ||
    TWICE_IN_A_ROW.test(sentence)
  )
    return true;
  if (repeatsItem(sentence) || goesOnInHyphens(own)) return true;
  const last = words.at(-1)!;
  return isContent(last) && words.filter((word) => word === last).length > MOST_IN_SENTENCE;
}

const WORD = '[\\p{L}\\p{N}]+(?:-[\\p{L}\\p{N}]+)*';
const BEGINS = '(?<![\\p{L}\\p{N}-])';
const ARTICLES = '(?:(?:an?|the|any|another|other|one) )*';
/** A noun behind which no other follows, which it might only describe: "risk of risk factors". */
const IS_OVER =
  '(?=[.,;:!?)]|\\s(?:and|or|of|in|with|for|to|by|on|at|is|are|was|were|that|which|who|as|from|than|the|an?)(?![\\p{L}\\p{N}-]))';

/** "sepsis is sepsis", "sepsis is the most common type of sepsis" */
const SAYS_OF_ITSELF = new RegExp(
  `^${ARTICLES}(.+?) (?:is|are|was|were) ${ARTICLES}(?:(?:[\\p{L}-]+ ){0,6}?(?:form|type|kind|case|cause|part|subtype|symptom|sign|feature)s? of ${ARTICLES})?\\1s?${IS_OVER}`,
  'iu',
);
const JOINS = '(?:and|or|and/or|including|such as)';
/** "anti-inflammatory and anti-inflammatory drugs" */
const ADJECTIVE_AND_ITSELF = new RegExp(
  `${BEGINS}(${WORD}(?<=(?:[aio]c|al|ive|ous|[ao]ry|able|ible|ful|less)))(?:,| and| or) \\1(?![\\p{L}\\p{N}-])`,
  'iu',
);
/** "higher in men than in men" */
const THAN_ITSELF = new RegExp(
  `${BEGINS}(?:in |for |of |with |among )?(${WORD}(?<=\\p{L}{3})) than (?:in |for |of |with |among )?\\1${IS_OVER}`,
  'iu',
);
/** "the NGLY1 or NGLY1 gene" */
const SYMBOL_AND_ITSELF =
  /(?<![\p{L}\p{N}-])(\p{Lu}[\p{Lu}\p{N}-]+)(?: and| or) (?:the )?\1(?= genes?| proteins?|[.,;])/u;
/** "heart disease, heart diseases," */
const COMMA_AND_PLURAL = new RegExp(`${BEGINS}((?:${WORD} ){0,2}${WORD}(?<=\\p{L}{4}))s?, \\1s?[,;.]`, 'iu');
/** "disease and disease of"; not "heart and heart valves" */
const X_AND_X = new RegExp(`${BEGINS}(${WORD}(?<=\\p{L}{4})),? ${JOINS} ${ARTICLES}\\1${IS_OVER}`, 'iu');
/** "blood pressure or the blood pressure that", "quality of life and quality of life" */
const PHRASE_AND_PHRASE = new RegExp(
  `${BEGINS}((?:${WORD} ){1,3}${WORD}(?<=\\p{L}{4})),? ${JOINS} ${ARTICLES}\\1(?=[\\s.,;:!?)])`,
  'iu',
);
/** "HIV-positive HIV-positive" */
const TWICE_IN_A_ROW = new RegExp(`${BEGINS}(${WORD}(?<=[\\p{L}\\p{N}-]{4})) \\1(?=[\\s.,;:!?)-])`, 'iu');
/** "a meta-analysis of a meta-analysis", "genes involved in these genes"; not "from person to person", "day by day" */
const SINGLE_IN_ITSELF = new RegExp(
  `${BEGINS}(${WORD}(?<=\\p{L}{3})) (?:(?:involved|found|located|present|seen|used|associated) )?(?:of|in|with|for|as) ` +
    `(?:these |those |this )?${ARTICLES}\\1${IS_OVER}`,
  'iu',
);
/** "glomerular filtration rate in glomerular filtration rate" */
const PHRASE_IN_ITSELF = new RegExp(
  `${BEGINS}((?:${WORD} ){1,3}${WORD}(?<=\\p{L}{4})) ` +
    `(?:of|in|with|for|as|on|at|from|by|to|than|during|between|within|among) ${ARTICLES}\\1(?=[\\s.,;:!?)])`,
  'iu',
);

const HYPHENATED = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+){3,}/gu;
/** Parts of one word; names of chemistry have some, in short ones and numbers. */
const MOST_PARTS = 6;

/** "Hashimoto-Hashimoat-Hashimoto-Hashimoin"; not "side-by-side" or "day-to-day". */
function goesOnInHyphens(text: string): boolean {
  return (text.match(HYPHENATED) ?? []).some((word) => {
    const parts = word
      .toLowerCase()
      .split('-')
      .filter((part) => part.length > 3);
    return parts.length > MOST_PARTS || new Set(parts).size < parts.length;
  });
}

const BETWEEN_ITEMS = /[,;:.!?](?=\s|$)|[()]|(?<![\p{L}\p{N}-])(?:and\/or|and|or|nor)(?![\p{L}\p{N}/-])/iu;
const ARTICLE = /^(?:an?|the)$/;

/** Whether the item of a list that has just ended was there before: "the lungs, the lungs", "fever and fever". */
function repeatsItem(sentence: string): boolean {
  const items = sentence
    .split(BETWEEN_ITEMS)
    // The last one may go on.
    .slice(0, -1)
    .map((item) => wordsIn(item).filter((word) => !ARTICLE.test(word)))
    .filter((words) => words.length > 0);
  const last = items.pop();
  if (!last?.some((word) => word.length > 1 && !SHORT_WORDS.has(word) && !FUNCTION_WORDS.has(word))) return false;
  const phrase = ` ${last.join(' ')}`;
  return items.some((words) => ` ${words.join(' ')}`.endsWith(phrase));
}

function comesTwice(words: readonly string[], count: number): boolean {
  if (words.length <= count) return false;
  return ` ${words.slice(0, -1).join(' ')} `.includes(` ${words.slice(-count).join(' ')} `);
}

/** Words in lower case, hyphenated ones as one. */
export function wordsIn(text: string): string[] {
  return text.toLowerCase().match(ALL_WORDS) ?? [];
}

const ALL_WORDS = new RegExp(WORD, 'gu');

/** Words that carry a meaning of their own, more or less. */
function isContent(word: string | undefined): boolean {
  return word !== undefined && word.length > 3 && !FUNCTION_WORDS.has(word);
}

const FUNCTION_WORDS = new Set(
  (
    'about after also although among another been before being between both could does during each either have however into ' +
    'many more most much must only other over same should some such than that their them then there these they this those ' +
    'through under used very well were when where which while will with within without would'
  ).split(' '),
);
const SHORT_WORDS = new Set(
  'is are was be has had can may not so if as at by in of on to up it its he she for but who all few no'.split(' '),
);

/** @param term what the description is of: its words stand in any sentence */
export function saidSentence(sentence: string, term: string): SaidSentence {
  const own = new Set(partsOf(term));
  const words = wordsIn(sentence);
  return {
    words: words.join(' '),
    content: new Set(partsOf(sentence).filter((word) => isContent(word) && !own.has(word))),
  };
}

/** Words in lower case, hyphenated ones in parts. */
function apart(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The same in the singular, more or less. */
export function partsOf(text: string): string[] {
  return apart(text).map(singularOf);
}

function singularOf(word: string): string {
  return word.replace(/(?<=\p{L}{3}[^\P{L}sui])s$/u, '');
}

/** Whether a sentence says next to nothing that one before didn't. Short ones are compared word by word. */
export function sayTheSame(before: SaidSentence, later: SaidSentence): boolean {
  const [said, saying] = [before.content, later.content];
  if (said.size === 0 || saying.size === 0) return before.words === later.words;
  const least = Math.min(said.size, saying.size);
  const common = [...saying].filter((word) => said.has(word)).length;
  return least === 1 ? saying.size === 1 && common === 1 : common >= SAME_SENTENCE * least;
}
