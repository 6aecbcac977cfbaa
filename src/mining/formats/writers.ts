/** Relations in the forms that other programs read. */
import { CodePoints, wholeText } from '../document';
import type { FoundName, FoundRelation } from '../foundRelations';
import type { Span } from '../grounding/names';
import type { MinedDocument, RelationFormat } from './minedDocument';
import { standoffOf, typeName } from './standoff';

const SOURCE = 'BioGPT Writer';

const rounded = (value: number): number => Number(value.toPrecision(4));

/** A relation a row, with its evidence. */
export const TSV: RelationFormat = {
  header:
    'document\tfirst\tfirst_role\tfirst_ids\tfirst_spans\trelation\tsecond\tsecond_role\tsecond_ids\tsecond_spans\t' +
    'probability\tgrounded\tnegated\tevidence\n',
  document({ document, relations }) {
    const text = wholeText(document);
    const points = new CodePoints(text);
    const name = ({ name, role, ids, mentions }: FoundName): string[] => [
      name,
      role,
      ids.join('|'),
      mentions.map(({ start, end }) => `${points.fromUnits(start)}-${points.fromUnits(end)}`).join('|'),
    ];
    return relations
      .map(({ first, second, relation, probability, evidence }) =>
        [
          document.id,
          ...name(first),
          relation,
          ...name(second),
          probability === null ? '' : String(rounded(probability)),
          String(evidence.grounded),
          String(evidence.negated),
          evidence.sentences.map(({ start, end }) => text.slice(start, end)).join(' … '),
        ]
          .map((cell) => cell.replace(/[\t\r\n]+/g, ' '))
          .join('\t'),
      )
      .map((row) => `${row}\n`)
      .join('');
  },
  between: '',
  footer: '',
};

/** A document a line, with all that is known of it. */
export const JSON_LINES: RelationFormat = {
  header: '',
  document({ document, relations, cut }) {
    const text = wholeText(document);
    const points = new CodePoints(text);
    const span = ({ start, end }: Span): [number, number] => [points.fromUnits(start), points.fromUnits(end)];
    const name = ({ name, role, ids, mentions }: FoundName): object => ({ name, role, ids, spans: mentions.map(span) });
    const value = {
      id: document.id,
      text,
      ...(cut && { cut }),
      relations: relations.map(({ first, second, relation, probability, evidence }: FoundRelation) => ({
        first: name(first),
        second: name(second),
        relation,
        probability: probability === null ? null : rounded(probability),
        grounded: evidence.grounded,
        negated: evidence.negated,
        sameSentence: evidence.sameSentence,
        sentences: evidence.sentences.map(span),
      })),
    };
    return `${JSON.stringify(value)}\n`;
  },
  between: '',
  footer: '',
};

/** PubTator's relation lines hold identifiers; a name that has none gets one of its own in its document, such as `N1`. */
export const PUBTATOR: RelationFormat = {
  header: '',
  document({ document, relations }) {
    const { title, text } = document;
    // What ends a line to one reader or another would end the field; each stays one character, so that offsets hold.
    const line = (value: string): string => value.replace(/[\t-\r\x1c-\x1e\x85\u2028\u2029]/g, ' ');
    const id = document.id.replace(/[|\s]+/g, '_');
    const local = new Map<string, string>();
    const idOf = ({ name, role, ids }: FoundName): string => {
      if (ids.length > 0) return ids.join('|');
      const key = `${role} ${name.toLowerCase()}`;
      if (!local.has(key)) local.set(key, `N${local.size + 1}`);
      return local.get(key)!;
    };
    const whole = wholeText(document);
    const points = new CodePoints(whole);
    const mentions = new Map<string, readonly [number, string]>();
    const found: string[] = [];
    for (const { first, second, relation } of relations) {
      for (const name of [first, second]) {
        for (const { start, end } of name.mentions) {
          const [from, to] = [points.fromUnits(start), points.fromUnits(end)];
          const key = `${from} ${to} ${name.role}`;
          if (mentions.has(key)) continue;
          mentions.set(key, [from, [id, from, to, line(whole.slice(start, end)), name.role, idOf(name)].join('\t')]);
        }
      }
      found.push([id, typeName(relation), idOf(first), idOf(second)].join('\t'));
    }
    const marks = [...mentions.values()].sort(([a], [b]) => a - b).map(([, mark]) => mark);
    // Without a title the text takes its place: PubTator's offsets count the space between the two.
    const [head, body] = title === '' ? [text, ''] : [title, text];
    return `${[`${id}|t|${line(head)}`, `${id}|a|${line(body)}`, ...marks, ...new Set(found)].join('\n')}\n\n`;
  },
  between: '',
  footer: '',
};

/** One collection (ncbi-nlp/BioC-JSON, as `bioc` of PyPI reads it). */
export const BIOC_JSON: RelationFormat = {
  header: `{"source":${JSON.stringify(SOURCE)},"date":"","key":"biogpt","version":"1.0","infons":{},"documents":[\n`,
  document(mined) {
    const { document } = mined;
    const { marks, relations } = standoffOf(mined);
    const text = wholeText(document);
    const points = new CodePoints(text);
    const bodyAt = points.fromUnits(text.length - document.text.length);
    const passages =
      document.title === ''
        ? [{ type: 'text', offset: 0, text }]
        : [
            { type: 'title', offset: 0, text: document.title },
            { type: 'abstract', offset: bodyAt, text: document.text },
          ];
    return JSON.stringify({
      id: document.id,
      infons: {},
      passages: passages.map(({ type, offset, text: part }) => ({
        offset,
        infons: { type },
        text: part,
        sentences: [],
        annotations: marks
          .filter(({ start }) => (document.title === '' || start >= bodyAt ? offset === bodyAt : offset === 0))
          .map(({ id, start, end, text: words, type: role, ids }) => ({
            id,
            infons: { type: role, ...(ids.length > 0 && { identifier: ids.join('|') }) },
            text: words,
            locations: [{ offset: start, length: end - start }],
          })),
        relations: [],
      })),
      annotations: [],
      relations: relations.map(({ id, type, from, to, roles, probability, negated }) => ({
        id,
        infons: {
          type,
          ...(probability !== null && { probability: String(rounded(probability)) }),
          ...(negated && { negated: 'true' }),
        },
        nodes: [
          { refid: from.id, role: roles[0] },
          { refid: to.id, role: roles[1] },
        ],
      })),
    });
  },
  between: ',\n',
  footer: '\n]}\n',
};

/** doccano's JSON lines for relations: numbers for ids (its pull request 1703). */
export const DOCCANO: RelationFormat = {
  header: '',
  document(mined) {
    const { text, marks, relations } = standoffOf(mined);
    const number = (id: string): number => Number(id.slice(1));
    const value = {
      id: mined.document.id,
      text,
      entities: marks.map(({ id, start, end, type }) => ({
        id: number(id),
        start_offset: start,
        end_offset: end,
        label: type,
      })),
      relations: relations.map(({ id, from, to, type }) => ({
        id: number(id),
        from_id: number(from.id),
        to_id: number(to.id),
        type,
      })),
    };
    return `${JSON.stringify(value)}\n`;
  },
  between: '',
  footer: '',
};

/** PubAnnotation's JSON, a document a line. */
export const PUBANNOTATION: RelationFormat = {
  header: '',
  document(mined) {
    const { text, marks, relations } = standoffOf(mined);
    const value = {
      sourceid: mined.document.id,
      text,
      denotations: marks.map(({ id, start, end, type }) => ({ id, span: { begin: start, end }, obj: type })),
      relations: relations.map(({ id, type, from, to }) => ({ id, pred: type, subj: from.id, obj: to.id })),
    };
    return `${JSON.stringify(value)}\n`;
  },
  between: '',
  footer: '',
};

/** brat's two files for a document: the text, and the marks upon it. */
export function bratFiles(mined: MinedDocument): { text: string; annotations: string } {
  const { text, marks, relations } = standoffOf(mined);
  const lines = [
    ...marks.map(({ id, start, text: words, type }) => {
      const pieces = linesOf(words);
      const places = pieces.map((piece) => `${start + piece.at} ${start + piece.at + [...piece.text].length}`);
      return `${id}\t${typeName(type)} ${places.join(';')}\t${pieces.map((piece) => piece.text).join(' ')}`;
    }),
    ...relations.map(({ id, type, from, to }) => `${id}\t${typeName(type)} Arg1:${from.id} Arg2:${to.id}`),
  ];
  return { text, annotations: lines.map((line) => `${line}\n`).join('') };
}

/** The parts of a name that stand on one line each, and where in the name, in code points: brat marks no line break. */
function linesOf(words: string): { at: number; text: string }[] {
  return [...words.matchAll(/[^\r\n]+/g)].map(({ 0: text, index }) => ({
    at: [...words.slice(0, index)].length,
    text,
  }));
}
