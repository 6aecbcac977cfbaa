/** Longest repeated piece looked for, in words. */
const LONGEST_PIECE = 12;

/** Words and marks that lead on to something and so cannot end a cut text. */
const LEADS_ON =
  /(?:^|\s)(?:and|or|but|nor|of|in|on|at|to|by|for|from|with|as|than|that|which|the|an?|is|are|was|were|be|been|its?|their|this|these)$/i;

/**
 * Cuts a text where it begins to say the same words over again, as small models do: at the end of
 * the first piece (up to twelve words) that follows itself at once. What would dangle there goes too.
 */
export function cutRepetition(text: string): string {
  const words = [...text.matchAll(/\S+/g)].map((match) => ({ word: match[0].toLowerCase(), end: match.index + match[0].length }));
  for (let start = 0; start < words.length; start++) {
    const longest = Math.min(LONGEST_PIECE, Math.floor((words.length - start) / 2));
    for (let length = 1; length <= longest; length++) {
      if (!repeats(words, start, length)) continue;
      return withoutDanglingEnd(text.slice(0, words[start + length - 1]!.end));
    }
  }
  return text;
}

function repeats(words: readonly { word: string }[], start: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    // Numbers recur in tables and lists of values.
    if (words[start + i]!.word !== words[start + length + i]!.word || /^[\d.,%]+$/.test(words[start + i]!.word)) return false;
  }
  return true;
}

function withoutDanglingEnd(text: string): string {
  let cut = text;
  for (let before = ''; before !== cut; ) {
    before = cut;
    cut = cut.replace(/[\s,;:–-]+$/, '').replace(LEADS_ON, '');
  }
  return cut;
}
