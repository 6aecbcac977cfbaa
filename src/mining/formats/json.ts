import * as v from 'valibot';
import { CodePoints, wholeText, type Mention, type SourceDocument } from '../document';
import { numberedLines, type DocumentReader, type ReadItem } from './readers';

const TextOrNumber = v.union([v.string(), v.number()], 'must be text');

const Plain = v.object({
  id: v.optional(TextOrNumber),
  pmid: v.optional(TextOrNumber),
  title: v.nullish(v.string('must be text'), ''),
  text: v.optional(v.string('must be text')),
  abstract: v.optional(v.string('must be text')),
  contexts: v.optional(v.array(v.string('must be text'), 'must be a list')),
  question: v.optional(v.string('must be text')),
  conclusion: v.optional(v.string('must be text')),
  longAnswer: v.optional(v.string('must be text')),
});

const Infons = v.optional(v.record(v.string(), v.unknown()), {});

const BioC = v.object({
  id: TextOrNumber,
  passages: v.array(
    v.object({
      offset: v.number('must be a number'),
      infons: Infons,
      text: v.optional(v.string('must be text')),
      sentences: v.optional(v.array(v.object({ text: v.optional(v.string(), '') })), []),
      annotations: v.optional(
        v.array(
          v.object({
            infons: Infons,
            text: v.optional(v.string(), ''),
            locations: v.array(v.object({ offset: v.number(), length: v.number() })),
          }),
        ),
        [],
      ),
    }),
    'must be a list of passages',
  ),
});

/** A JSON object a line: `{"id", "title", "text"}` with `question` and `conclusion`, a data set's, or a BioC document. */
export const readJsonLines: DocumentReader = async function* (chunks) {
  for await (const { line, text } of numberedLines(chunks)) {
    if (text.trim() === '') continue;
    yield itemOf(text, line, String(line));
  }
};

/** One JSON value with BioC documents: a collection, a list of documents, or one; read a document at a time. */
export const readBiocJson: DocumentReader = async function* (chunks) {
  for await (const { line, json } of documentsIn(chunks)) yield itemOf(json, line, String(line));
};

function itemOf(json: string, line: number, id: string): ReadItem {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { line, problem: `This is not JSON (${(error as Error).message}).` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, problem: 'This is not a JSON object.' };
  }
  return 'passages' in value ? biocItem(value, line) : plainItem(value, line, id);
}

function plainItem(value: object, line: number, fallback: string): ReadItem {
  const result = v.safeParse(Plain, value);
  if (!result.success) return { line, problem: told(result.issues[0]) };
  const { id, pmid, title, text, abstract, contexts, question, conclusion, longAnswer } = result.output;
  const body = contexts?.map((context) => context.trim()).join(' ') ?? text ?? abstract ?? '';
  if (body.trim() === '' && (title ?? '').trim() === '')
    return { line, problem: 'The document has neither "text" nor "title".' };
  const answer = conclusion ?? longAnswer;
  // PubMedQA's titles are its questions.
  const asked = question ?? (contexts ? (title ?? '') : undefined);
  return {
    line,
    document: {
      id: String(id ?? pmid ?? fallback),
      title: contexts ? '' : (title ?? ''),
      text: body,
      ...(asked !== undefined && { question: asked }),
      ...(answer !== undefined && { conclusion: answer }),
    },
  };
}

function biocItem(value: object, line: number): ReadItem {
  const result = v.safeParse(BioC, value);
  if (!result.success) return { line, problem: told(result.issues[0]) };
  const { id, passages } = result.output;
  return biocDocument(
    String(id),
    passages.map(({ offset, infons, text, sentences, annotations }) => ({
      offset,
      type: typeof infons['type'] === 'string' ? infons['type'] : '',
      text: text ?? sentences.map((sentence) => sentence.text).join(' '),
      marks: annotations.map((annotation) => ({
        type: String(annotation.infons['type'] ?? ''),
        identifier: String(annotation.infons['identifier'] ?? ''),
        text: annotation.text,
        locations: annotation.locations,
      })),
    })),
    line,
  );
}

function told(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return `${path ? `"${path}" ` : ''}${issue.message}.`;
}

/** A BioC passage, of JSON or XML. */
export interface BiocPassage {
  /** In code points. */
  offset: number;
  type: string;
  text: string;
  marks: readonly {
    type: string;
    identifier: string;
    text: string;
    locations: readonly { offset: number; length: number }[];
  }[];
}

/**
 * A document of BioC's passages: the first is its title where it says so, the others are its text, with one space between
 * them. Places are counted anew, since offsets of other collections leave gaps of any size.
 */
export function biocDocument(id: string, passages: readonly BiocPassage[], line: number): ReadItem {
  const filled = passages.filter(({ text }) => text !== '');
  if (filled.length === 0) return { line, problem: `The document "${id}" contains no text.` };
  const titled = /title|front/i.test(filled[0]!.type);
  const document: SourceDocument = {
    id,
    title: titled ? filled[0]!.text : '',
    text: filled
      .slice(titled ? 1 : 0)
      .map(({ text }) => text)
      .join(' '),
  };
  const whole = wholeText(document);
  const mentions: Mention[] = [];
  let at = 0;
  for (const { offset, text, marks } of filled) {
    const points = new CodePoints(text);
    for (const { type, identifier, text: words, locations } of marks) {
      for (const location of locations) {
        const start = points.toUnits(location.offset - offset);
        const end = points.toUnits(location.offset - offset + location.length);
        const found = start === undefined || end === undefined ? undefined : text.slice(start, end);
        if (found === undefined || (locations.length === 1 && words !== '' && found !== words)) {
          const place = `${location.offset}–${location.offset + location.length}`;
          return { line, problem: `Document "${id}": the annotation "${words}" is not at ${place}.` };
        }
        const ids = identifier === '' || identifier === '-' ? [] : identifier.split(/[|,]/);
        mentions.push({ start: at + start!, end: at + end!, type, ids });
      }
    }
    at += text.length + 1;
  }
  if (whole.trim() === '') return { line, problem: `The document "${id}" contains no text.` };
  return { line, document: { ...document, ...(mentions.length > 0 && { mentions }) } };
}

/** Lists of documents have these keys, in BioC and in PubTator's own files. */
const LISTS = ['documents', 'PubTator3'];

/**
 * The JSON text of each document of a collection, so that a large file is never in memory as a whole: the objects of the
 * list that is the value itself, or that one of `LISTS` names; else the whole value.
 */
async function* documentsIn(chunks: AsyncIterable<string>): AsyncGenerator<{ line: number; json: string }> {
  /** The brackets that are open. */
  const open: string[] = [];
  let line = 1;
  let inString = false;
  let escaped = false;
  /** The last string of the outermost object, which is the key of what follows. */
  let key = '';
  let word = '';
  let listed = false;
  let json = '';
  let begins = 1;
  /** Depth at which the document that is being read begins; −1: none is. */
  let depth = -1;
  let rootIs = '';
  /** All of it as long as there is no list: it may be a document itself. */
  let whole = '';
  for await (const chunk of chunks) {
    for (const character of chunk) {
      if (character === '\n') line++;
      if (depth >= 0) json += character;
      else if (!listed) whole += character;
      if (inString) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = true;
        else if (character === '"') {
          inString = false;
          if (open.length === 1) key = word;
        } else if (open.length === 1) word += character;
        continue;
      }
      if (character === '"') {
        inString = true;
        word = '';
      } else if (character === '{' || character === '[') {
        if (rootIs === '') rootIs = character;
        const inList =
          (rootIs === '[' && open.length === 1) ||
          (rootIs === '{' && open.length === 2 && open[1] === '[' && LISTS.includes(key));
        if (depth < 0 && character === '{' && inList) {
          listed = true;
          depth = open.length;
          json = '{';
          begins = line;
          whole = '';
        }
        open.push(character);
      } else if (character === '}' || character === ']') {
        open.pop();
        if (depth >= 0 && open.length === depth) {
          yield { line: begins, json };
          depth = -1;
          json = '';
        }
      }
    }
  }
  if (depth >= 0) yield { line: begins, json };
  else if (!listed) yield { line: 1, json: whole };
  // The list has no end.
  else if (open.length > 0) yield { line, json: '' };
}
