const LONGEST = 2000;
const ADDRESS = /(?:\b(?:https?|ftp|file):\/*|\bmailto:|\bwww\.|\bdoi:\s?|\b10\.\d{4,9}\/)[^\s<>"{}|\\^`]*$/i;
const EMAIL = /[\w.+-]+@(?:[\w-]+\.)+[\w-]*$/;

/** Whether a bare address (URL, DOI, e-mail) ends at `offset`: the writer may still be typing it. */
export function endsInUrl(text: string, offset: number): boolean {
  const line = text.slice(Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - LONGEST), offset);
  const word = /(?:doi:\s)?\S*$/i.exec(line)![0];
  return ADDRESS.test(word) || EMAIL.test(word);
}
