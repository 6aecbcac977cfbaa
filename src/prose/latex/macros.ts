import type { Param } from './definitions';

/** A definition of a command, as it is written. */
export interface MacroSource {
  params: readonly Param[];
  body: string;
  /** An operator of math: set apart from what it stands beside. */
  operator?: boolean;
}

/** Longer definitions are programs, not words. */
const LONGEST = 2000;
/** So much is written at most for one use of a macro, UTF-16 units: a macro of macros can stand for any number of words. */
const MOST_WRITTEN = 2000;

const NAME = String.raw`\s*(?:\{\s*\\([a-zA-Z@]+)\s*\}|\\([a-zA-Z@]+))\s*`;
/** LaTeX's own ways, those of etoolbox and of xargs (LaTeX2e reference manual, 12.1). */
const COMMAND = new RegExp(
  String.raw`\\(new|renew|provide|DeclareRobust)(?:[cC]ommandx?|robustcmd)\*?${NAME}(?:\[(\d)\]\s*)?(?:\[([^\]]*)\]\s*)?\{`,
  'g',
);
/** Of xparse, which is part of LaTeX (usrguide, section 2). */
const DOCUMENT_COMMAND = new RegExp(
  String.raw`\\(New|Renew|Provide|Declare)(?:Expandable)?DocumentCommand${NAME}\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{`,
  'g',
);
/** Of TeX, with parameters that nothing stands between (TeXbook, chapter 20). */
const DEF = /\\([egx]?def)\s*\\([a-zA-Z@]+)\s*((?:#\d)*)\s*\{/g;
/** Of amsmath, mathtools and siunitx. */
const OPERATOR = new RegExp(String.raw`\\DeclareMathOperator\*?${NAME}\{`, 'g');
const DELIMITER = new RegExp(String.raw`\\DeclarePairedDelimiter${NAME}\{([^{}]*)\}\s*\{([^{}]*)\}`, 'g');
const UNIT = new RegExp(String.raw`\\DeclareSIUnit\s*(?:\[[^\]]*\])?${NAME}\{`, 'g');

/**
 * The commands that a text without comments defines. A name that `isKnown` keeps what is known of it, unless the document
 * says that it is new.
 */
export function macrosIn(text: string, isKnown: (name: string) => boolean): Map<string, MacroSource> {
  const found = new Map<string, MacroSource>();
  const add = (
    how: string,
    name: string,
    params: readonly Param[],
    open: number,
    more?: Partial<MacroSource>,
  ): void => {
    const group = groupAt(text, open);
    if (group === null || (/^provide$/i.test(how) && found.has(name)) || (!/^new$/i.test(how) && isKnown(name))) return;
    found.set(name, { params, body: group.trim(), ...more });
  };
  for (const match of text.matchAll(COMMAND)) {
    const [whole, how, braced, bare, count, first] = match as unknown as [string, string, ...(string | undefined)[]];
    const params = Array.from({ length: Number(count ?? 0) }, (): Param => ({ default: null }));
    if (first !== undefined && params.length > 0) params[0] = { default: first.replace(/^\d=/, '') };
    add(how, braced ?? bare!, params, match.index + whole.length - 1);
  }
  for (const match of text.matchAll(DOCUMENT_COMMAND)) {
    const [whole, how, braced, bare, spec] = match as unknown as [string, string, string?, string?, string?];
    const params = paramsOf(spec!);
    if (params !== null) add(how, braced ?? bare!, params, match.index + whole.length - 1);
  }
  for (const match of text.matchAll(DEF)) {
    const [whole, how, name, numbers] = match as unknown as [string, string, string, string];
    const params = Array.from(numbers.matchAll(/#/g), (): Param => ({ default: null }));
    add(how, name, params, match.index + whole.length - 1);
  }
  for (const match of text.matchAll(OPERATOR))
    add('new', match[1] ?? match[2]!, [], match.index + match[0].length - 1, { operator: true });
  for (const [, braced, bare, left, right] of text.matchAll(DELIMITER))
    found.set(braced ?? bare!, { params: [{ default: '' }, { default: null }], body: `${left!}#2${right!}` });
  for (const match of text.matchAll(UNIT)) add('new', match[1] ?? match[2]!, [], match.index + match[0].length - 1);
  return found;
}

/** Parameters of an xparse signature; null where it has kinds that are not read. A star is read with the name. */
function paramsOf(signature: string): Param[] | null {
  const params: Param[] = [];
  const parts = signature.replace(/[!+\s]|>\{[^{}]*\}/g, '');
  for (const [whole, letter, value] of parts.matchAll(/([a-zA-Z])(?:\{((?:[^{}]|\{[^{}]*\})*)\})?|./g)) {
    if (letter === 'm') params.push({ default: null });
    else if (letter === 'o' || letter === 's') params.push({ default: '' });
    else if (letter === 'O') params.push({ default: value ?? '' });
    else return whole === '' ? params : null;
  }
  return params;
}

/** What is in the braces that open at `open`; null where they are not closed, or far away. */
export function groupAt(text: string, open: number): string | null {
  let depth = 0;
  for (let i = open; i < Math.min(text.length, open + LONGEST); i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return text.slice(open + 1, i);
  }
  return null;
}

const OPTIONAL = /[ \t]*\[([^[\]\n]{0,300})\]/y;
const MANDATORY = /[ \t]*\{((?:[^{}\n\\]|\\[^\n]|\{(?:[^{}\n\\]|\\[^\n]|\{[^{}\n]{0,100}\}){0,300}\}){0,500})\}/y;

/** The arguments behind a macro's name that ends at `pos`, on one line; null where one is missing. */
export function argumentsAt(
  text: string,
  pos: number,
  params: readonly Param[],
): { texts: string[]; end: number } | null {
  const texts: string[] = [];
  let end = pos;
  for (const param of params) {
    const pattern = param.default === null ? MANDATORY : OPTIONAL;
    pattern.lastIndex = end;
    const match = pattern.exec(text);
    if (match !== null) end = pattern.lastIndex;
    else if (param.default === null) return null;
    texts.push(match?.[1] ?? param.default ?? '');
  }
  return { texts, end };
}

/** What a macro stands for with these arguments. */
export function substituted({ body }: MacroSource, args: readonly string[]): string {
  return body.replace(/(\\[a-zA-Z@]+)?#(\d)/g, (_, word: string | undefined, digit: string) => {
    const arg = args[Number(digit) - 1] ?? '';
    // Letters would go on with a command's name.
    return word === undefined ? arg : `${word} ${arg}`;
  });
}

/** LaTeX with what macros stand for in place of them; one within itself stands for nothing. */
export function expanded(
  laTeX: string,
  macros: ReadonlyMap<string, MacroSource>,
  open: readonly string[] = [],
  written = { length: 0 },
): string {
  let text = '';
  let from = 0;
  for (const match of laTeX.matchAll(/\\([a-zA-Z@]+)\*?/g)) {
    const macro = match.index < from ? undefined : macros.get(match[1]!);
    if (macro === undefined) continue;
    const args = argumentsAt(laTeX, match.index + match[0].length, macro.params);
    if (args === null) continue;
    const ends = open.includes(match[1]!) || written.length > MOST_WRITTEN;
    const body = ends ? '' : expanded(substituted(macro, args.texts), macros, [...open, match[1]!], written);
    written.length += body.length + 1;
    const alone = laTeX[match.index - 1] === '{' && laTeX[args.end] === '}';
    text += `${laTeX.slice(from, match.index)}${macro.operator === true ? '\\;' : ''}${alone ? body : `{${body}}`}`;
    from = args.end;
  }
  return text + laTeX.slice(from);
}
