/** Ends the last symbol of every word, in BPE vocabularies of this family. */
export const END_OF_WORD = '</w>';

/** Whether a symbol is the last one of its Moses token. */
export function endsWord(symbol: string): boolean {
  return symbol.endsWith(END_OF_WORD);
}

/** The letters of a symbol, without its end-of-word mark. */
export function spellingOf(symbol: string): string {
  return endsWord(symbol) ? symbol.slice(0, -END_OF_WORD.length) : symbol;
}

/** The symbol that is a whole Moses token, if the vocabulary has it, or else its last piece. */
export function lastSymbol(spelling: string): string {
  return spelling + END_OF_WORD;
}
