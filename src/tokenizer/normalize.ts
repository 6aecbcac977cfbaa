const INVISIBLE = /[\u200b\u00ad\ufeff]/g;

/** Text up to and including a run of combining marks; longer runs than 30 are cut. */
const COMPOSITION_UNIT = /\P{M}*\p{M}{0,30}/gu;

const PLAIN: Record<string, string> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '´': "'",
  '`': "'",
  '–': '-',
  '—': ' - ',
  '…': '...',
};
const TYPOGRAPHIC = /[“”„«»‘’‚´`–—…]/g;

/**
 * Replaces typographic punctuation by the plain characters BioGPT base was trained on; its vocabulary
 * holds none of the former, so that they would all be read as `<unk>`. The set is the one Moses'
 * `normalize-punctuation.perl` removes. Also composes accents (NFC) and drops invisible characters.
 *
 * BioGPT-Large knows these characters: whether to call this is the model description's to say.
 */
export function normalizePunctuation(text: string): string {
  return (
    text
      .replace(INVISIBLE, '')
      // In units, because sorting a very long run of marks takes quadratic time; no script needs 30 (UAX #15, 13).
      .replace(COMPOSITION_UNIT, (unit) => unit.normalize('NFC'))
      .replace(TYPOGRAPHIC, (character) => PLAIN[character] as string)
  );
}
