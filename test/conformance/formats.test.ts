import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeText, type SourceDocument } from '../../src/mining/document';
import { readBiocJson } from '../../src/mining/formats/json';
import type { DocumentReader } from '../../src/mining/formats/readers';
import { RELATION_FILES } from '../../src/mining/formats/relationFormats';
import { bratFiles } from '../../src/mining/formats/writers';
import { readBiocXml } from '../../src/mining/formats/xml';
import { MINED } from '../unit/mining/support';
import { required } from './support/missing';
import { conformancePython, runPython } from './support/python';

/** A document as `bioc` of PyPI has read it; places in code points. */
interface Read {
  id: string;
  text: string;
  marks: { start: number; end: number; text: string; type: string; ids: string }[];
  relations: { type: string; first: string; second: string; infons: Record<string, string> }[];
}

describe('files of relations, read by bioc of PyPI', () => {
  let folder: string;
  let read: Record<'json' | 'xml' | 'pubtator' | 'brat', Read[]>;

  before(async function () {
    const python = required(this, await conformancePython());
    folder = mkdtempSync(join(tmpdir(), 'biogpt-formats-'));
    for (const name of ['bioc-json', 'pubtator'] as const) {
      const { header, between, footer, document } = RELATION_FILES[name];
      writeFileSync(join(folder, name), header + MINED.map((mined) => document(mined)).join(between) + footer);
    }
    MINED.forEach((mined, i) => {
      const { text, annotations } = bratFiles(mined);
      writeFileSync(join(folder, `${i}.txt`), text);
      writeFileSync(join(folder, `${i}.ann`), annotations);
    });
    read = JSON.parse(await runPython(python, 'formats_reference.py', [folder])) as typeof read;
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const documents = async (reader: DocumentReader, name: string): Promise<SourceDocument[]> => {
    const chunks = async function* (): AsyncGenerator<string> {
      yield readFileSync(join(folder, name), 'utf8');
    };
    const found: SourceDocument[] = [];
    for await (const item of reader(chunks())) {
      assert.ok('document' in item, JSON.stringify(item));
      found.push(item.document);
    }
    return found;
  };

  /** Names of a relation stand where ours do. */
  function checked(form: keyof typeof read): void {
    assert.equal(read[form].length, MINED.length);
    read[form].forEach(({ id, marks, relations }, i) => {
      const { document, relations: expected } = MINED[i]!;
      assert.equal(
        id,
        form === 'pubtator' ? document.id.replace(/[|\s]/g, '_') : form === 'brat' ? `${i}` : document.id,
      );
      const characters = [...wholeText(document)];
      const plain = (words: string): string => words.replace(/\s+|\x85/g, ' ');
      for (const mark of marks) {
        assert.equal(plain(mark.text), plain(characters.slice(mark.start, mark.end).join('')));
        assert.equal(mark.type, 'Drug');
      }
      const count = new Set(
        expected.flatMap(({ first, second }) => [...first.mentions, ...second.mentions].map(({ start }) => start)),
      ).size;
      assert.equal(marks.length, count);
      assert.equal(relations.length, expected.length);
    });
  }

  it("BioC's JSON is valid to it, and comes back as it was, from JSON and from XML", async () => {
    checked('json');
    checked('xml');
    const [first] = read.json;
    const { relation } = MINED[0]!.relations[1]!;
    const [, valproic] = first!.relations;
    assert.deepEqual([valproic!.type, valproic!.first, valproic!.second], [relation, 'Valproic\nacid', 'warfarin']);
    assert.ok(first!.marks.some(({ text, ids }) => text === '𝛼-Methyldopa' && ids === 'D008750'));
    assert.ok(first!.marks.some(({ text, ids }) => text === 'warfarin' && ids === 'CHEBI:10033'));
    const ours = await documents(readBiocJson, 'bioc-json');
    assert.deepEqual(await documents(readBiocJson, 'again.json'), ours);
    const plain = (words: string): string => words.replaceAll('\r\n', '\n');
    const fromXml = await documents(readBiocXml, 'again.xml');
    assert.deepEqual(
      fromXml.map(({ id, title, text }) => [id, title, plain(text)]),
      ours.map(({ id, title, text }) => [id, title, plain(text)]),
    );
  });

  it("so are PubTator's and brat's files", () => {
    checked('pubtator');
    checked('brat');
    const [first] = read.pubtator;
    assert.deepEqual(first!.relations[0], {
      type: 'effect',
      first: 'D008750',
      second: 'CHEBI:10033',
      infons: {},
    });
    assert.equal(read.brat[0]!.relations[1]!.first, 'Valproic acid');
  });
});
