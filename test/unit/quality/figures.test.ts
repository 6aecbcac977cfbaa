import assert from 'node:assert/strict';
import { addEffort, figuresOf, type DocumentSums } from '../../../bench/quality/figures';
import { noEffort, type Effort } from '../../../bench/quality/keystrokes/writer';
import { tables } from '../../../bench/quality/report';

const effort = (sums: Partial<Effort>): Effort => ({ ...noEffort(), ...sums });

/** One document with methods and results, one with results alone, one that was read but not written. */
const documents: DocumentSums[] = [
  {
    information: { methods: { bits: 300, characters: 200 }, results: { bits: 100, characters: 100 } },
    efforts: {
      methods: {
        byWord: effort({
          characters: 100,
          words: 20,
          keys: 80,
          shown: 10,
          accepted: 5,
          wrongShown: 5,
          acceptedCharacters: 25,
          latenciesMs: [1, 2, 3],
        }),
        whole: effort({ characters: 100, words: 20, keys: 90 }),
      },
    },
  },
  {
    information: { results: { bits: 200, characters: 100 } },
    efforts: {
      results: {
        byWord: effort({
          characters: 300,
          words: 60,
          keys: 120,
          shown: 30,
          accepted: 27,
          wrongShown: 3,
          acceptedCharacters: 207,
          latenciesMs: [4, 5],
        }),
        whole: effort({ characters: 300, words: 60, keys: 150 }),
      },
    },
  },
  { information: { abstract: { bits: 400, characters: 100 } }, efforts: {} },
];

describe('the figures of a system', () => {
  const figures = figuresOf(
    documents,
    [
      { rouge1: 0.2, rougeL: 0.1 },
      { rouge1: 0.4, rougeL: 0.1 },
    ],
    1,
  );

  it('are ratios of sums over documents', () => {
    assert.equal(figures.bitsPerCharacter, 1000 / 500);
    assert.deepEqual(figures.keystrokeSavings, { byWord: 1 - 200 / 400, whole: 1 - 240 / 400 });
    // 238 words a minute are read, a key takes 0.28 s: 40 words take as long as 36 keys.
    assert.ok(Math.abs(figures.netSavings - (1 - (200 + 36.01) / 400)) < 1e-4);
    assert.equal(figures.acceptanceRate, 32 / 40);
    assert.equal(figures.charactersPerAccepted, 232 / 32);
    assert.equal(figures.wrongShownPer100Words, 10);
    assert.equal(figures.latencyMs!.p50, 3);
    assert.ok(Math.abs(figures.definitions!.rouge1 - 0.3) < 1e-9 && figures.definitions!.count === 2);
  });

  it('go to the section that they come from', () => {
    const { methods, results, abstract } = figures.sections;
    assert.equal(methods!.bitsPerCharacter, 1.5);
    assert.ok(Math.abs(methods!.keystrokeSavings.byWord - 0.2) < 1e-9);
    assert.equal(methods!.wrongShownPer100Words, 25);
    assert.equal(results!.bitsPerCharacter, 1.5);
    assert.ok(Math.abs(results!.keystrokeSavings.byWord - 0.6) < 1e-9);
    assert.equal(abstract, undefined, 'nothing was written there');
  });

  it('have intervals between the documents that differ most', () => {
    assert.deepEqual(
      figures.intervals.keystrokeSavings.byWord.map((bound) => bound.toFixed(3)),
      ['0.200', '0.600'],
    );
    assert.deepEqual(figures.intervals.latencyMs!.p50, [2, 4]);
    const [low, high] = figures.intervals.bitsPerCharacter!;
    assert.ok(low >= 4 / 3 && low < 2 && high > 2 && high <= 4);
  });

  it('say nothing of a rate where nothing was shown', () => {
    const silent = noEffort();
    addEffort(silent, effort({ characters: 50, words: 10, keys: 50 }));
    const [mute] = [figuresOf([{ information: {}, efforts: { answers: { byWord: silent, whole: silent } } }], [], 1)];
    const json = JSON.parse(JSON.stringify(mute)) as Record<string, unknown>;
    assert.equal(json['acceptanceRate'], null);
    assert.ok(!('bitsPerCharacter' in json) && !('latencyMs' in json) && !('definitions' in json));
    const text = tables({
      ...mute,
      model: 'mute',
      precision: 'fp32',
      seed: 1,
      caution: 3,
      without: [],
      peers: {},
      notes: ['A note.'],
      text: { documents: 1, characters: 50, passages: 1, passageCharacters: 50 },
    });
    assert.match(text, /^\| accepted +\| –/m);
    assert.doesNotMatch(text, /NaN|undefined|ROUGE/);
    assert.ok(text.endsWith('\n\nA note.'));
  });
});
