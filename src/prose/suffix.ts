/** What may stand behind the cursor on its line for ghost text to be shown: spaces, closing brackets and marks. */
const CLOSING = /^(?:[ \t\r)\]}>.,;:!?"'”’»*_$`|]|\\[)\]])*$/;

/**
 * Fits generated text to what the line already holds behind the cursor.
 *
 * @param insert escaped text that is to be inserted at the cursor.
 * @param after the raw text of the line behind the cursor.
 * @returns the text without the suffix that the document already has and without a double space;
 *   null if words follow on the line: no ghost text inside a sentence.
 */
export function suffixOverlap(insert: string, after: string): string | null {
  if (!CLOSING.test(after)) return null;
  const rest = after.trim();
  const text = insert.trimEnd();
  const overlap = longestOverlap(text, rest);
  const fitted = overlap > 0 ? text.slice(0, -overlap).trimEnd() : text;
  // The document has the sentence's end already, maybe behind a closing bracket.
  return /^[)\]}>"'”’»*_$`\\\s]*[.,;:!?]/.test(rest) ? fitted.replace(/[.,;:!?]+$/, '') : fitted;
}

function longestOverlap(text: string, after: string): number {
  for (let length = Math.min(text.length, after.length); length > 0; length--) {
    if (!text.endsWith(after.slice(0, length))) continue;
    // Half of an escape is none.
    if (!/(?:^|[^\\])(?:\\\\)*\\$/.test(text.slice(0, -length))) return length;
  }
  return 0;
}
