import assert from 'node:assert/strict';
import { CodePoints, wholeText } from '../../../src/mining/document';
import type { FoundName } from '../../../src/mining/foundRelations';
import { readBiocJson, readJsonLines } from '../../../src/mining/formats/json';
import type { MinedDocument } from '../../../src/mining/formats/minedDocument';
import { readPubTator } from '../../../src/mining/formats/pubTator';
import type { DocumentReader } from '../../../src/mining/formats/readers';
import { RELATION_FILES, type RelationFile } from '../../../src/mining/formats/relationFormats';
import { typeName } from '../../../src/mining/formats/standoff';
import { bratFiles } from '../../../src/mining/formats/writers';
import { MINED } from './support';

/** From the first to behind the last code point. */
type Place = readonly [start: number, end: number];

/** What a file says of a document, whatever its form. */
interface Said {
  id: string;
  text: string;
  marks: { place: Place; type: string; ids: readonly string[] }[];
  /** Where their names stand: the one mark that they join, or all of them. */
  relations: { first: Place[]; second: Place[]; type: string }[];
}

const file = (name: RelationFile): string => {
  const { header, between, footer, document } = RELATION_FILES[name];
  return header + MINED.map((mined) => document(mined)).join(between) + footer;
};

const jsonLines = <T>(text: string): T[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

async function documentsOf(reader: DocumentReader, text: string) {
  const chunks = async function* (): AsyncGenerator<string> {
    yield text;
  };
  const documents = [];
  for await (const item of reader(chunks())) {
    assert.ok('document' in item, JSON.stringify(item));
    documents.push(item.document);
  }
  return documents;
}

/** Marks of a document as our own reader has them. */
function readMarks({ mentions = [], ...document }: Awaited<ReturnType<typeof documentsOf>>[number]): Said['marks'] {
  const points = new CodePoints(wholeText(document));
  return mentions.map(({ start, end, type, ids }) => ({
    place: [points.fromUnits(start), points.fromUnits(end)],
    type,
    ids,
  }));
}

const namedPlaces = (first: { spans: Place[]; role: string; ids: string[] }): Said['marks'] =>
  first.spans.map((place) => ({ place, type: first.role, ids: first.ids }));

/** Each form, read by our own readers where there are some, else by the form's own rules. */
const READ: Record<RelationFile | 'brat', () => Promise<Said[]>> = {
  async jsonl() {
    interface Name {
      role: string;
      ids: string[];
      spans: Place[];
    }
    interface Line {
      id: string;
      text: string;
      relations: { first: Name; second: Name; relation: string }[];
    }
    const lines = jsonLines<Line>(file('jsonl'));
    const own = await documentsOf(readJsonLines, file('jsonl'));
    assert.deepEqual(
      own.map(({ id, text }) => [id, text]),
      lines.map(({ id, text }) => [id, text]),
    );
    return lines.map(({ id, text, relations }) => ({
      id,
      text,
      marks: relations.flatMap(({ first, second }) => [...namedPlaces(first), ...namedPlaces(second)]),
      relations: relations.map(({ first, second, relation }) => ({
        first: first.spans,
        second: second.spans,
        type: relation,
      })),
    }));
  },
  async tsv() {
    const [head, ...rows] = file('tsv').trimEnd().split('\n');
    const columns = head!.split('\t');
    const said = MINED.map(({ document }): Said => ({
      id: document.id,
      text: wholeText(document),
      marks: [],
      relations: [],
    }));
    for (const row of rows) {
      const cells = row.split('\t');
      assert.equal(cells.length, columns.length);
      const cell = (name: string): string => cells[columns.indexOf(name)]!;
      const name = (which: 'first' | 'second') => ({
        role: cell(`${which}_role`),
        ids: cell(`${which}_ids`).split('|').filter(Boolean),
        spans: cell(`${which}_spans`)
          .split('|')
          .map((span) => span.split('-').map(Number) as unknown as Place),
      });
      const [first, second] = [name('first'), name('second')];
      const one = said.find(({ id }) => id.replaceAll('\t', ' ') === cell('document'))!;
      one.marks.push(...namedPlaces(first), ...namedPlaces(second));
      one.relations.push({ first: first.spans, second: second.spans, type: cell('relation') });
    }
    return said;
  },
  async pubtator() {
    const documents = await documentsOf(readPubTator, file('pubtator'));
    const lines = file('pubtator')
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(({ length }) => length === 4);
    return documents.map((document) => {
      const marks = readMarks(document);
      const places = (id: string): Place[] => marks.filter(({ ids }) => ids.includes(id)).map(({ place }) => place);
      return {
        id: document.id,
        // An untitled one has its text in the title's place.
        text: wholeText(document).trimEnd(),
        marks: marks.map((mark) => ({ ...mark, ids: mark.ids.filter((id) => !/^N\d+$/.test(id)) })),
        relations: lines
          .filter(([id]) => id === document.id)
          .map(([, type, first, second]) => ({ first: places(first!), second: places(second!), type: type! })),
      };
    });
  },
  async 'bioc-json'() {
    interface Annotation {
      id: string;
      locations: { offset: number; length: number }[];
    }
    const { documents } = JSON.parse(file('bioc-json')) as {
      documents: {
        passages: { annotations: Annotation[] }[];
        relations: { infons: { type: string }; nodes: { refid: string; role: string }[] }[];
      }[];
    };
    const own = await documentsOf(readBiocJson, file('bioc-json'));
    return own.map((document, i) => {
      const annotations = documents[i]!.passages.flatMap((passage) => passage.annotations);
      const place = (refid: string): Place[] =>
        annotations
          .find(({ id }) => id === refid)!
          .locations.map(({ offset, length }): Place => [offset, offset + length]);
      return {
        id: document.id,
        text: wholeText(document),
        marks: readMarks(document),
        relations: documents[i]!.relations.map(({ infons, nodes: [first, second] }) => ({
          first: place(first!.refid),
          second: place(second!.refid),
          type: infons.type,
        })),
      };
    });
  },
  async doccano() {
    interface Line {
      id: string;
      text: string;
      entities: { id: number; start_offset: number; end_offset: number; label: string }[];
      relations: { id: number; from_id: number; to_id: number; type: string }[];
    }
    return jsonLines<Line>(file('doccano')).map(({ id, text, entities, relations }) => {
      const place = (wanted: number): Place[] =>
        entities
          .filter((entity) => entity.id === wanted)
          .map(({ start_offset, end_offset }): Place => [start_offset, end_offset]);
      return {
        id,
        text,
        marks: entities.map(({ start_offset, end_offset, label }) => ({
          place: [start_offset, end_offset],
          type: label,
          ids: [],
        })),
        relations: relations.map(({ from_id, to_id, type }) => ({ first: place(from_id), second: place(to_id), type })),
      };
    });
  },
  async pubannotation() {
    interface Line {
      sourceid: string;
      text: string;
      denotations: { id: string; span: { begin: number; end: number }; obj: string }[];
      relations: { id: string; pred: string; subj: string; obj: string }[];
    }
    return jsonLines<Line>(file('pubannotation')).map(({ sourceid, text, denotations, relations }) => {
      const place = (wanted: string): Place[] =>
        denotations.filter(({ id }) => id === wanted).map(({ span }): Place => [span.begin, span.end]);
      return {
        id: sourceid,
        text,
        marks: denotations.map(({ span, obj }) => ({ place: [span.begin, span.end], type: obj, ids: [] })),
        relations: relations.map(({ pred, subj, obj }) => ({ first: place(subj), second: place(obj), type: pred })),
      };
    });
  },
  async brat() {
    return MINED.map((mined) => {
      const { text, annotations } = bratFiles(mined);
      const characters = [...text];
      const places = new Map<string, Place>();
      const said: Said = { id: mined.document.id, text, marks: [], relations: [] };
      for (const line of annotations.split('\n').slice(0, -1)) {
        const mark = /^(T\d+)\t([\p{L}\p{N}_-]+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)$/u.exec(line);
        if (mark) {
          const [, id, type, spans, words] = mark as unknown as [string, string, string, string, string];
          const pieces = spans.split(';').map((span) => span.split(' ').map(Number) as [number, number]);
          // brat joins the pieces of what it reads with spaces, and wants the line's words to be just that.
          assert.equal(pieces.map(([start, end]) => characters.slice(start, end).join('')).join(' '), words);
          places.set(id, [pieces[0]![0], pieces.at(-1)![1]]);
          said.marks.push({ place: places.get(id)!, type, ids: [] });
          continue;
        }
        const [, type, from, to] = /^R\d+\t([\p{L}\p{N}_-]+) Arg1:(T\d+) Arg2:(T\d+)$/u.exec(line)!;
        said.relations.push({ first: [places.get(from!)!], second: [places.get(to!)!], type: type! });
      }
      return said;
    });
  },
};

describe('what was found, written and read again', () => {
  const placesOf = ({ document }: MinedDocument, { mentions }: FoundName): string[] => {
    const points = new CodePoints(wholeText(document));
    return mentions.map(({ start, end }) => `${points.fromUnits(start)}-${points.fromUnits(end)}`);
  };
  const NAMED: readonly string[] = ['pubtator', 'brat'];
  const IDENTIFIED: readonly string[] = ['jsonl', 'tsv', 'pubtator', 'bioc-json'];

  it('is odd enough', () => {
    assert.deepEqual(
      MINED.map(({ relations }) => relations.length),
      [3, 1, 0, 1],
    );
  });

  for (const [form, read] of Object.entries(READ)) {
    it(`is the same in the form ${form}`, async () => {
      const said = await read();
      assert.equal(said.length, MINED.length);
      said.forEach(({ id, text, marks, relations }, i) => {
        const mined = MINED[i]!;
        const { document } = mined;
        const plain = (words: string): string => (form === 'pubtator' ? words.replace(/\s/g, ' ').trimEnd() : words);
        assert.equal(id, form === 'pubtator' ? document.id.replace(/[|\s]/g, '_') : document.id);
        assert.equal(text.replaceAll('\x85', ' '), plain(wholeText(document)).replaceAll('\x85', ' '));
        const names = mined.relations.flatMap(({ first, second }) => [first, second]);
        const expected = names.flatMap((name) =>
          placesOf(mined, name).map((place) =>
            [place, name.role, ...(IDENTIFIED.includes(form) ? name.ids : [])].join(' '),
          ),
        );
        const found = marks.map(({ place, type, ids }) => [place.join('-'), type, ...ids].join(' '));
        assert.deepEqual([...new Set(found)].sort(), [...new Set(expected)].sort());
        assert.equal(relations.length, mined.relations.length);
        relations.forEach(({ first, second, type }, k) => {
          const relation = mined.relations[k]!;
          assert.equal(type, NAMED.includes(form) ? typeName(relation.relation) : relation.relation);
          for (const [places, name] of [
            [first, relation.first],
            [second, relation.second],
          ] as const) {
            assert.ok(places.length > 0);
            for (const place of places) assert.ok(placesOf(mined, name).includes(place.join('-')), place.join('-'));
          }
        });
      });
    });
  }
});
