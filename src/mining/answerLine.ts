/**
 * How the original programs clean a generated line before they read it, and Python's notion of white space, on which
 * they lean. Source: `examples/<task>/postprocess.py` of microsoft/BioGPT.
 */

/** `str.strip()` of Python 3, which knows other characters than `String.prototype.trim`. */
export function strip(text: string): string {
  return text.replace(STRIPPED, '');
}

const WHITE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const STRIPPED = new RegExp(`^[${WHITE}]+|[${WHITE}]+$`, 'g');

const WHITE_RUN = new RegExp(`[${WHITE}]+`, 'g');

/** `' '.join(text.split())` of Python 3: runs of white space become one space. */
export function collapsed(text: string): string {
  return strip(text.replace(WHITE_RUN, ' '));
}

/** A run of the soft prompt's words, as fairseq prints its rows. */
const PROMPT_RUN = /(?:learned\d+ )+/g;

/**
 * The answer within generated text: without the final full stop (one of them), and behind the last run of the soft
 * prompt's words, should the model have written them again.
 */
export function cleaned(output: string): string {
  // The originals read a whole line, in which the prompt's words stand before the answer.
  const line = strip(`learned1 ${output}`).replace(/\.$/, '');
  let start = 0;
  for (const run of line.matchAll(PROMPT_RUN)) start = run.index + run[0].length;
  return strip(line.slice(start));
}
