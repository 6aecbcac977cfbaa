import { isKnownCommand, knownEnvironment, PLAIN_ENVIRONMENT, type EnvironmentSpec } from './commands';
import { NO_DEFINITIONS, type Definitions } from './definitions';
import { macroOf } from './expansion';
import { expanded, macrosIn, type MacroSource } from './macros';
import { SPECIAL } from './tokens';

const VERBATIM: EnvironmentSpec = { mode: 'verbatim', args: '', reason: 'verbatim' };
const COMMENT: EnvironmentSpec = { mode: 'verbatim', args: '', reason: 'comment' };
const PSEUDO_CODE: EnvironmentSpec = { mode: 'quiet', args: 'o', reason: 'codeBlock' };

const NAME = String.raw`[ \t]*\{[ \t]*([^{}\\\n]+?)[ \t]*\}`;
/** Of tcolorbox, listings, fancyvrb, verbatim and their like: each names an environment whose contents are code. */
const CODE = new RegExp(
  String.raw`\\(?:newtcblisting|(?:[nN]ew|[rR]enew|[pP]rovide|Declare)TCBListing|lstnewenvironment|` +
    String.raw`(?:Define|Custom|Recustom)VerbatimEnvironment|newverbatim|NewListingEnvironment)\*?(?:[ \t]*\[[^\]]{0,300}\])?${NAME}`,
  'g',
);
/** minted: an environment named by its option, else after its language. */
const MINTED = new RegExp(String.raw`\\newminted(?:[ \t]*\[([^\]\n]+)\])?${NAME}`, 'g');
const EXCLUDED = new RegExp(String.raw`\\(?:excludecomment|NewCommentEnvironment)${NAME}`, 'g');
/** How an environment begins: what follows its name and the number of its arguments. */
const ENVIRONMENT = new RegExp(
  String.raw`\\(?:re)?newenvironment\*?${NAME}[ \t]*(?:\[(\d)\])?([ \t]*\[[^\]\n]*\])?\s*\{`,
  'g',
);
const DOCUMENT_ENVIRONMENT = new RegExp(
  String.raw`\\(?:New|Renew|Provide|Declare)DocumentEnvironment${NAME}\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\s*\{`,
  'g',
);
/** Of tabularray. */
const TABLE = new RegExp(String.raw`\\NewTblrEnviron${NAME}`, 'g');
/** Commands of verbatim text: minted's, named by an option or after their language. */
const VERBATIM_COMMAND = new RegExp(String.raw`\\newmintinline(?:[ \t]*\[([^\]\n]+)\])?${NAME}`, 'g');
/** Characters of shortvrb, fancyvrb and listings that verbatim text stands between, and the end of that. */
const SHORT_VERB =
  /\\(?:(Delete|Undefine|lstDelete)|Make|Define|lstMake)Short(?:Verb|Inline)\*?(?:[ \t]*\[[^\]]{0,300}\])?[ \t]*(?:\{[ \t]*)?\\?([^\s\\{}a-zA-Z])/g;
/** Most texts define nothing. */
const DEFINES =
  /\\(?:[nN]ew|[rR]enew|[pP]rovide|De(?:clare|fine)|Custom|Recustom|lst(?:new|Make)|MakeShort|exclude|usepackage|[egx]?def[ \t]*\\)/;
/** A comment takes the end of its line and the blanks of the next one along (TeXbook, chapter 8). */
const COMMENTS = /(?<=(?:^|[^\\])(?:\\\\)*)%.*(?:\n[ \t]*(?!\n))?/gm;
/** What an environment begins with is looked for in so many characters. */
const BEGINS_WITHIN = 500;

/** Whether a text may define anything. */
export function defines(text: string): boolean {
  return DEFINES.test(text);
}

/** What a document's head defines. Definitions in comments are none. */
export function definitionsIn(head: string): Definitions {
  if (!defines(head)) return NO_DEFINITIONS;
  const text = head.replace(COMMENTS, '');
  const environments = environmentsIn(text);
  const sources = macrosIn(text, isKnownCommand);
  const verbatim = new Set(
    Array.from(text.matchAll(VERBATIM_COMMAND), ([, name, language]) => name ?? `${language!}inline`),
  );
  const shortVerbs = shortVerbsIn(text);
  const key = JSON.stringify([[...environments], [...sources], [...verbatim], shortVerbs]);
  if (environments.size + sources.size + verbatim.size + shortVerbs.length === 0) return NO_DEFINITIONS;
  return {
    environments,
    macros: new Map(Array.from(sources, ([name, source]) => [name, macroOf(name, source, sources, environments)])),
    verbatim,
    shortVerbs,
    special: shortVerbs === '' ? SPECIAL : new RegExp(`${SPECIAL.source.slice(0, -1)}${escaped(shortVerbs)}]`, 'g'),
    expand: sources.size === 0 ? (laTeX) => laTeX : (laTeX) => expandedWith(laTeX, sources),
    key,
  };
}

function expandedWith(laTeX: string, sources: ReadonlyMap<string, MacroSource>): string {
  return laTeX.includes('\\') ? expanded(laTeX, sources) : laTeX;
}

function shortVerbsIn(text: string): string {
  const signs = new Set<string>();
  for (const [, ends, sign] of text.matchAll(SHORT_VERB)) {
    if (ends === undefined) signs.add(sign!);
    else signs.delete(sign!);
  }
  return [...signs].join('');
}

function escaped(signs: string): string {
  return signs.replace(/[\]\\^-]/g, '\\$&');
}

function environmentsIn(text: string): Map<string, EnvironmentSpec> {
  const found = new Map<string, EnvironmentSpec>();
  for (const [, name] of text.matchAll(CODE)) found.set(name!, VERBATIM);
  for (const [, name, language] of text.matchAll(MINTED)) {
    const environment = name ?? `${language!}code`;
    found.set(environment, VERBATIM).set(`${environment}*`, VERBATIM);
  }
  for (const [, name] of text.matchAll(EXCLUDED)) found.set(name!, COMMENT);
  for (const [, name] of text.matchAll(TABLE)) found.set(name!, knownEnvironment('tblr')!);
  if (/\\usepackage[ \t]*(?:\[[^\]]{0,300}\])?[ \t]*\{[^}]{0,300}\balgorithm2e\b/.test(text)) {
    for (const name of ['algorithm', 'algorithm*', 'procedure', 'function']) found.set(name, PSEUDO_CODE);
  }
  for (const match of text.matchAll(ENVIRONMENT)) {
    const optional = match[3] === undefined ? 0 : 1;
    const args = 'o'.repeat(optional) + 'q'.repeat(Math.max(0, Number(match[2] ?? 0) - optional));
    define(match[1]!, args, text.slice(match.index + match[0].length));
  }
  for (const match of text.matchAll(DOCUMENT_ENVIRONMENT)) {
    const args = Array.from(match[2]!.replace(/\{[^{}]*\}/g, '').matchAll(/[mrR]|[oOdD]/g), ([letter]) =>
      /[mrR]/.test(letter) ? 'q' : 'o',
    ).join('');
    define(match[1]!, args, text.slice(match.index + match[0].length));
  }
  return found;

  /** An environment is what the last one is that it opens and leaves open. */
  function define(name: string, args: string, behind: string): void {
    const begin = untilBrace(behind.slice(0, BEGINS_WITHIN));
    const open: string[] = [];
    for (const [, how, inner] of begin.matchAll(/\\(begin|end)[ \t]*\{([^{}]*)\}/g)) {
      if (how === 'begin') open.push(inner!);
      else open.pop();
    }
    // `\verbatim` and `\lstlisting` without `\begin` begin their environments too.
    const bare = /\\(verbatim|Verbatim|lstlisting|minted|comment|equation|align)(?![a-zA-Z])/.exec(begin)?.[1];
    const inner = open[open.length - 1] ?? bare;
    const spec = inner === undefined ? undefined : (found.get(inner) ?? knownEnvironment(inner));
    found.set(name, { ...(spec ?? PLAIN_ENVIRONMENT), args });
  }
}

/** The text up to the brace that closes the group it stands in. */
function untilBrace(text: string): string {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth < 0) return text.slice(0, i);
  }
  return text;
}
