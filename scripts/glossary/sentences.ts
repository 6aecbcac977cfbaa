const ABBREVIATED =
  /(?:\b(?:e\.g|i\.e|vs|approx|Dr|Mr|St|U\.S|sp|spp|no|No|Fig|cf|etc|ca|al|var|subsp|resp|incl|viz|syn)|\b[A-Z])\.$/;

/** The sentences of a definition, white space trimmed. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const found of text.matchAll(/[.!?]["')\]]*(?=\s+["'(]?[A-Z0-9])/g)) {
    const end = found.index + found[0].length;
    if (ABBREVIATED.test(text.slice(start, end).replace(/["')\]]+$/, ''))) continue;
    sentences.push(text.slice(start, end).trim());
    start = end;
  }
  const rest = text.slice(start).trim();
  return rest === '' ? sentences : [...sentences, rest];
}

/** A text with a capital at its beginning, unless it begins with a symbol such as `mRNA` or `p53`. */
export function capitalised(text: string): string {
  return /^[a-z][a-z-]*(?:[ ,;]|'s )/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
