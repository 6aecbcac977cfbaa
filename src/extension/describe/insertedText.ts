import type { Citation } from './citation';

/** Where a text is inserted. */
export interface InsertionPlace {
  /** The cursor's line, up to the cursor and from it. */
  linePrefix: string;
  lineSuffix: string;
}

/**
 * What to write for a model's description at a place: escaped for the language, set off from the words around it, and
 * without the term where the writer's text already ends in it.
 */
export function descriptionInsertion(
  term: string,
  description: string,
  place: InsertionPlace,
  escape: (text: string) => string,
): string {
  const written = endsInTerm(place.linePrefix.trimEnd(), term) && startsWithTerm(description, term);
  const text = (written ? description.slice(term.length) : description).trim();
  return setOff(text, escape(text), place);
}

/**
 * What to write for a definition at a place, as its source words it: whole between sentences; within the writer's
 * sentence its first one in parentheses, without the "Asthma is" that stands there already.
 */
export function definitionInsertion(
  term: string,
  definition: string,
  place: InsertionPlace,
  citation: Citation | undefined,
  escape: (text: string) => string,
): string {
  const inside = citation?.place === 'inside' ? citation.marker : '';
  const behind = citation?.place === 'behind' ? citation.marker : '';
  if (BETWEEN_SENTENCES.test(place.linePrefix)) {
    const text = definition.trim();
    const stop = /[.!?]$/.exec(text)?.[0] ?? '';
    const cited = escape(text.slice(0, text.length - stop.length)) + (inside && ` ${inside}`);
    return setOff(text, `${cited}${stop}${behind}`, place);
  }
  const text = asApposition(term, firstSentence(definition.trim())).replace(/[.!?]$/, '');
  const cited = escape(text) + (inside && unbracketed(inside));
  return setOff(`(${text}`, `(${cited})${behind}`, place);
}

function firstSentence(text: string): string {
  return (
    /^.+?(?<!\b(?:e\.g|i\.e|vs|cf|approx|ca|al|spp?|var|no|Dr|St|[A-Z]))[.!?](?=\s+["“(]?[\p{Lu}\d])/u.exec(
      text,
    )?.[0] ?? text
  );
}

/** What ends in these is no sentence: a line's beginning, with marks of lists, quotes and headings and LaTeX's commands, or the end of a sentence. */
const BETWEEN_SENTENCES =
  /^\s*(?:(?:[-*+>]|\d{1,9}[.)]|#{1,6})\s+)*(?:\[[ xX]\]\s+)?$|[.!?:;]["”’')\]}]*(?:\[[^\]]*\]|\\[a-z]*cite[a-z]*\{[^}]*\}|\\footnote\{[^}]*\})*\s*$|\\item(?:\[[^\]]*\])?\s*$|\\[a-z]+\*?\{$/;

/** A definition's words without its "Asthma is", and without a capital that only begins the sentence. */
function asApposition(term: string, definition: string): string {
  const subject = new RegExp(`^(?:an? |the )?${escaped(term)}(?: \\([^)]*\\))?,? (?:is|are) (?=\\S)`, 'i');
  return definition.replace(subject, '').replace(/^(?:An?|The|Any|One) /, (article) => article.toLowerCase());
}

/** Parentheses don't nest. */
function unbracketed(marker: string): string {
  return marker.startsWith('(') ? `; ${marker.slice(1, -1)}` : ` ${marker}`;
}

/** A written text with the spaces that the words around it need. @param text what it says, unescaped */
function setOff(text: string, written: string, { linePrefix, lineSuffix }: InsertionPlace): string {
  const before = linePrefix && !/[\s([{"“'‘]$/.test(linePrefix) && !/^[,;:.)]/.test(text) ? ' ' : '';
  const after = /^[\p{L}\p{N}(]/u.test(lineSuffix) ? ' ' : '';
  return before + written + after;
}

function endsInTerm(linePrefix: string, term: string): boolean {
  const at = linePrefix.length - term.length;
  return linePrefix.slice(at).toLowerCase() === term.toLowerCase() && !/[\p{L}\p{N}-]/u.test(linePrefix.charAt(at - 1));
}

function startsWithTerm(description: string, term: string): boolean {
  const rest = description.slice(term.length);
  return description.toLowerCase().startsWith(term.toLowerCase()) && /^[^\p{L}\p{N}-]/u.test(rest);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
