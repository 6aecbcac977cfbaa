import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openGlossary } from '../../../src/cli/glossaryFile';
import { Context } from '../../../src/glossary/context';
import { readHeader, readSection, SOURCES } from '../../../src/glossary/fileFormat';
import type { Source } from '../../../src/glossary/entry';
import { readAdditions } from '../../../scripts/glossary/readAdditions';
import { fileOf } from './support';

const folder = join(__dirname, '..', '..', '..', 'glossary');
const FILES = ['glossary.bin', 'additions.bin'].map((name) => join(folder, name));
const glossary = openGlossary(folder);

function first(term: string, text?: string): string {
  const found = glossary.lookup(term, text === undefined ? undefined : new Context(text))[0];
  return found === undefined ? '' : `${found.entry.term}: ${found.entry.definition}`;
}

describe('the glossary that ships', () => {
  it('is small enough for the package', () => {
    const size = FILES.reduce((sum, path) => sum + statSync(path).size, 0);
    assert.ok(size <= 8e6, `${size} bytes`);
  });

  it('tells the truth where the starter invents', () => {
    assert.match(first('cystic fibrosis'), /^cystic fibrosis: .*(?:mucus|CFTR)/i);
    assert.match(first('interleukin-6'), /^interleukin-6: .*cytokine.*inflammation/);
    assert.match(first('metformin'), /^metformin: .*antidiabetic/i);
  });

  it('knows frequent terms of trials and what they are abbreviated to', () => {
    assert.match(first('HADS', 'the Hospital Anxiety and Depression Scale (HADS)'), /^Hospital Anxiety/);
    assert.match(first('95% CI'.slice(4)), /^confidence interval/i);
    assert.match(first('ITT'), /^intention to treat/);
    assert.match(first('RA', 'a research assistant (RA) called'), /^research assistant/);
    assert.match(first('RA'), /^rheumatoid arthritis/);
  });

  it('gives no other meaning than the text says', () => {
    assert.equal(first('NHS', 'In Spain, the National Healthcare Service (NHS) is financed by taxes.'), '');
    assert.match(first('NHS', 'patients of the National Health Service (NHS)'), /^National Health Service/);
    const pain = 'Pain intensity perception (PPI) was rated. Perceived pain intensity (PPI) rose.';
    assert.equal(first('PPI', pain), '');
  });

  it('says first what is right', () => {
    assert.match(first('control'), /compared/);
    for (const term of ['ELISA', 'enzyme-linked immunosorbent assay'])
      assert.match(first(term), /^enzyme-linked immunosorbent assay: .*antibodies and an enzyme/);
    assert.match(first("Student's t-test"), /^t-test: A test of whether the means/);
    assert.match(first('statistical significance'), /chance/);
    assert.match(first('hippocampus'), /temporal lobe/);
    assert.match(first('repeated measures'), /same variable/);
    assert.match(first('standard error of the mean'), /\(SEM\) is the standard deviation/);
    assert.match(first('LV', 'reduction in left ventricular (LV) mass'), /^left ventricular/);
    for (const term of [
      'follow-up period',
      'treatment response',
      'event-related potential',
      'right heart catheterization',
    ])
      assert.notEqual(first(term), '', term);
    // Each has its own meaning, not that of the thing it was once a synonym of.
    for (const term of ['target population', 'trial registry', 'confidence limits', "Cronbach's alpha"])
      assert.ok(first(term).toLowerCase().startsWith(`${term.toLowerCase()}: `), term);
  });

  it('says first what a thing is, not how frequent or grave', () => {
    for (const term of ['UTI', 'lung cancer', 'coronary artery disease', 'osteoarthritis', 'tinnitus', 'suicide'])
      assert.doesNotMatch(first(term), /^[^.]*(?:most common|leading cause|often described)/, term);
    assert.match(first('insulin resistance'), /^insulin resistance: .*response/);
    assert.match(first('CRP', 'Serum C-reactive protein (CRP) was raised.'), /^C-reactive protein/);
    assert.match(first('Guillain-Barré syndrome'), /Barr[eé]/);
  });

  it('defines the bare word before what has it as an abbreviation, a gene, or a narrower sense', () => {
    for (const [term, opening] of [
      ['cat', /^cat: A small carnivorous mammal/],
      ['child', /^child: A young person/],
      ['men', /^man: /],
      ['tea', /^tea: A drink/],
      ['surgery', /^surgery: The treatment/],
      ['treatment', /^treatment: What is done/],
      ['vision', /^vision: The sense/],
      ['HER2', /^HER2: A receptor/],
      ['emphysema', /^emphysema: A lung disease/],
      ['baseline', /^baseline: The state or value at the start/],
      ['heterogeneity', /^heterogeneity: Differences among/],
    ] as const)
      assert.match(first(term), opening);
  });

  it('knows professions, devices, places of care, and rating scales', () => {
    for (const term of [
      'nurse',
      'ophthalmologist',
      'operating theatre',
      'stethoscope',
      'nasal cannula',
      'cataract surgery',
      'informal caregiver',
      'Montreal Cognitive Assessment',
      'propensity score matching',
      'snowball sampling',
    ])
      assert.notEqual(first(term), '', term);
  });

  it('knows everyday drugs, microbes and methods', () => {
    for (const term of [
      'amlodipine',
      'sertraline',
      'prednisone',
      'trastuzumab',
      'pembrolizumab',
      'E. coli',
      'western blotting',
    ])
      assert.notEqual(first(term), '', term);
  });

  it('has no markup and no loose ends', () => {
    for (const prefix of ['asth', 'diab', 'card', 'neu', 'gen', 'pro', 'int', 'mal', 'hep', 'ren', 'vac', 'sta', 'beh'])
      for (const { entry } of glossary.startingWith(prefix, 400)) {
        const { definition, term, source, licence, id } = entry;
        assert.ok(source !== '' && licence !== '' && id !== '', term);
        assert.doesNotMatch(
          definition,
          /<\/?[a-z]+>|https?:|wikipedia|Automatically generated|\bTODO\b|\?\?|\s\s|^\s|…$/,
          term,
        );
        assert.match(definition, /[.!?]["”')]*$/, `${term}: ${definition}`);
        assert.doesNotMatch(definition, /^[a-z]{4,} [a-z]/, `${term}: ${definition}`);
      }
  });

  it('names every source in the notice, under its licence', () => {
    const sources = FILES.flatMap((path) => {
      const file = fileOf(readFileSync(path));
      const bytes = readSection(file.read, file.decompress, readHeader(file.read), SOURCES);
      return JSON.parse(new TextDecoder().decode(bytes)) as Source[];
    });
    const sections = new Map(
      readFileSync(join(folder, 'NOTICE.md'), 'utf8')
        .split(/^## /m)
        .slice(1)
        .map((section) => [section.slice(0, section.indexOf('\n')), section]),
    );
    assert.ok(sources.length > 40);
    for (const { source, licence } of sources) {
      const heading = [...sections.keys()].find((it) =>
        licence === 'US public domain' ? it.startsWith('Public domain') : it.startsWith(licence),
      );
      assert.ok(heading !== undefined, `no section for ${licence}`);
      assert.ok(sections.get(heading)!.includes(source), `${source} is missing under ${heading}`);
    }
  });

  it('holds our own definitions, each once', () => {
    const additions = readAdditions(join(folder, 'additions.tsv'));
    const terms = additions.map(({ term }) => term.toLowerCase());
    assert.equal(new Set(terms).size, terms.length);
    for (const { term, definition } of additions) {
      assert.match(definition, /^[A-Z].*\.$/, term);
      assert.ok(
        glossary.lookup(term).some(({ entry }) => entry.definition === definition),
        term,
      );
    }
  });
});
