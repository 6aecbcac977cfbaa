const LONGEST = 2000;
/** What begins an address, which then goes on to the end of the word. */
const ADDRESS = /\b(?:https?|ftp|file):|\bmailto:|\bwww\.|\bdoi:|\b10\.\d{4,9}\//i;
/** What an address does not hold, blanks among them. */
const ENDS_ADDRESS = /[\s<>"{}|\\^`]/;
const DOMAIN = /^(?:[\w-]+\.)+[\w-]*$/;

/** Whether a bare address (URL, DOI, e-mail) ends at `offset`: the writer may still be typing it. */
export function endsInUrl(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - LONGEST), offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  let from = line.length;
  while (from > 0 && !ENDS_ADDRESS.test(line[from - 1]!)) from--;
  const word = line.slice(from);
  if (/^doi:\s$/i.test(line.slice(Math.max(0, from - 5), from))) return true;
  if (ADDRESS.test(word)) return true;
  const at = word.lastIndexOf('@');
  return at > 0 && /[\w.+-]/.test(word[at - 1]!) && DOMAIN.test(word.slice(at + 1));
}
