import { commandSpec, type Signature } from './commands';
import { ARGUMENT_GAP, BLANKS, matchAt, ON_LINE, SHORT_ARGUMENT, TECHNICAL } from './tokens';

/** An argument that is about to begin. */
export interface NextArgument {
  /** Its letter in the signature, or `q` where an unknown command's argument is none that a reader sees. */
  role: string;
  bracket: boolean;
  /** Where its content begins, behind the brace or bracket. */
  content: number;
  /** The signature of the arguments behind it. */
  rest: Signature;
}

/**
 * Looks at a place for the next argument of a signature: on the same line or, where the command must have it, on the next
 * one. Null where there is none.
 */
export function nextArgument(text: string, pos: number, name: string, signature: Signature): NextArgument | null {
  if (signature === '') return null;
  const blanks = matchAt(BLANKS, text, pos)![0].length;
  const gap = signature.includes('u') ? blanks : matchAt(ARGUMENT_GAP, text, pos)![0].length;
  const opener = text[pos + gap];
  for (let i = 0; i < signature.length; i++) {
    const letter = signature[i]!;
    const bracket = letter === 'o' || letter === 'O';
    if (opener !== (bracket ? '[' : '{') || (letter === 'u' && gap > 0)) {
      if (bracket) continue;
      return null;
    }
    // An optional argument is looked for there only where others follow it: a bracket may begin a sentence.
    if (bracket && gap > blanks && !/[a-zQ]/.test(signature.slice(i).replace(/^[oO]+/, ''))) return null;
    if (bracket && !closesOnLine(text, pos + gap) && (gap > 0 || letter === 'O' || signature.includes('u')))
      return null;
    const behind = signature.slice(i + 1);
    const content = pos + gap + 1;
    return {
      role: letter === 'u' && isTechnical(text, content) ? 'q' : letter,
      bracket,
      content,
      rest: letter === 'u' ? 'u' : behind === '+' ? commandSpec(name).args : behind,
    };
  }
  return null;
}

/**
 * Whether an unknown command's argument is none that a reader sees: a length, a colour, a key. With several
 * arguments the text comes last, as in `\textcolor`, `\href`, `\parbox` and their like; one before it that has no
 * space says how, not what.
 */
function isTechnical(text: string, content: number): boolean {
  const match = matchAt(SHORT_ARGUMENT, text, content);
  if (match === null) return false;
  const [, argument, another] = match;
  return !/\s/.test(argument!) && (another !== undefined || TECHNICAL.test(argument!));
}

function closesOnLine(text: string, bracket: number): boolean {
  const within = text.slice(bracket, bracket + ON_LINE);
  const close = within.indexOf(']');
  return close >= 0 && !within.slice(0, close).includes('\n');
}
