/**
 * One spelling for words that are written in several ways: British and American, singular and plural, Greek letters.
 * The results are keys, not words: `analysis`, `analyses` and `analyze` all become `analyze`.
 */

const GREEK: Readonly<Record<string, string>> = {
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  δ: 'delta',
  ε: 'epsilon',
  ζ: 'zeta',
  η: 'eta',
  θ: 'theta',
  ι: 'iota',
  κ: 'kappa',
  λ: 'lambda',
  μ: 'mu',
  ν: 'nu',
  ξ: 'xi',
  ο: 'omicron',
  π: 'pi',
  ρ: 'rho',
  σ: 'sigma',
  ς: 'sigma',
  τ: 'tau',
  υ: 'upsilon',
  φ: 'phi',
  χ: 'chi',
  ψ: 'psi',
  ω: 'omega',
};

/** Greek letters spelt out, each a word of its own: `IFNγ` → `IFN gamma `. */
export function greekSpeltOut(text: string): string {
  return text.replace(/[α-ως]/giu, (letter) => ` ${GREEK[letter.toLowerCase()] ?? letter} `);
}

const IRREGULAR = new Map(
  Object.entries({
    children: 'child',
    women: 'woman',
    men: 'man',
    people: 'person',
    mice: 'mouse',
    feet: 'foot',
    teeth: 'tooth',
    geese: 'goose',
    lice: 'louse',
    data: 'datum',
    criteria: 'criterion',
    phenomena: 'phenomenon',
    mitochondria: 'mitochondrion',
    ganglia: 'ganglion',
    bacteria: 'bacterium',
    atria: 'atrium',
    epithelia: 'epithelium',
    endothelia: 'endothelium',
    septa: 'septum',
    sera: 'serum',
    ova: 'ovum',
    media: 'medium',
    foramina: 'foramen',
    lumina: 'lumen',
    stomata: 'stoma',
    genera: 'genus',
    viscera: 'viscus',
    corpora: 'corpus',
    indices: 'index',
    matrices: 'matrix',
    cortices: 'cortex',
    vertices: 'vertex',
    apices: 'apex',
    appendices: 'appendix',
    meninges: 'meninx',
    phalanges: 'phalanx',
    axes: 'axis',
    lenses: 'lens',
    biases: 'bias',
    gases: 'gas',
    atlases: 'atlas',
    leaves: 'leaf',
    lives: 'life',
    halves: 'half',
    calves: 'calf',
    selves: 'self',
    quizzes: 'quiz',
  }),
);
const SAME_IN_PLURAL = new Set([
  'species',
  'series',
  'rabies',
  'scabies',
  'caries',
  'facies',
  'this',
  'its',
  'was',
  'has',
  'does',
]);
/** Words in -us whose plural ends in -i. */
const I_PLURAL =
  /(cocc|bacill|stimul|fung|nucle|alveol|bronch|thromb|embol|foc|loc|vill|gyr|sulc|calcul|glomerul|canalicul|nev|rhonch|hil|tor|uter|humer)i$/;
const AE_PLURAL = /(vertebr|larv|burs|papill|fistul|maxill|scapul|aort|fove|lamin|trache|foss|vagin|amoeb|pleur)ae$/;

function singular(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) word = irregular;
  if (word.length < 4 || SAME_IN_PLURAL.has(word)) return word;
  if (word.endsWith('i')) return word.replace(I_PLURAL, '$1us');
  if (word.endsWith('ae')) return word.replace(AE_PLURAL, '$1a');
  if (word.endsWith('mata')) return word.slice(0, -2);
  if (!word.endsWith('s') || /[su]s$/.test(word)) return word;
  if (word.endsWith('is')) return word;
  if (/[^ao]uses$/.test(word) && word.length > 5) return word.slice(0, -2);
  if (/^(?:head|ear|tooth|back|stomach|belly|heart|muscle)?aches$/.test(word)) return word.slice(0, -1);
  if (/(?:x|ch|sh|ss|zz)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 5 && word.endsWith('oes') && word !== 'shoes') return word.slice(0, -2);
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.slice(0, -1);
}

/** What American spelling makes of British; each is read from the beginning on. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?!ketosis)(.*[a-z]{3})sis$/, '$1se'],
  [/(?<=[a-z][bdghilmnpv])our(?=$|al|ed|er|ing|ism|less|able|ite)/, 'or'],
  [/(fib|cent|lit|met|tit|calib|theat|goit)re(?=$|d$)/, '$1er'],
  [/(lys)(e|ed|er|ing|able)$/, 'lyz$2'],
  [/([a-z]{3}[^aeiou])is(e|ed|er|ing|ation)$/, '$1iz$2'],
  [/sulph/, 'sulf'],
  [/leuco/, 'leuko'],
  [/(lic|def|off|pret)ence$/, '$1ense'],
  [/(label|model|signal|counsel|travel|channel|tunnel|cancel|level|fuel)l(ed|er|ing|or)$/, '$1$2'],
  [/^programme/, 'program'],
  [/^aluminium$/, 'aluminum'],
  [/^(neuro|moto)nes?$/, '$1n'],
  [/^grey/, 'gray'],
  [/^ageing/, 'aging'],
  [/artefact/, 'artifact'],
  [/^dis[ck](ectomy|$)/, 'disk$1'],
  [/^mould/, 'mold'],
  [/^yoghurt/, 'yogurt'],
  [/^sceptic/, 'skeptic'],
  [/^judgement$/, 'judgment'],
  [/^fulfil$/, 'fulfill'],
  [/^enrolment$/, 'enrollment'],
  [/^tumour/, 'tumor'],
];

const ROMAN = new Map(
  ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'].map((word, i) => [word, i + 1]),
);
/** Roman numerals that are hardly anything else. */
const PLAINLY_ROMAN = /^(?:i{2,3}|iv|vi{1,3}|ix|xii?)$/;
/** Words that a number follows, so that even `I` and `V` are numerals there. */
const NUMBERED = new Set([
  'type',
  'class',
  'stage',
  'grade',
  'phase',
  'factor',
  'group',
  'level',
  'category',
  'complex',
]);

/** `oedema` and `edema`, `haem` and `hem`; the "oe" of `gastro-oesophageal` and `gastroesophageal` alike. */
export function digraphsFolded(key: string): string {
  if (key.length < 5) return key;
  return key.replace(/oo?esoph/g, 'esoph').replace(/([^aeiou ]|^)[ao]e(?=[a-z])/g, '$1e');
}

/**
 * The key of one word, but for the digraphs.
 * @param word lower case, without accents
 * @param before the key of the word before it
 */
export function wordKey(word: string, before: string | undefined): string {
  if (PLAINLY_ROMAN.test(word) || (before !== undefined && NUMBERED.has(before) && ROMAN.has(word))) {
    if (before !== undefined) return String(ROMAN.get(word));
  }
  if (/\d/.test(word) || word.length < 4) return word;
  let key = known.get(word);
  if (key === undefined) {
    key = singular(word);
    for (const [pattern, replacement] of SPELLINGS) key = key.replace(pattern, replacement);
    if (known.size >= KEYS_KEPT) known.clear();
    known.set(word, key);
  }
  return key;
}

/** Keys of words that came up lately; a text has few words, each many times. */
const known = new Map<string, string>();
/** More than a text has different words. */
export const KEYS_KEPT = 8000;
