import './support/vscode';
import assert from 'node:assert/strict';
import { citationKey, citationOf, hasEntry, likelyForm } from '../../../src/extension/describe/citation';
import { definitionInsertion } from '../../../src/extension/describe/insertedText';
import type { ModelText } from '../../../src/extension/describe/modelText';
import { foundStatus, glossaryView, modelView } from '../../../src/extension/describe/view';
import { nameAndRest } from '../../../src/extension/glossary/hover';
import type { Definition, Entry } from '../../../src/glossary/entry';
import { escapeFor } from '../../../src/prose/escape';
import type { ProseLanguage } from '../../../src/prose/scope';

const ASTHMA: Entry = {
  number: 7,
  term: 'asthma',
  synonyms: ['bronchial asthma', 'asthma'],
  definition: 'A disease of the airways in 5% of people.',
  source: 'Disease Ontology',
  licence: 'CC0 1.0',
  id: 'DOID:2841',
  url: 'https://disease-ontology.org/term/DOID:2841',
  rank: 3,
  kind: 'disease',
};
const OURS: Entry = { ...ASTHMA, number: 9, source: 'BioGPT Writer', licence: 'MIT', id: 'BGW:asthma', url: '' };

describe('citation of a definition', () => {
  it('is in the form that the document uses', () => {
    assert.equal(likelyForm('markdown', 'Plain text, mail@example.org.'), 'footnote');
    assert.equal(likelyForm('markdown', 'As shown [@smith2020].'), 'bibliography');
    assert.equal(likelyForm('markdown', '---\nbibliography: refs.bib\n---\n'), 'bibliography');
    assert.equal(likelyForm('latex', 'Plain text.'), 'footnote');
    assert.equal(likelyForm('latex', 'As shown \\parencite[3]{smith}.'), 'bibliography');
    assert.equal(likelyForm('latex', '\\addbibresource{refs.bib}'), 'bibliography');
    assert.equal(likelyForm('plaintext', 'As shown [@smith2020].'), 'parentheses');
  });

  it('is a footnote of Markdown, whose text is written once', () => {
    const citation = citationOf('footnote', 'markdown', 'Text.', ASTHMA);
    assert.deepEqual(citation, {
      marker: '[^doid-2841]',
      place: 'behind',
      note: '[^doid-2841]: Disease Ontology, DOID:2841, <https://disease-ontology.org/term/DOID:2841>. License: CC0 1.0.',
    });
    assert.deepEqual(citationOf('footnote', 'markdown', `Text.[^doid-2841]\n\n${citation!.note}\n`, ASTHMA), {
      marker: '[^doid-2841]',
      place: 'behind',
    });
  });

  it('is a footnote of LaTeX, with \\url where the document loads it', () => {
    assert.equal(
      citationOf('footnote', 'latex', '\\usepackage{hyperref}', ASTHMA)?.marker,
      '\\footnote{Disease Ontology, DOID:2841, \\url{https://disease-ontology.org/term/DOID:2841}. License: CC0 1.0.}',
    );
    const symptom = { ...ASTHMA, url: 'http://purl.obolibrary.org/obo/SYMP_0000022' };
    assert.equal(
      citationOf('footnote', 'latex', '', symptom)?.marker,
      '\\footnote{Disease Ontology, DOID:2841, http://purl.obolibrary.org/obo/SYMP\\_0000022. License: CC0 1.0.}',
    );
    const fragment = { ...ASTHMA, url: 'https://example.org/a#b' };
    assert.match(citationOf('footnote', 'latex', '\\url{x}', fragment)!.marker, /https:\/\/example\.org\/a\\#b\./);
  });

  it('is a BibTeX entry and a command or key that cites it', () => {
    const markdown = citationOf('bibliography', 'markdown', '', ASTHMA)!;
    assert.equal(markdown.marker, '[@doid-2841]');
    assert.equal(
      markdown.work?.bibtex,
      '@misc{doid-2841,\n  author = {{Disease Ontology}},\n  title = {{Asthma}},\n' +
        '  howpublished = {DOID:2841. License: CC0 1.0},\n' +
        '  url = {https://disease-ontology.org/term/DOID:2841},\n}\n',
    );
    assert.equal(citationOf('bibliography', 'latex', '', ASTHMA)?.marker, '\\cite{doid-2841}');
    const cites = '\\citet{x} \\citep{a} \\citep[3]{b} \\cite{c} \\citet{y} \\citet{z}';
    assert.equal(citationOf('bibliography', 'latex', cites, ASTHMA)?.marker, '\\citep{doid-2841}');
    assert.doesNotMatch(citationOf('bibliography', 'latex', '', OURS)!.work!.bibtex, /url/);
  });

  it('is left out on request, and needs no address', () => {
    assert.equal(citationOf('none', 'latex', '', ASTHMA), undefined);
    assert.equal(citationOf('parentheses', 'plaintext', '', ASTHMA)?.marker, '(Disease Ontology, DOID:2841)');
    assert.equal(
      citationOf('footnote', 'markdown', '', OURS)?.note,
      '[^bgw-asthma]: BioGPT Writer, BGW:asthma. License: MIT.',
    );
  });

  it('has a key that every tool takes, and is found in a bibliography', () => {
    assert.equal(citationKey({ id: 'OpenStax:m46398#fs-id2153828' }), 'openstax-m46398-fs-id2153828');
    assert.ok(hasEntry('@Misc { doid-2841 ,', 'doid-2841'));
    assert.ok(!hasEntry('@misc{doid-28411,', 'doid-2841'));
  });
});

describe('inserted definition', () => {
  const insert = (
    language: ProseLanguage,
    form: Parameters<typeof citationOf>[0],
    linePrefix: string,
    lineSuffix = '',
    definition = ASTHMA.definition,
  ): string =>
    definitionInsertion(
      'asthma',
      definition,
      { linePrefix, lineSuffix },
      citationOf(form, language, '', ASTHMA),
      (text) => escapeFor(language, { block: 'paragraph', linePrefix }, text),
    );

  it('is a sentence of its own between sentences', () => {
    assert.equal(insert('markdown', 'none', ''), 'A disease of the airways in 5% of people.');
    assert.equal(insert('markdown', 'footnote', 'It rose.'), ' A disease of the airways in 5% of people.[^doid-2841]');
    assert.equal(insert('markdown', 'bibliography', '- '), 'A disease of the airways in 5% of people [@doid-2841].');
    assert.equal(
      insert('latex', 'bibliography', '\\item '),
      'A disease of the airways in 5\\% of people \\cite{doid-2841}.',
    );
    assert.match(
      insert('latex', 'footnote', 'It rose. ', 'Then'),
      /^A disease .* people\.\\footnote\{Disease Ontology.*\} $/,
    );
    assert.equal(
      insert('plaintext', 'parentheses', 'Asthma: '),
      'A disease of the airways in 5% of people (Disease Ontology, DOID:2841).',
    );
  });

  it("stands in parentheses within the writer's sentence", () => {
    assert.equal(insert('markdown', 'none', 'They had asthma'), ' (a disease of the airways in 5% of people)');
    assert.equal(
      insert('markdown', 'footnote', 'They had asthma', ' and'),
      ' (a disease of the airways in 5% of people)[^doid-2841]',
    );
    assert.equal(
      insert('latex', 'bibliography', 'They had asthma '),
      '(a disease of the airways in 5\\% of people \\cite{doid-2841})',
    );
    assert.equal(
      insert('plaintext', 'parentheses', 'They had asthma'),
      ' (a disease of the airways in 5% of people; Disease Ontology, DOID:2841)',
    );
  });

  it('does not say again there what is defined', () => {
    const sentence = 'Asthma is a disease of the airways.';
    assert.equal(insert('markdown', 'none', 'They had asthma', '', sentence), ' (a disease of the airways)');
    assert.equal(insert('markdown', 'none', 'It rose. ', '', sentence), sentence);
    const two = 'Asthma (bronchial) is a disease, e.g. COPD. It is common.';
    assert.equal(insert('markdown', 'none', 'They had asthma', '', two), ' (a disease, e.g. COPD)');
    assert.equal(insert('markdown', 'bibliography', 'It rose. ', '', two), `${two.slice(0, -1)} [@doid-2841].`);
  });

  it('begins a sentence behind a citation, too', () => {
    assert.equal(insert('markdown', 'none', 'It rose.[^a] '), 'A disease of the airways in 5% of people.');
    assert.equal(insert('latex', 'none', 'It rose.\\cite{a} '), 'A disease of the airways in 5\\% of people.');
  });
});

describe("the panel's glossary", () => {
  const definition = (entry: Entry, matched: Definition['matched'] = 'name'): Definition => ({ entry, matched });
  const target = { language: 'latex', form: 'footnote' } as const;

  it('shows the best definition of each meaning, further ones folded away', () => {
    const meanings = [[definition(ASTHMA), definition(OURS)], [definition(OURS)]] as const;
    const view = glossaryView('asthma', meanings, target);
    assert.equal(view.heading, 'Definitions');
    const [first, second] = view.meanings;
    assert.equal(first!.best.entry, 7);
    assert.equal(first!.best.url, ASTHMA.url);
    assert.equal(first!.best.licence, 'CC0 1.0');
    assert.equal(first!.best.synonyms, 'Also called: bronchial asthma');
    assert.equal(first!.best.insertLabel, 'Insert the Disease Ontology definition');
    assert.deepEqual(
      first!.further.map(({ entry }) => entry),
      [9],
    );
    assert.equal(first!.furtherLabel, '1 more definition');
    assert.deepEqual(second!.further, []);
    assert.equal(foundStatus(meanings), '2 meanings, with 3 definitions in the glossary.');
  });

  it('says what an abbreviation stands for in the document', () => {
    const entry = { ...ASTHMA, term: 'acute respiratory distress syndrome' };
    const relation = (matched: Definition['matched']): string | undefined =>
      glossaryView('ARDS', [[definition(entry, matched)]], undefined).meanings[0]?.relation;
    assert.equal(relation('abbreviation'), 'Meaning of ARDS in your document');
    assert.equal(relation('synonym'), 'Synonym of ARDS');
    assert.equal(glossaryView('Asthma', [[definition(ASTHMA)]], undefined).meanings[0]?.relation, '');
  });

  it('lists a few of many synonyms', () => {
    const entry = { ...ASTHMA, synonyms: Array.from({ length: 11 }, (_, i) => `name ${i}`) };
    const [meaning] = glossaryView('asthma', [[definition(entry)]], undefined).meanings;
    assert.match(meaning!.best.synonyms, /name 7; and 3 more$/);
  });

  it('offers the forms of citation that the language has', () => {
    const forms = (language: ProseLanguage): string[] =>
      glossaryView('asthma', [[definition(ASTHMA)]], { language, form: 'none' }).citation!.forms.map(
        ({ form }) => form,
      );
    assert.deepEqual(forms('markdown'), ['footnote', 'bibliography', 'parentheses', 'none']);
    assert.deepEqual(forms('plaintext'), ['parentheses', 'none']);
    assert.equal(glossaryView('asthma', [], target).citation, null);
    assert.equal(glossaryView('asthma', [[definition(ASTHMA)]], undefined).citation, null);
  });
});

describe("the panel's model", () => {
  const unfit: ModelText = { phase: 'notAsked', why: 'unfit', name: 'starter' };

  it('is not asked for what it does not know; the panel offers another one, or to ask it anyway', () => {
    const undefinedTerm = modelView(unfit, false, true)!;
    assert.match(undefinedTerm.message, /starter.*Install a larger model/);
    assert.deepEqual(undefinedTerm.buttons, { choose: true, ask: true });
    assert.deepEqual(modelView(unfit, true, true)!.buttons, { choose: true, ask: true });
  });

  it('is not spoken of where its user has turned it off, unless nothing else is there', () => {
    const off: ModelText = { phase: 'notAsked', why: 'off', name: 'starter' };
    assert.equal(modelView(off, true, true), null);
    assert.match(modelView(off, false, true)!.message, /biogpt\.describe\.model/);
  });

  it('can be stopped while it writes; its text can be inserted once it is whole', () => {
    const writing: ModelText = { phase: 'writing', text: 'IL-6 is', provenance: 'model' };
    assert.deepEqual(modelView(writing, true, true)!.buttons, { insert: false, copy: true, stop: true });
    const done: ModelText = { phase: 'done', text: 'IL-6 is one.', message: 'Done: 3 words.', provenance: 'model' };
    assert.equal(modelView(done, true, true)!.heading, 'Description by a Language Model');
    assert.deepEqual(modelView(done, true, true)!.buttons, { insert: true, copy: true, regenerate: true });
    assert.deepEqual(modelView(done, true, false)!.buttons, { insert: false, copy: true, regenerate: true });
    assert.deepEqual(modelView({ ...done, text: '' }, true, true)!.buttons, { regenerate: true });
  });
});

describe('definition on hover', () => {
  const shown = (term: string, definition: string): string => {
    const [name, rest] = nameAndRest({ term, definition });
    return `[${name}]${rest}`;
  };

  it('says the term once', () => {
    assert.equal(shown('asthma', 'A disease of the airways.'), '[asthma] — A disease of the airways.');
    assert.equal(shown('asthma', 'Asthma is a disease.'), '[Asthma] is a disease.');
    assert.equal(shown('CF', 'CFTR is a gene.'), '[CF] — CFTR is a gene.');
  });

  it('is cut to two lines, at the end of a sentence or between words', () => {
    const sentence = 'A disease of the airways in which they are narrow, swollen, and full of mucus.';
    assert.equal(shown('asthma', `${sentence} ${sentence}`), `[asthma] — ${sentence}`);
    const long = shown('asthma', `A disease ${'of the airways, '.repeat(12)}in short.`);
    assert.match(long, /of the airways …$/);
    assert.ok(long.length <= 134, `${long.length}`);
  });
});
