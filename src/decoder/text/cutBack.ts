/** Words that lead to what was cut off, and cannot stand before nothing. */
const LEADS_ON = new RegExp(
  '^(?:a|an|the|of|to|at|by|in|on|from|for|with|within|between|than|and|or|per|after|before|during|until|since|as|' +
    'about|under|approximately|around|nearly|almost|roughly|over|above|below|only|exactly|least|most|up|every|' +
    'total|totall?ing|mean|median|plus|minus|see|ref|refs|references?|figs?|figures?|tables?|p|n|ci|sd|sem|se|iqr|hr|or|rr|' +
    'doi|pmid|pmcid|days?|weeks?|months?|phase|grade|stage|type|class|exons?|chromosome|step|visit|cycle|' +
    'january|february|march|april|may|june|july|august|september|october|november|december)$',
  'i',
);
/** Marks that open, join or compare, and those that only separate. */
const HANGING_MARKS = /[\s\u00a0([{<>=≤≥≈~±×+*/\\,;:–—−"“‘«$€£°-]+$/u;
const COMPARED =
  /(?<![\p{L}\p{N}])(?:more|less|fewer|(?:great|small|larg|high|low|old|young|long|short|earli|lat)er)\s+than$/iu;
const LAST_WORD = /(?:^|[^\p{L}\p{M}\p{N}])([\p{L}\p{M}]+)$/u;

/**
 * The part of a beginning that can stand alone once what it led to is cut off: without hanging marks ("p <"),
 * words that lead on ("a total of") and brackets that are not closed. '' where nothing is left.
 *
 * @param textBefore what the beginning continues: the rest of a word begun there is no word of its own.
 */
export function cutBack(textBefore: string, beginning: string): string {
  let text = beginning;
  for (;;) {
    const shorter = withoutOpenBracket(text).replace(HANGING_MARKS, '').replace(COMPARED, '');
    const word = LAST_WORD.exec(shorter);
    const joinsText = word !== null && word[1]!.length === shorter.length && /[\p{L}\p{N}]$/u.test(textBefore);
    const leadsOn = word !== null && !joinsText && LEADS_ON.test(word[1]!);
    const next = leadsOn ? shorter.slice(0, shorter.length - word[1]!.length) : shorter;
    if (next === text) return /[\p{L}\p{N}]/u.test(text) || /[.!?)\]]$/.test(text) ? text : '';
    text = next;
  }
}

/** Cut before the first bracket that opens and does not close. */
function withoutOpenBracket(text: string): string {
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i]!)) open.push(i);
    else if (')]}'.includes(text[i]!)) open.pop();
  }
  return open.length === 0 ? text : text.slice(0, open[0]);
}
