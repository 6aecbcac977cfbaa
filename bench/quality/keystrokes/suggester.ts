/** What is on screen behind the cursor. */
export interface Offer {
  /** Text that accepting would put at the cursor. */
  text: string;
  /** A suggestion of its own; false for the rest of the one that was on screen before the last key. */
  fresh: boolean;
}

export interface Shown {
  offer: Offer | null;
  /** Milliseconds the model worked for it; undefined where memory answered. */
  latencyMs?: number;
}

/** Something that offers text while one writes: the product, or a peer of it. */
export interface Suggester {
  /** A document with this text; the cursor is at its end. */
  open(text: string): void;
  /** The writer put `text` at the cursor, by typing one character or by accepting a part of the offer. */
  insert(text: string, how: 'typed' | 'accepted'): Promise<Shown>;
}
