/** More than this of a list says little about this manuscript, and costs time at each suggestion. */
const MOST = 300;

/**
 * The words of spell checkers' lists, the last added first to stay.
 * @param cSpell lists of Code Spell Checker's settings (`cSpell.words`, `cSpell.userWords`); marks of compounds
 *   (`*`, `+`) are taken off, forbidden words (`!`) left out
 * @param dictionary LTeX's `ltex.dictionary`, lists by language; English ones count. Files (`:path`) and removed words
 *   (`-word`) are left out
 */
export function dictionaryWords(
  cSpell: readonly (readonly string[])[],
  dictionary: Readonly<Record<string, readonly string[]>>,
): string[] {
  const ltex = Object.entries(dictionary)
    .filter(([language]) => language.startsWith('en') || language === 'default')
    .flatMap(([, list]) => list.filter((word) => !/^[:-]/.test(word)));
  const checked = cSpell
    .flat()
    .filter((word) => !word.startsWith('!'))
    .map((word) => word.replace(/^[*+~]+|[*+]+$/g, ''));
  const words = [...new Set([...checked, ...ltex].map((word) => word.trim()).filter(Boolean))];
  return words.slice(-MOST);
}
