import { withCharges } from './charges';

const UNIT =
  '(?:[kcmµμnpfd]?(?:g|m|L|l|M|mol|s|Da|Pa|Hz|V|A|W|J|N|Bq|Gy|Sv|IU|U|h|Ci|eq|Eq|osm|Osm)|min|day|days|d|wk|week|month|year|yr|h|hr|' +
  'kcal|cal|dL|dl|ml|mL|cells?|well|dose|mouse|rat|kDa|mmHg|ppm|cm[²2]|m[²2]|mm[³3]|ha|bp|kb|Mb)';
const COUNT = `(?:${UNIT}[²³23]?)`;

/** Each loss of the tokenizer and its repair; only forms that have one reading. */
const REPAIRS: readonly [RegExp, string][] = [
  // mg / kg / day
  [new RegExp(`(?<=(?:^|[\\s\\d(])${COUNT}) / (?=${COUNT}(?![\\p{L}\\p{N}]))`, 'gu'), '/'],
  [new RegExp(`(?<=/${COUNT}) / (?=${COUNT}(?![\\p{L}\\p{N}]))`, 'gu'), '/'],
  // 120 / 80 and and / or
  [/(?<=\d) \/ (?=\d)/g, '/'],
  [/\b(and|he|his) \/ (or|she|her)\b/g, '$1/$2'],
  // BRCA1 / 2, β-catenin / TCF-4, PI3K / Akt
  [/(?<=\p{L}[\p{L}\p{N}-]*\d) \/ (?=\d+\b)/gu, '/'],
  [/(?<=(?:^|[\s(])[\p{L}\p{N}-]*[\p{Lu}\p{N}β][\p{L}\p{N}-]*\+?) \/ (?=[\p{L}\p{N}-]*[\p{Lu}\p{N}])/gu, '/'],
  // 37 ° C
  [/(?<=\d) ° ([CFK])\b/g, ' °$1'],
  [/(?<=\d) °(?! ?[CFK])/g, '°'],
  // Cl −
  [/\b(Cl|HCO3|OH|Br|F|I|NO3|SO42|CD\d{1,3}[a-z]?) ([−])(?= |$|[,.;:)/])/g, '$1$2'],
  [/(?<=\b[A-Z][A-Za-z0-9]{0,4}\+) \/ (?=[\p{L}])/gu, '/'],
  [/(?<=\+) (?=-\p{L})/gu, ''],
  // O ₂, 10 ⁻ ³, m ²
  [/(?<=[\p{L}\p{N})]) (?=[₀-₉₊₋])/gu, ''],
  [/\bH₂ (?=O(?:₂|\b))/gu, 'H₂'],
  [/(?<=\d) (?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻])/gu, ''],
  [/(?<=[⁻⁺]) (?=[⁰¹²³⁴⁵⁶⁷⁸⁹])/gu, ''],
  [/(?<=[⁰¹²³⁴⁵⁶⁷⁸⁹]) (?=[⁰¹²³⁴⁵⁶⁷⁸⁹])/gu, ''],
  [/(?<=(?:^|[\s/\d])(?:[kcmµμn]?m|kg|s|cm)) (?=[²³])/gu, ''],
  // ( n = 5 ), [ 18F ]
  [/([([]) +/g, '$1'],
  [/ +([)\]])/g, '$1'],
  [/(?<=\[\d{1,3}[A-Z][a-z]?\]) (?=[A-Z])/g, ''],
  // Fe (III) -EDTA, 5 '-UTR, 3' -untranslated
  [/\b(Fe|Cu|Cr|As|Pt|Hg|Mn|Co|Ru|Au|Ni|Sn|V) (\((?:I{1,3}|IV|VI?)\))/g, '$1$2'],
  [/(?<=\)) (?=-[\p{L}\p{N}])/gu, ''],
  [/\b([35]) (?=['′]-?[\p{L}])/gu, '$1'],
  [/(?<=\b[35]['′]) (?=-[\p{L}])/gu, ''],
  // 5 % keeps no space, as the tokenizer writes it; thousands and ratios
  [/(?<=\d) %/g, '%'],
  [/(?<=\d) : (?=\d)/g, ':'],
  [/(?<=\d), (?=\d{3}(?!\d))(?<=\b\d{1,3}, )(?=\d{3},\d{3}\b)/g, ','],
  // addresses
  [/\b(https?): ?\/ ?\/ ?/g, '$1://'],
  [/ +([,.;:!?])(?= |$)/g, '$1'],
  [/ {2,}/g, ' '],
];

/**
 * Repairs the spaces that detokenising leaves (`mg / kg` → `mg/kg`, `37 ° C` → `37 °C`,
 * `Na +` → `Na+`), conservatively: what has two readings (`p < 0.05`, `A / B testing` in lower case)
 * stays. Only generated text may be given, never the writer's. Leading and trailing spaces are kept, but before the charge
 * of an ion that the writer has typed.
 * @param before what it continues.
 */
export function repairSpacing(generated: string, before = ''): string {
  const text = behindIon(generated, before);
  const lead = /^ */.exec(text)![0];
  const trail = lead.length === text.length ? '' : / *$/.exec(text)![0];
  let repaired = withCharges(text.slice(lead.length, text.length - trail.length));
  for (const [pattern, replacement] of REPAIRS) repaired = repaired.replace(pattern, replacement);
  return lead + repaired + trail;
}

/** The same for a description, which begins with its term as the writer has spelt it. */
export function repairDescription(generated: string, term: string): string {
  const spelt = term.trim();
  if (!generated.startsWith(spelt)) return repairSpacing(generated);
  return spelt + repairSpacing(generated.slice(spelt.length), spelt);
}

/** A generated text without the space before its plus sign, if that is the charge of the word that it continues. */
function behindIon(generated: string, before: string): string {
  if (!generated.startsWith(' +')) return generated;
  const word = /\S*$/.exec(before.slice(-40))![0];
  const whole = withCharges(word + generated);
  return word !== '' && whole.startsWith(`${word}+`) ? whole.slice(word.length) : generated;
}
