/** Where British and American English differ: what a text does with one of a kind it does with all. */
type Kind = 'letters' | 'ize' | 'yze' | 'double';

const IZE =
  'random character hospital standard normal summar recogn minim maxim optim util stabil local general categor immun visual ' +
  'organ special sensit metabol neutral polar crystall mobil final individual theor steril penal';

/** How words begin, British and American; where nothing else begins like that. */
const STEMS: Readonly<Record<Kind, readonly (readonly [string, string])[]>> = {
  letters: [
    ['tumour', 'tumor'],
    ['colour', 'color'],
    ['behaviour', 'behavior'],
    ['favour', 'favor'],
    ['labour', 'labor'],
    ['neighbour', 'neighbor'],
    ['odour', 'odor'],
    ['haemo', 'hemo'],
    ['haemat', 'hemat'],
    ['anaemi', 'anemi'],
    ['leukaemi', 'leukemi'],
    ['ischaemi', 'ischemi'],
    ['hyperglycaemi', 'hyperglycemi'],
    ['hypoglycaemi', 'hypoglycemi'],
    ['glycaemi', 'glycemi'],
    ['septicaemi', 'septicemi'],
    ['bacteraemi', 'bacteremi'],
    ['hypoxaemi', 'hypoxemi'],
    ['uraemi', 'uremi'],
    ['viraemi', 'viremi'],
    ['oedema', 'edema'],
    ['oesophag', 'esophag'],
    ['oestro', 'estro'],
    ['oestradi', 'estradi'],
    ['paediatr', 'pediatr'],
    ['orthopaed', 'orthoped'],
    ['gynaecolog', 'gynecolog'],
    ['anaesth', 'anesth'],
    ['aetiolog', 'etiolog'],
    ['foetal', 'fetal'],
    ['foetus', 'fetus'],
    ['diarrhoea', 'diarrhea'],
    ['faecal', 'fecal'],
    ['faeces', 'feces'],
    ['caecum', 'cecum'],
    ['centre', 'center'],
    ['fibre', 'fiber'],
    ['litre', 'liter'],
    ['titre', 'titer'],
    ['sulph', 'sulf'],
    ['aluminium', 'aluminum'],
  ],
  ize: IZE.split(' ').map((stem) => [`${stem}is`, `${stem}iz`]),
  yze: ['anal', 'catal', 'paral', 'hydrol'].map((stem) => [`${stem}ys`, `${stem}yz`]),
  double: ['model', 'label', 'signal', 'counsel', 'travel', 'channel', 'tunnel'].map((stem) => [`${stem}l`, stem]),
};
/** What follows where the spellings differ: "organism", "analyses" and "model" do not tell. */
const ENDING: Readonly<Record<Kind, string>> = {
  letters: '\\p{L}*',
  ize: '(?:e|es|ed|er|ers|ing|ation|ations|able)',
  yze: '(?:e|ed|er|ers|ing)',
  double: '(?:ed|ing|er|ers|ings)',
};

interface Variant {
  kind: Kind;
  british: RegExp;
  american: RegExp;
  stems: readonly [british: string, american: string];
}

const VARIANTS: readonly Variant[] = (Object.keys(STEMS) as Kind[]).flatMap((kind) =>
  STEMS[kind].map(([british, american]): Variant => ({
    kind,
    british: new RegExp(`^${british}${ENDING[kind]}$`, 'iu'),
    american: new RegExp(`^${american}${ENDING[kind]}$`, 'iu'),
    stems: [british, american],
  })),
);

/** The English that a text is spelt in, by kind; missing where it does not tell. */
export type EnglishSpelling = ReadonlyMap<Kind, 'british' | 'american'>;

export function englishSpelling(text: string): EnglishSpelling {
  const counts = new Map<Kind, { british: number; american: number }>();
  for (const [word] of text.matchAll(/\p{L}{4,}/gu)) {
    const variant = variantOf(word);
    if (!variant) continue;
    const count = counts.get(variant.kind) ?? { british: 0, american: 0 };
    count[variant.british.test(word) ? 'british' : 'american']++;
    counts.set(variant.kind, count);
  }
  const spelling = new Map<Kind, 'british' | 'american'>();
  for (const [kind, { british, american }] of counts) {
    if (british > 3 * american) spelling.set(kind, 'british');
    else if (american > 3 * british) spelling.set(kind, 'american');
  }
  return spelling;
}

/** A word in a spelling; the word itself where there is nothing to change. */
export function respelt(word: string, spelling: EnglishSpelling): string {
  const variant = variantOf(word);
  const wanted = variant && spelling.get(variant.kind);
  if (!variant || !wanted || variant[wanted].test(word)) return word;
  const [british, american] = variant.stems;
  const [from, to] = wanted === 'british' ? [american, british] : [british, american];
  const capital = /^\p{Lu}/u.test(word);
  return (capital ? to.charAt(0).toUpperCase() + to.slice(1) : to) + word.slice(from.length);
}

function variantOf(word: string): Variant | undefined {
  return VARIANTS.find(({ british, american }) => british.test(word) || american.test(word));
}
