import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readCorpus, type CorpusDocument } from '../../../bench/lib/corpus';
import { textsOf } from '../../../bench/quality/bitsPerCharacter';
import { overlap } from '../../../bench/quality/overlap';
import { randomFor } from '../../../bench/quality/random';
import { bootstrapInterval, percentile, percentileIntervals } from '../../../bench/quality/statistics';
import { chooseDefinitions } from '../../../bench/quality/text/definitions';
import { choosePassages } from '../../../bench/quality/text/passages';
import { proseOf, type ProseDocument } from '../../../bench/quality/text/prose';
import { chooseTerms } from '../../../bench/quality/text/terms';

async function fixture(): Promise<ProseDocument[]> {
  const documents: CorpusDocument[] = [];
  for await (const document of readCorpus(join(__dirname, 'fixtures', 'valid.jsonl'))) documents.push(document);
  return documents.map(proseOf);
}

describe('the prose of a corpus', () => {
  it('knows the kinds of sections, and leaves out forms, captions and citations', async () => {
    const [trial, , page] = await fixture();
    assert.deepEqual(
      trial!.sections.map(({ kind }) => kind),
      ['abstract', 'abstract', 'methods', 'results', 'discussion'],
    );
    assert.deepEqual(
      page!.sections.map(({ kind }) => kind),
      ['answers', 'answers'],
    );
    const text = JSON.stringify(trial);
    assert.ok(text.includes('did not know the assignment.') && !text.includes('[12'));
    assert.ok(!text.includes('Table 1') && !text.includes('funded by nobody'));
  });

  it('reads neighbouring sections of one kind as one text, and each answer by itself', async () => {
    const [trial, , page] = await fixture();
    assert.deepEqual(
      textsOf(trial!).map(({ kind }) => kind),
      ['abstract', 'methods', 'results', 'discussion'],
    );
    assert.equal(textsOf(page!).length, 2);
  });

  it('takes off what is left of markup', () => {
    const paragraphs = [
      'xmlns:ns0="http://www.w3.org/1999/xlink" id="Par34">Our aim was to see whether walking helps them.',
    ];
    const { sections } = proseOf({ id: 'a', sections: [{ heading: 'BODY.RESULTS', paragraphs }] });
    assert.deepEqual(sections[0]!.paragraphs, ['Our aim was to see whether walking helps them.']);
  });

  it('keeps paragraphs of sentences only', () => {
    const paragraphs = [
      'Short one.',
      'A heading without an end that goes on for quite some time',
      'n = 12 34 56 78 90 12 34 56 78 90 12 34 56.',
      'Patients came - walked - ate - slept - went.',
      'A sentence that is long enough to be kept, with 12 patients.',
    ];
    const { sections } = proseOf({ id: 'a', sections: [{ heading: 'BODY.RESULTS', paragraphs }] });
    assert.deepEqual(sections[0]!.paragraphs, [paragraphs[4]]);
  });
});

describe('kinds of sections', () => {
  const paragraph = 'The participants were seen again after twelve weeks at the clinic.';
  const kindsOf = (...headings: string[]): string[] =>
    headings
      .flatMap((heading) => proseOf({ id: 'a', sections: [{ heading, paragraphs: [paragraph] }] }).sections)
      .map(({ kind }) => kind);

  it('go by the outermost title that tells', () => {
    assert.deepEqual(
      kindsOf(
        'ABSTRACT.METHODS',
        'BODY.1. BACKGROUND',
        'BODY.RESULTS.Study design',
        'BODY.METHODS.Outcome measures',
        'BODY.RESULTS AND DISCUSSION',
        'BODY.BODY WEIGHT',
        'What is (are) Gout ?',
      ),
      ['abstract', 'introduction', 'results', 'methods', 'discussion', 'other', 'answers'],
    );
    assert.deepEqual(kindsOf('BODY.COMPETING INTERESTS', 'BODY.METHODS.Ethics approval'), []);
  });

  it('answers come without the question they repeat, and without lists', () => {
    const { sections } = proseOf({
      id: 'a',
      sections: [
        {
          heading: 'What is (are) Gout ?',
          paragraphs: [
            `What is gout? ${paragraph}`,
            `Key Points - ${paragraph}`,
            `The Human Phenotype Ontology provides the following list. ${paragraph}`,
          ],
        },
      ],
    });
    assert.deepEqual(
      sections.map(({ paragraphs }) => paragraphs),
      [[paragraph]],
    );
  });
});

describe('passages', () => {
  it('begin and end with a sentence, under title and heading', async () => {
    const documents = await fixture();
    const passages = choosePassages(documents, 8, randomFor(1, 1));
    assert.equal(passages.length, 8);
    for (const { before, text, documentId } of passages) {
      assert.match(before, /^# .+\n\n## .+\n\n/);
      assert.match(text, /^\p{Lu}.*\.$/u);
      const { sections } = documents.find(({ id }) => id === documentId)!;
      assert.ok(sections.some(({ paragraphs }) => paragraphs.some((paragraph) => paragraph.includes(text))));
    }
    assert.equal(new Set(passages.map(({ kind, documentId }) => kind + documentId)).size, 8);
  });

  it('stand under what headings there are', () => {
    const text = 'The participants were seen again after twelve weeks at the clinic.';
    const before = (title: string, heading: string): string => {
      const document = proseOf({ id: 'a', title, sections: [{ heading, paragraphs: [text] }] });
      return choosePassages([document], 1, randomFor(1, 1))[0]!.before;
    };
    assert.equal(before('Aspirin', 'BODY.2. METHODS.2.1. Study design'), '# Aspirin\n\n## Study design\n\n');
    assert.equal(before('', 'BODY.RESULTS'), '## Results\n\n');
    assert.equal(before('', 'BODY'), '');
    assert.equal(before('Gout', 'What is (are) Gout ?'), '# Gout\n\n## What is (are) Gout ?\n\n');
  });

  it('come from as many documents as they can', () => {
    const sections = ['ABSTRACT', 'BODY.METHODS', 'BODY.RESULTS', 'BODY.DISCUSSION'].map((heading) => ({
      heading,
      paragraphs: [`This is what the paper says under ${heading}, in one sentence.`],
    }));
    const documents = Array.from({ length: 200 }, (_, id) => proseOf({ id: String(id), title: 'Title', sections }));
    const passages = choosePassages(documents, 40, randomFor(1, 1));
    assert.deepEqual(new Set(passages.map(({ kind }) => kind)).size, 4);
    assert.ok(new Set(passages.map(({ documentId }) => documentId)).size > 30);
  });

  it('are the same for the same seed, others for another', async () => {
    const documents = await fixture();
    const texts = (seed: number): string[] => choosePassages(documents, 6, randomFor(seed, 1)).map(({ text }) => text);
    assert.deepEqual(texts(1), texts(1));
    assert.notDeepEqual(texts(1), texts(2));
  });
});

describe('long terms', () => {
  const paragraph =
    'The randomisation of patients, immunohistochemistry and then randomisation of the others; IL-6-independent too.';
  const documents = ['a', 'b', 'c', 'd', 'e'].map((id) =>
    proseOf({ id, sections: [{ heading: 'BODY.RESULTS', paragraphs: [paragraph] }] }),
  );

  it('come once each, then at their other places, eight at most', () => {
    const words = chooseTerms(documents, randomFor(1, 5)).map(({ word }) => word);
    assert.deepEqual(words.slice(0, 2).sort(), ['immunohistochemistry', 'randomisation']);
    assert.equal(words.filter((word) => word === 'randomisation').length, 8);
    assert.equal(words.filter((word) => word === 'immunohistochemistry').length, 5);
    assert.equal(words.length, 13);
  });

  it('stand behind the text before them', () => {
    for (const { before, word } of chooseTerms(documents.slice(0, 1), randomFor(1, 5))) {
      assert.ok(before.endsWith(' ') && paragraph.startsWith(before + word), before);
    }
  });
});

describe('definitions', () => {
  it('are the answers to "What is …?"', async () => {
    const definitions = chooseDefinitions(await fixture(), 9, randomFor(1, 1));
    assert.deepEqual(definitions.map(({ term }) => term).sort(), ['Anemia', 'Gout']);
    assert.match(definitions.find(({ term }) => term === 'Gout')!.reference, /^Gout is a form of arthritis/);
  });

  it('overlap as ROUGE says', () => {
    assert.deepEqual(overlap('The cat sat.', 'the cat sat'), { rouge1: 1, rougeL: 1 });
    // Three of four words in common on both sides; in order only two.
    assert.deepEqual(overlap('a b c d', 'c a b e'), { rouge1: 0.75, rougeL: 0.5 });
    assert.deepEqual(overlap('a a a', 'a b'), { rouge1: 0.4, rougeL: 0.4 });
    assert.deepEqual(overlap('', 'a'), { rouge1: 0, rougeL: 0 });
  });
});

describe('statistics', () => {
  it('gives percentiles between neighbours', () => {
    assert.equal(percentile([4, 1, 3, 2], 0.5), 2.5);
    assert.equal(percentile([7], 0.95), 7);
    assert.ok(Number.isNaN(percentile([], 0.5)));
  });

  it('gives intervals that cover the mean as often as they say', () => {
    const random = randomFor(3, 1);
    const mean = (sample: readonly number[]): number => sample.reduce((sum, value) => sum + value, 0) / sample.length;
    let covered = 0;
    for (let round = 0; round < 100; round++) {
      const sample = Array.from({ length: 40 }, () => random() + random() + random());
      const [low, high] = bootstrapInterval(sample, mean, random);
      if (low <= 1.5 && 1.5 <= high) covered++;
    }
    assert.ok(covered >= 86 && covered <= 99, `${covered} of 100`);
  });

  it('gives intervals of percentiles as resampling the groups does', () => {
    const random = randomFor(5, 1);
    const groups = Array.from({ length: 30 }, () => Array.from({ length: 20 + Math.floor(40 * random()) }, random));
    const [p50, p95] = percentileIntervals(groups, [0.5, 0.95], randomFor(7, 1));
    for (const [share, interval] of [
      [0.5, p50!],
      [0.95, p95!],
    ] as const) {
      const slow = bootstrapInterval(groups, (sample) => percentile(sample.flat(), share), randomFor(7, 1));
      slow.forEach((bound, side) => assert.ok(Math.abs(bound - interval[side]!) < 0.01, `${slow} and ${interval}`));
    }
  });
});
