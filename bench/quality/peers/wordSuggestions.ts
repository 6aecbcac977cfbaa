import type { Shown, Suggester } from '../keystrokes/suggester';

/** What Markdown calls a word, as its extension in VS Code does (`wordPattern`): marks and hyphens part words. */
const LETTERS = String.raw`[\p{Alphabetic}\p{Number}\p{Nonspacing_Mark}]+`;
const WORD = new RegExp(`${LETTERS}(?:_${LETTERS})*`, 'gu');
const WORD_AT_END = new RegExp(`${WORD.source}$`, 'u');
/** Whatever cannot be inside a word, nor join two parts of one. */
const BREAK = /[^\p{Alphabetic}\p{Number}\p{Nonspacing_Mark}_]/u;
/** Most words that VS Code collects. */
const MOST_WORDS = 10_000;

/**
 * VS Code's own word-based suggestions in a Markdown document, the only one open, with the settings a new
 * installation has. Followed is the source of VS Code 1.100, under `src/vs/editor`:
 *
 * - The list opens when a letter is typed and the cursor stands behind a word that is no number, and closes
 *   when the word ends or a suggestion is taken (`contrib/suggest/browser/suggestModel.ts`).
 * - It holds the different words of the document, whatever their case, but for numbers and the word that was at the
 *   cursor as it opened (`$textualSuggest` of the editor worker).
 * - It is filtered by the letters typed and sorted by how well they match, and then by alphabet, capitals like
 *   small letters (`completionModel.ts`, `suggest.ts`). How near a word stands, or how often, is not asked
 *   (`editor.suggest.localityBonus` is off), nor which was taken last (`editor.suggestSelection` is `first`).
 * - All words that begin with the typed letters, case and all, match equally well; only the very word is
 *   better, and then nothing is left to insert. The first is selected; one key takes it.
 *
 * Where this departs from VS Code, it is in the peer's favour. Markdown has quick suggestions off by default;
 * here the list opens all the same. VS Code also lists, and now and then selects, words of another case and
 * words that merely contain the letters; taking one changes what is typed already, so here they are left out
 * and count neither as help nor as wrong.
 */
export class WordSuggestions implements Suggester {
  private readonly words = new Set<string>();
  /** The end of the document since the last character that no word holds. */
  private tail = '';
  /** The word at the cursor as the list opened; null while there is no list. */
  private openedAt: string | null = null;
  /** The rest of the word selected in the list. */
  private selected = '';

  open(text: string): void {
    this.words.clear();
    this.tail = '';
    this.openedAt = null;
    this.selected = '';
    for (const character of text) this.add(character);
  }

  async insert(text: string, how: 'typed' | 'accepted'): Promise<Shown> {
    for (const character of text) this.add(character);
    const rest = this.selected.startsWith(text) ? this.selected.slice(text.length) : '';
    this.selected = how === 'typed' ? this.restOfFirst() : '';
    if (how === 'accepted') this.openedAt = null;
    return { offer: this.selected === '' ? null : { text: this.selected, fresh: this.selected !== rest } };
  }

  private add(character: string): void {
    if (!BREAK.test(character)) {
      this.tail += character;
      return;
    }
    for (const [word] of this.tail.matchAll(WORD)) {
      if (!isNumber(word) && this.words.size < MOST_WORDS) this.words.add(word);
    }
    this.tail = '';
    this.openedAt = null;
  }

  private restOfFirst(): string {
    const typed = WORD_AT_END.exec(this.tail)?.[0];
    if (typed === undefined) {
      this.openedAt = null;
      return '';
    }
    if (this.openedAt === null && !isNumber(typed)) this.openedAt = typed;
    if (this.openedAt === null || (typed !== this.openedAt && this.words.has(typed))) return '';
    let first: string | undefined;
    for (const word of this.words) {
      if (word === typed || !word.startsWith(typed)) continue;
      if (first === undefined || byAlphabet(word, first) < 0) first = word;
    }
    return first?.slice(typed.length) ?? '';
  }
}

function isNumber(word: string): boolean {
  return !Number.isNaN(Number(word));
}

/** By code units in lower case; where these agree, as they stand. */
function byAlphabet(a: string, b: string): number {
  return compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
