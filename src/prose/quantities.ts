/** Quantities of siunitx and formulas of mhchem, in the form in which they are printed. */

/** A command with its arguments, on one line. */
const QUANTITY =
  /\\(SI|qty|num|si|unit|SIrange|qtyrange|numrange|SIlist|qtylist|numlist|ang|ce)\*?[ \t]*(?:\[[^\]\n]{0,300}\])?\{((?:[^{}\n]|\{[^{}\n]{0,300}\}){0,300})\}(?:\{([^{}\n]{0,300})\})?(?:\{([^{}\n]{0,300})\})?/y;
/** Mandatory arguments; one where none are given here. */
const ARGUMENTS: Record<string, number> = {
  SI: 2,
  qty: 2,
  SIlist: 2,
  qtylist: 2,
  numrange: 2,
  SIrange: 3,
  qtyrange: 3,
};

/** A quantity in the source. */
export interface Quantity {
  /** Of the command and its arguments, UTF-16 units. */
  length: number;
  /** As it is printed. */
  text: string;
}

/**
 * The quantity or formula whose command stands at `pos`; null if none does, or an argument is missing.
 * @param expand writes out macros of the document's own.
 */
export function quantityAt(
  source: string,
  pos: number,
  expand: (laTeX: string) => string = (laTeX) => laTeX,
): Quantity | null {
  QUANTITY.lastIndex = pos;
  const match = QUANTITY.exec(source);
  if (match === null) return null;
  const [whole, command, ...found] = match as unknown as [string, string, ...(string | undefined)[]];
  const count = ARGUMENTS[command] ?? 1;
  const args = found.slice(0, count).filter((arg) => arg !== undefined);
  if (args.length < count) return null;
  let length = whole.length;
  // Braces that follow are a group of their own.
  for (const more of found.slice(count)) if (more !== undefined) length -= more.length + 2;
  return { length, text: quantityText(command, args.map(expand)) };
}

const UNIT_PREFIXES: Record<string, string> = {
  femto: 'f',
  pico: 'p',
  nano: 'n',
  micro: 'μ',
  mu: 'μ',
  milli: 'm',
  centi: 'c',
  deci: 'd',
  hecto: 'h',
  kilo: 'k',
  mega: 'M',
  giga: 'G',
};
const UNITS: Record<string, string> = {
  gram: 'g',
  gramme: 'g',
  metre: 'm',
  meter: 'm',
  litre: 'L',
  liter: 'L',
  mole: 'mol',
  molar: 'M',
  second: 's',
  minute: 'min',
  hour: 'h',
  day: 'd',
  kelvin: 'K',
  celsius: '°C',
  degreeCelsius: '°C',
  degree: '°',
  percent: '%',
  ampere: 'A',
  volt: 'V',
  watt: 'W',
  joule: 'J',
  newton: 'N',
  pascal: 'Pa',
  hertz: 'Hz',
  dalton: 'Da',
  becquerel: 'Bq',
  gray: 'Gy',
  sievert: 'Sv',
  ohm: 'Ω',
  mg: 'mg',
  kg: 'kg',
  ug: 'μg',
  ng: 'ng',
  ml: 'mL',
  mL: 'mL',
  ul: 'μL',
  uL: 'μL',
  mm: 'mm',
  cm: 'cm',
  um: 'μm',
  nm: 'nm',
  mM: 'mM',
  uM: 'μM',
  nM: 'nM',
  kDa: 'kDa',
  mmHg: 'mmHg',
  bar: 'bar',
};

/** The printed form of a siunitx quantity or an mhchem formula. */
function quantityText(command: string, args: readonly string[]): string {
  if (command === 'ce')
    return args[0]!
      .replace(/[{}^_$]/g, '')
      .replace(/<<?=>>?/g, '⇌')
      .replace(/<-->?|<->/g, '↔')
      .replace(/->/g, '→');
  const number = (text: string): string =>
    text
      .replace(/\+-|\s*\\pm(?![a-zA-Z])\s*/g, ' ± ')
      .replace(/[eE](-?\d+)/, ' × 10^$1')
      .trim();
  switch (command) {
    case 'num':
      return number(args[0]!);
    case 'ang':
      return `${args[0]!.replace(/;+$/, '')}°`;
    case 'si':
    case 'unit':
      return unitText(args[0]!);
    case 'numrange':
      return `${number(args[0]!)} to ${number(args[1]!)}`;
    case 'numlist':
      return listed(args[0]!.split(';').map(number));
    case 'SIlist':
    case 'qtylist':
      return `${listed(args[0]!.split(';').map(number))} ${unitText(args[1]!)}`;
    case 'SI':
    case 'qty': {
      const unit = unitText(args[1]!);
      return `${number(args[0]!)}${unit === '%' || unit === '' || unit === '°' ? '' : ' '}${unit}`;
    }
    default:
      return `${number(args[0]!)} to ${number(args[1]!)} ${unitText(args[2]!)}`;
  }
}

/** `1, 2 and 5`. */
function listed(numbers: readonly string[]): string {
  return numbers.length < 2
    ? numbers.join('')
    : `${numbers.slice(0, -1).join(', ')} and ${numbers[numbers.length - 1]!}`;
}

function unitText(unit: string): string {
  let per = false;
  const text = unit.replace(/\\([a-zA-Z]+|%)\s*/g, (_, name: string) => {
    if (name === '%') return '%';
    if (name === 'per') {
      per = true;
      return '/';
    }
    if (name === 'squared' || name === 'square') return '2';
    if (name === 'cubed' || name === 'cubic') return '3';
    if (Object.hasOwn(UNIT_PREFIXES, name)) return UNIT_PREFIXES[name]!;
    if (Object.hasOwn(UNITS, name)) return UNITS[name]!;
    const prefix = Object.keys(UNIT_PREFIXES).find(
      (key) => name.startsWith(key) && Object.hasOwn(UNITS, name.slice(key.length)),
    );
    return prefix === undefined ? name : UNIT_PREFIXES[prefix]! + UNITS[name.slice(prefix.length)]!;
  });
  return (per ? text.replace(/\s+/g, '') : text)
    .replace(/[{}~]/g, '')
    .replace(/[.](?=\S)/g, ' ')
    .trim();
}
