/**
 * A token that a fine-tuner has added to the vocabulary, such as `[DRUG]` (transformers: `add_tokens`): a text is cut
 * at it before Moses reads the rest. Those that transformers calls special are none of these: they are no text.
 */
export interface AddedToken {
  text: string;
  id: number;
  /** Only between spaces and the ends of a text (transformers: `single_word`). */
  singleWord?: boolean;
}

/** A stretch of a text: ordinary, or an added token. */
export type Piece = string | AddedToken;

/** Finds added tokens in texts. */
export class AddedTokens {
  private readonly tokens = new Map<string, AddedToken>();
  /** By first UTF-16 unit: the lengths of the tokens that begin with it, the longest first. */
  private readonly lengths = new Map<number, number[]>();

  constructor(tokens: readonly AddedToken[]) {
    for (const token of tokens) {
      const { text } = token;
      if (text === '') continue;
      this.tokens.set(text, token);
      const first = text.charCodeAt(0);
      const lengths = new Set([...(this.lengths.get(first) ?? []), text.length]);
      this.lengths.set(
        first,
        [...lengths].sort((a, b) => b - a),
      );
    }
  }

  /**
   * Cuts a text as transformers' slow tokenizers do (`tokenization_utils.py`, `PreTrainedTokenizer.tokenize`): at the
   * first token from the left, the longest where several begin at one place. Whether it stands between letters doesn't
   * matter, unless it is a `singleWord`.
   */
  split(text: string): Piece[] {
    if (this.tokens.size === 0) return [text];
    const pieces: Piece[] = [];
    let from = 0;
    for (let at = 0; at < text.length;) {
      const token = this.tokenAt(text, at);
      if (token === undefined) at++;
      else {
        if (at > from) pieces.push(text.slice(from, at));
        pieces.push(token);
        from = at += token.text.length;
      }
    }
    if (from < text.length) pieces.push(text.slice(from));
    return pieces.some(isSingleWord) ? withWholeWords(pieces) : pieces;
  }

  private tokenAt(text: string, at: number): AddedToken | undefined {
    for (const length of this.lengths.get(text.charCodeAt(at)) ?? []) {
      const token = this.tokens.get(text.slice(at, at + length));
      if (token !== undefined) return token;
    }
    return undefined;
  }
}

function isSingleWord(piece: Piece): boolean {
  return typeof piece !== 'string' && piece.singleWord === true;
}

/** Single words that touch another piece without a space become part of it: of the left one, or else of the right. */
function withWholeWords(pieces: readonly Piece[]): Piece[] {
  const done = [...pieces];
  const spelled = (piece: Piece): string => (typeof piece === 'string' ? piece : piece.text);
  done.forEach((piece, i) => {
    if (!isSingleWord(piece)) return;
    const [left, right] = [done[i - 1], done[i + 1]];
    if (left !== undefined && left !== '' && !spelled(left).endsWith(' ')) {
      done[i - 1] = spelled(left) + spelled(piece);
      done[i] = '';
    } else if (right !== undefined && !spelled(right).startsWith(' ')) {
      done[i + 1] = spelled(piece) + spelled(right);
      done[i] = '';
    }
  });
  return done.filter((piece) => piece !== '');
}
