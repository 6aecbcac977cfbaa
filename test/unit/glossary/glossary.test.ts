import assert from 'node:assert/strict';
import { encodeGlossary } from '../../../scripts/glossary/encode';
import { Context } from '../../../src/glossary/context';
import { Glossary } from '../../../src/glossary/glossary';
import { fileOf, glossaryOf, raw, terms } from './support';

const FILLER =
  'The trial was approved by the committee and all participants gave consent before they were enrolled. '.repeat(20);

describe('look-up of a term', () => {
  const glossary = glossaryOf(
    { term: 'rheumatoid arthritis', synonyms: ['RA'], rank: 2 },
    { term: 'refractory anemia', synonyms: ['RA'], rank: 1 },
    { term: 'kidney disease', synonyms: ['nephropathy'] },
    { term: 'catalase', synonyms: ['CAT'], kind: 'gene', source: 'NCBI RefSeq gene summary', rank: 1 },
    { term: 'computerized axial tomography', synonyms: ['CAT'], kind: 'procedure', rank: 4 },
    { term: 'cat', kind: 'term', definition: 'A small domesticated animal that is kept as a pet.' },
    { term: 'pascal', synonyms: ['Pa'], kind: 'term' },
    { term: 'physical activity', synonyms: ['PA'], kind: 'term' },
    { term: 'Asthma', rank: 1 },
    { term: 'repeated measure design', kind: 'method' },
    { term: 'kidney function testing', synonyms: ['renal function test'], kind: 'procedure' },
    { term: 'Down syndrome' },
    { term: 'acute respiratory distress syndrome', synonyms: ['ARDS'] },
    { term: 'proton pump inhibitor', synonyms: ['PPI'], kind: 'drug' },
    { term: 'Halfhearted syndrome', synonyms: ['ZQX'] },
    { term: 'standard deviation', synonyms: ['SD'], kind: 'statistics', rank: 4 },
    { term: 'stable disease', synonyms: ['SD'], rank: 1 },
  );

  it('says how it was found', () => {
    const matched = (term: string, context?: Context): string | undefined => glossary.lookup(term, context)[0]?.matched;
    assert.equal(matched('Kidney diseases'), 'name');
    assert.equal(matched('nephropathies'), 'synonym');
    assert.equal(matched('ARDS', new Context('in acute respiratory distress syndrome (ARDS)')), 'abbreviation');
  });

  it('knows disorders under their other nouns, and designs that are left half unsaid', () => {
    assert.deepEqual(terms(glossary.lookup('renal disorders')), ['kidney disease']);
    assert.deepEqual(terms(glossary.lookup("Down's disease")), ['Down syndrome']);
    assert.deepEqual(terms(glossary.lookup('repeated measures')), ['repeated measure design']);
    assert.deepEqual(terms(glossary.lookup('proton pump inhibitor (PPI)')), ['proton pump inhibitor']);
  });

  it('does not take a function for its test', () => assert.deepEqual(glossary.lookup('renal function'), []));

  it('tells capitals from words', () => {
    assert.deepEqual(terms(glossary.lookup('CAT')), ['computerized axial tomography', 'catalase']);
    assert.deepEqual(terms(glossary.lookup('cat')), ['cat']);
    assert.deepEqual(terms(glossary.lookup('PA')), ['physical activity']);
    assert.deepEqual(terms(glossary.lookup('Pa')), ['pascal']);
    assert.deepEqual(terms(glossary.lookup('ASTHMA')), ['Asthma'], 'a heading');
    assert.deepEqual(terms(glossary.lookup('ards')), ['acute respiratory distress syndrome'], 'in a hurry');
  });

  it('puts genes last, unless the text speaks of genes', () => {
    const text = 'Expression of the CAT gene was measured in blood.';
    assert.deepEqual(terms(glossary.lookup('CAT', new Context(text))), ['catalase', 'computerized axial tomography']);
  });

  it('gives the document’s meaning first, and the others behind it', () => {
    const context = new Context(`${FILLER}Patients with rheumatoid arthritis (RA) were recruited.`);
    assert.deepEqual(terms(glossary.lookup('RA', context)), ['rheumatoid arthritis']);
    const short = new Context('Patients with rheumatoid arthritis (RA) were recruited.');
    assert.deepEqual(terms(glossary.lookup('RA', short)), ['rheumatoid arthritis', 'refractory anemia']);
    assert.deepEqual(terms(glossary.lookup('RA')), ['refractory anemia', 'rheumatoid arthritis']);
  });

  it('takes abbreviations that the caller knows', () => {
    const context = new Context('no word of it', new Map([['QQ', 'kidney disease']]));
    assert.deepEqual(terms(glossary.lookup('QQ', context)), ['kidney disease']);
  });

  it('takes initials of people for no abbreviation', () => {
    const people = [
      'Interviews were held by one of us (RA).',
      'Two reviewers (J.S. and RA) read them, and a third author (RA, KL) decided.',
      'coded by the researchers [MW, RA]',
    ];
    for (const text of people) assert.deepEqual(glossary.lookup('RA', new Context(text)), [], text);
    const patients = new Context('Patients had been seen by rheumatologists (RA only). One of us (RA) asked them.');
    assert.equal(glossary.lookup('RA', patients).length, 2);
  });

  it('spells out abbreviations inside a long form', () => {
    const event = glossaryOf({ term: 'serious adverse event', synonyms: [], kind: 'term' });
    const wellKnown = new Context('There were no serious AEs (SAEs) in this group.');
    assert.deepEqual(terms(event.lookup('SAEs', wellKnown)), ['serious adverse event']);
    const unit = glossaryOf({ term: 'stroke unit care', synonyms: [], kind: 'term' });
    const own = new Context('A stroke unit (SU) was opened, and SU care (SUC) became the rule.');
    assert.deepEqual(terms(unit.lookup('SUC', own)), ['stroke unit care']);
  });

  it('offers no other meaning where it lacks the document’s', () => {
    const context = new Context('patient and public involvement (PPI) in research');
    assert.deepEqual(glossary.lookup('PPI', context), []);
  });

  it('takes a long form that says nearly the same', () => {
    const context = new Context('adult respiratory distress syndrome (ARDS)');
    assert.deepEqual(terms(glossary.lookup('ARDS', context)), ['acute respiratory distress syndrome']);
  });

  it('takes no long form for another proper name', () => {
    const service = glossaryOf({ term: 'National Health Service', synonyms: ['NHS'], kind: 'term' });
    assert.deepEqual(service.lookup('NHS', new Context('the National Healthcare Service (NHS) of Spain')), []);
    assert.equal(service.lookup('NHS', new Context('the UK National Health Service (NHS)')).length, 1);
  });

  it('takes a long form of a whole document that names a part of the thing', () => {
    const axis = glossaryOf({ term: 'hypothalamic-pituitary-adrenal axis', synonyms: ['HPA'], kind: 'anatomy' });
    const context = new Context(`${FILLER}The hypothalamic-pituitary-adrenocortical (HPA) axis was tested.`);
    const [found] = axis.lookup('HPA', context);
    assert.equal(found?.matched, 'abbreviation');
  });

  it('guesses nothing from three letters that a whole document does not explain', () => {
    const initials = new Context(`${FILLER}PA and ZQX wrote the manuscript; values are mean (SD).`);
    assert.deepEqual(glossary.lookup('ZQX', initials), []);
    assert.deepEqual(terms(glossary.lookup('SD', initials)), ['standard deviation'], 'everybody knows');
    const named = new Context(`${FILLER}Physical activity was logged. PA fell.`);
    assert.deepEqual(terms(glossary.lookup('PA', named)), ['physical activity'], 'the text speaks of it');
  });

  it('puts an entry of that name before one that has it as a looser synonym', () => {
    const loose = glossaryOf(
      { term: 'type 2 diabetes mellitus', synonyms: ['insulin resistance'], rank: 2 },
      { term: 'insulin resistance', kind: 'process', rank: 4 },
      { term: 'Advil', synonyms: ['ibuprofen'], kind: 'drug', rank: 1 },
      { term: 'ibuprofen', kind: 'drug', rank: 3 },
    );
    assert.equal(terms(loose.lookup('insulin resistance'))[0], 'insulin resistance');
    assert.equal(terms(loose.lookup('ibuprofen'))[0], 'ibuprofen');
  });

  it('puts a definition of our own first where its name is asked for, not where a synonym is', () => {
    const own = { source: 'BioGPT Writer', licence: 'MIT', url: '', id: 'BGW:x', rank: 3 };
    const both = glossaryOf(
      { term: 'donor', kind: 'chemical', rank: 1 },
      { term: 'donor', synonyms: ['transplant donor', 'giver'], kind: 'term', ...own },
      { term: 'giver', kind: 'term', rank: 4 },
    );
    assert.equal(both.lookup('donor')[0]!.entry.source, 'BioGPT Writer');
    assert.deepEqual(terms(both.lookup('giver')), ['giver', 'donor']);
  });

  it('puts the entry that has the long form’s name before one that has it as a synonym', () => {
    const protein = glossaryOf(
      { term: 'CRP', synonyms: ['C-reactive protein'], kind: 'gene', rank: 3 },
      { term: 'C-reactive protein', synonyms: ['CRP'], kind: 'protein', rank: 3, definition: `${FILLER}` },
    );
    const context = new Context('Serum C-reactive protein (CRP) was raised on admission.');
    assert.equal(terms(protein.lookup('CRP', context))[0], 'C-reactive protein');
  });

  it('takes a level for its substance, but for nothing else', () => {
    const levels = glossaryOf(
      { term: 'insulin', kind: 'protein' },
      { term: 'serum', kind: 'anatomy' },
      { term: 'gene', kind: 'gene' },
      { term: 'cytochrome assay', kind: 'method' },
      { term: 'northern blot assay', kind: 'method' },
      { term: 'family history design', kind: 'method' },
    );
    assert.deepEqual(terms(levels.lookup('insulin levels')), ['insulin']);
    assert.deepEqual(terms(levels.lookup('northern blot')), ['northern blot assay']);
    for (const term of ['serum levels', 'gene polymorphism', 'cytochrome', 'family history'])
      assert.deepEqual(levels.lookup(term), [], term);
  });

  it('searches several files as one', () => {
    const files = [
      ['asthma', 'cardiology'],
      ['cardiologist', 'asthma'],
    ].map((names) => fileOf(encodeGlossary(names.map((term) => raw({ term })))));
    const both = new Glossary(...files);
    assert.deepEqual(terms(both.lookup('cardiologist')), ['cardiologist']);
    assert.equal(new Set(both.lookup('asthma').map(({ entry }) => entry.number)).size, 2);
    assert.deepEqual(
      both.startingWith('cardiolog').map(({ term }) => term),
      ['cardiologist', 'cardiology'],
    );
  });

  it('gives nothing for nothing', () => {
    for (const term of ['', ' ', '?', 'unheard of']) assert.deepEqual(glossary.lookup(term), []);
  });
});
