import assert from 'node:assert/strict';
import type { SourceDocument } from '../../../src/mining/document';
import { foundRelations } from '../../../src/mining/foundRelations';
import { readBiocJson, readJsonLines } from '../../../src/mining/formats/json';
import type { MinedDocument, RelationFormat } from '../../../src/mining/formats/minedDocument';
import { readPubTator } from '../../../src/mining/formats/pubTator';
import { readMedline, textReader, type DocumentReader, type ReadItem } from '../../../src/mining/formats/readers';
import { BIOC_JSON, JSON_LINES, PUBTATOR, TSV } from '../../../src/mining/formats/writers';
import { readBiocXml, readPubMedXml } from '../../../src/mining/formats/xml';
import { taskReader, type RelationTask } from '../../../src/mining/taskReader';

/** What a reader makes of a text, which comes in pieces of `size`: no piece ends where a document does. */
async function read(reader: DocumentReader, text: string, size = 7): Promise<ReadItem[]> {
  const pieces = async function* (): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  };
  const items: ReadItem[] = [];
  for await (const item of reader(pieces())) items.push(item);
  return items;
}
const documents = (items: readonly ReadItem[]): SourceDocument[] =>
  items.flatMap((item) => ('document' in item ? [item.document] : []));
const problems = (items: readonly ReadItem[]): string[] =>
  items.flatMap((item) => ('problem' in item ? [`${item.line}: ${item.problem}`] : []));

const ABSTRACT = {
  id: '101',
  title: 'Famotidine 𝛼 and delirium',
  text: 'Famotidine caused delirium.\nNo delirium without famotidine.',
};

describe('documents are read', () => {
  it('from plain text', async () => {
    assert.deepEqual(documents(await read(textReader('x'), 'a\nb')), [{ id: 'x', title: '', text: 'a\nb' }]);
    assert.deepEqual(problems(await read(textReader('x'), ' \n')), ['1: The file contains no text.']);
  });

  it('from JSON lines, each wrong one told with its number', async () => {
    const lines = [
      '{"id": 7, "title": "T", "text": "Body"}',
      '',
      '{"text": 5}',
      '{"pmid": "8", "abstract": "A", "question": "Q?", "conclusion": "C"}',
      'not json',
      '{"id": "9", "title": "Is it?", "text": "", "contexts": ["a ", " b"], "longAnswer": "Yes."}',
      '{"id": "10"}',
    ];
    const items = await read(readJsonLines, lines.join('\n'));
    assert.deepEqual(documents(items), [
      { id: '7', title: 'T', text: 'Body' },
      { id: '8', title: '', text: 'A', question: 'Q?', conclusion: 'C' },
      { id: '9', title: '', text: 'a b', question: 'Is it?', conclusion: 'Yes.' },
    ]);
    const told = problems(items);
    assert.match(told[0]!, /^3: "text" must be text/);
    assert.match(told[1]!, /^5: This is not JSON/);
    assert.match(told[2]!, /^7: The document has neither "text" nor "title"/);
  });

  it('from PubTator, with what is marked, and a wrong place told with its line', async () => {
    const block = (id: string, start: number): string =>
      `${id}|t|𝛼 title\n${id}|a|An abstract on TNF.\n${id}\t${start}\t${start + 3}\tTNF\tGene\t7124|7125\n${id}\tCID\tD1\tD2\n\n`;
    const right = [...'𝛼 title An abstract on '].length;
    const items = await read(
      readPubTator,
      `${block('1', right)}${block('2', right + 1)}\n${block('3', right)}x|t|only\n`,
    );
    const found = documents(items);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['1', '3', 'x'],
    );
    const [mention] = found[0]!.mentions!;
    assert.equal(`${found[0]!.title} ${found[0]!.text}`.slice(mention!.start, mention!.end), 'TNF');
    assert.deepEqual([mention!.type, mention!.ids], ['Gene', ['7124', '7125']]);
    assert.deepEqual(problems(items), [
      `8: The mention "TNF" is not at ${right + 1}–${right + 4}: the text has "NF." there.`,
    ]);
    const bad = async (text: string): Promise<string> => problems(await read(readPubTator, text))[0]!;
    assert.match(await bad('1|t|a\n2|a|b\n'), /^2: The title belongs to "1"/);
    assert.match(await bad('just words\n'), /^1: .*no title line/);
    assert.match(await bad('1|t|a b\n1|a|\n2\t0\t1\ta\tX\tY\n'), /^3: The line does not belong to the document "1"/);
    assert.match(await bad('1|t|a b\n1|a|\n1\tx\t1\ta\tX\tY\n'), /"x" and "1" are not offsets/);
    assert.match(await bad('1|t|a b\n1|a|\n1\t90\t91\ta\tX\tY\n'), /the text is shorter/);
  });

  it("from BioC's JSON: a collection, PubTator's list, a list, one document, and what is cut off", async () => {
    const one = (id: string): object => ({
      id,
      infons: {},
      passages: [
        { offset: 0, infons: { type: 'title' }, text: 'T {"', annotations: [] },
        {
          offset: 100,
          infons: { type: 'abstract' },
          text: 'On 𝛼 TNF.',
          annotations: [
            {
              id: '1',
              infons: { type: 'Gene', identifier: '7124' },
              text: 'TNF',
              locations: [{ offset: 105, length: 3 }],
            },
          ],
        },
      ],
    });
    for (const whole of [
      { source: 'x', infons: { documents: 'no' }, documents: [one('1'), one('2')] },
      { PubTator3: [one('1'), one('2')] },
      [one('1'), one('2')],
    ]) {
      for (const text of [JSON.stringify(whole), JSON.stringify(whole, null, 1)]) {
        const found = documents(await read(readBiocJson, text));
        assert.deepEqual(
          found.map(({ id, title }) => [id, title]),
          [
            ['1', 'T {"'],
            ['2', 'T {"'],
          ],
        );
        const { title, text: body, mentions } = found[0]!;
        assert.equal(`${title} ${body}`.slice(mentions![0]!.start, mentions![0]!.end), 'TNF');
      }
    }
    assert.deepEqual(documents(await read(readBiocJson, JSON.stringify(one('5'))))[0]!.id, '5');
    const cut = await read(readBiocJson, JSON.stringify([one('1'), one('2')]).slice(0, -20));
    assert.equal(documents(cut).length, 1);
    assert.match(problems(cut)[0]!, /This is not JSON/);
    assert.match(
      problems(await read(readBiocJson, '{"documents":[{"id":"1","passages":5}]}'))[0]!,
      /"passages" must be/,
    );
    const moved = JSON.stringify([one('1')]).replace('"offset":105', '"offset":104');
    assert.match(problems(await read(readBiocJson, moved))[0]!, /the annotation "TNF" is not at 104–107/);
  });

  it("from BioC's XML, and a document that is broken harms no other", async () => {
    const document = (id: string, inside = ''): string =>
      `<document><id>${id}</id><passage><infon key="type">title</infon><offset>0</offset><text>A &lt; B</text></passage>` +
      `<passage><infon key="type">abstract</infon><offset>6</offset><text>On TNF.</text><annotation id="T1">` +
      `<infon key="identifier">7124</infon><infon key="type">Gene</infon><location offset="9" length="3"/><text>TNF</text>` +
      `</annotation>${inside}</passage></document>`;
    const file = (inside: string): string =>
      `<?xml version="1.0"?><!DOCTYPE collection SYSTEM "BioC.dtd"><collection><source>s</source>\n${inside}</collection>`;
    const items = await read(readBiocXml, file(`${document('1')}\n${document('2', '&nope;')}\n${document('3')}`));
    const found = documents(items);
    assert.deepEqual(
      found.map(({ id, title }) => [id, title]),
      [
        ['1', 'A < B'],
        ['3', 'A < B'],
      ],
    );
    assert.deepEqual(found[0]!.mentions, [{ start: 9, end: 12, type: 'Gene', ids: ['7124'] }]);
    assert.match(problems(items)[0]!, /^3: It is not well-formed XML/);
    assert.match(problems(await read(readBiocXml, '<collection/>'))[0]!, /no <document> element/);
    assert.match(problems(await read(readBiocXml, file(document('1').slice(0, 90))))[0]!, /not well-formed/);
  });

  it("from PubMed's XML, marked words and labels of its abstracts included", async () => {
    const file =
      '<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">12</PMID><Article>' +
      '<ArticleTitle>Effect of H<sub>2</sub> <i>in vivo</i>.</ArticleTitle><Abstract>' +
      '<AbstractText Label="BACKGROUND">One.</AbstractText><AbstractText Label="RESULTS">P &lt; 0.05.</AbstractText>' +
      '</Abstract></Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId>99</ArticleId></ArticleIdList>' +
      '</PubmedData></PubmedArticle>\n<PubmedArticle><MedlineCitation><Article/></MedlineCitation></PubmedArticle>' +
      '</PubmedArticleSet>';
    const items = await read(readPubMedXml, file);
    assert.deepEqual(documents(items), [
      { id: '12', title: 'Effect of H2 in vivo.', text: 'BACKGROUND: One. RESULTS: P < 0.05.' },
    ]);
    assert.deepEqual(problems(items), ['2: The article has no PMID.']);
  });

  it('from MEDLINE records', async () => {
    const file =
      '\nPMID- 11\nOWN - NLM\nTI  - A title that\n      goes on.\nAB  - An abstract.\nAU  - X\nAU  - Y\n\n' +
      'PMID- 12\nTI  - Second.\nPMID- 13\nAU  - nobody\n';
    const items = await read(readMedline, file);
    assert.deepEqual(documents(items), [
      { id: '11', title: 'A title that goes on.', text: 'An abstract.' },
      { id: '12', title: 'Second.', text: '' },
    ]);
    assert.deepEqual(problems(items), ['12: The record 13 has neither title nor abstract.']);
    assert.match(problems(await read(readMedline, 'PMID- 1\nTI  - x\nwrong\n'))[0]!, /^3: /);
  });
});

describe('relations are written', () => {
  const task = taskReader({ id: 'bc5cdr', lowerCase: true }) as RelationTask;
  const answer = 'the relation between famotidine and delirium exists; the relation between aspirin and pain exists.';
  const mined = (document: SourceDocument): MinedDocument => ({
    document,
    cut: false,
    relations: foundRelations(
      task,
      document,
      { text: answer, tokens: [{ end: 20, logProbability: -0.5 }] },
      { abbreviations: [] },
    ),
  });
  const whole = `${ABSTRACT.title} ${ABSTRACT.text}`;
  const characters = [...whole];
  const file = (form: RelationFormat, all: readonly MinedDocument[]): string =>
    form.header + all.map((one) => form.document(one)).join(form.between) + form.footer;
  const both = [
    mined(ABSTRACT),
    mined({ ...ABSTRACT, id: '102', mentions: [{ start: 0, end: 10, type: 'C', ids: ['D15'] }] }),
  ];

  it('as a table', () => {
    const [header, ...rows] = file(TSV, both).trimEnd().split('\n');
    const cells = rows.map((row) =>
      Object.fromEntries(row.split('\t').map((cell, i) => [header!.split('\t')[i]!, cell])),
    );
    assert.deepEqual(
      cells.map((row) => [row['document'], row['first'], row['second'], row['grounded']]),
      [
        ['101', 'famotidine', 'delirium', 'true'],
        ['101', 'aspirin', 'pain', 'false'],
        ['102', 'famotidine', 'delirium', 'true'],
        ['102', 'aspirin', 'pain', 'false'],
      ],
    );
    const spans = cells[0]!['second_spans']!.split('|').map((span) => span.split('-').map(Number));
    for (const [start, end] of spans) assert.equal(characters.slice(start, end).join(''), 'delirium');
    assert.equal(cells[2]!['first_ids'], 'D15');
    assert.equal(cells[0]!['evidence']!.split(' … ')[0], 'Famotidine 𝛼 and delirium');
    assert.equal(Number(cells[0]!['probability']), 0.6065);
  });

  it('as JSON lines', () => {
    const [first] = file(JSON_LINES, both)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; text: string; relations: { first: { spans: number[][] } }[] });
    assert.deepEqual([first!.id, first!.text, first!.relations.length], ['101', whole, 2]);
    for (const [start, end] of first!.relations[0]!.first.spans) {
      assert.equal(characters.slice(start, end).join('').toLowerCase(), 'famotidine');
    }
  });

  it('for PubTator, which is read again as it was', async () => {
    const written = file(PUBTATOR, both);
    const items = await read(readPubTator, written);
    assert.deepEqual(problems(items), []);
    const [first, second] = documents(items);
    assert.deepEqual([first!.id, first!.title, first!.text], ['101', ABSTRACT.title, ABSTRACT.text.replace('\n', ' ')]);
    const marked = first!.mentions!.map(({ start, end, type, ids }) => [whole.slice(start, end), type, ids[0]]);
    assert.deepEqual(marked, [
      ['Famotidine', 'Chemical', 'N1'],
      ['delirium', 'Disease', 'N2'],
      ['Famotidine', 'Chemical', 'N1'],
      ['delirium', 'Disease', 'N2'],
      ['delirium', 'Disease', 'N2'],
      ['famotidine', 'Chemical', 'N1'],
    ]);
    assert.ok(second!.mentions!.some(({ ids }) => ids[0] === 'D15'));
    assert.ok(written.includes('\n101\tCID\tN1\tN2\n') && written.includes('\n102\tCID\tD15\tN1\n'));
    const untitled = await read(
      readPubTator,
      PUBTATOR.document(mined({ id: '1', title: '', text: 'Famotidine: delirium' })),
    );
    assert.deepEqual(problems(untitled), []);
  });

  it("as BioC's JSON, which is read again as it was", async () => {
    const written = file(BIOC_JSON, both);
    const items = await read(readBiocJson, written);
    assert.deepEqual(problems(items), []);
    const [first] = documents(items);
    assert.deepEqual([first!.id, first!.title, first!.text], ['101', ABSTRACT.title, ABSTRACT.text]);
    assert.equal(first!.mentions!.length, 6);
    const { documents: written101 } = JSON.parse(written) as {
      documents: { relations: { nodes: { refid: string }[] }[]; passages: { annotations: { id: string }[] }[] }[];
    };
    const ids = written101[0]!.passages.flatMap(({ annotations }) => annotations.map(({ id }) => id));
    for (const { nodes } of written101[0]!.relations) for (const { refid } of nodes) assert.ok(ids.includes(refid));
    assert.equal(written101[0]!.relations.length, 1, 'what the text does not hold cannot be marked in it');
    assert.deepEqual(JSON.parse(file(BIOC_JSON, [])), { ...(JSON.parse(written) as object), documents: [] });
  });
});
