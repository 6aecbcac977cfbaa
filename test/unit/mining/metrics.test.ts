import assert from 'node:assert/strict';
import { identified, scorePairs } from '../../../src/mining/metrics/chemicalDisease';
import { scoreInteractions } from '../../../src/mining/metrics/interactions';
import { scoreAnswers, scoreHallmarks } from '../../../src/mining/metrics/labels';

const NAMES = { chemicals: new Map([['lithium', 'D008094']]), diseases: new Map([['tremor', 'D014202']]) };

describe('scores of text-mining tasks', () => {
  it('BC5CDR counts unknown names of a document once, and duplicates never', () => {
    const predicted = identified(
      [
        { chemical: 'lithium', disease: 'tremor' },
        { chemical: 'lithium', disease: 'tremor' },
        { chemical: 'x', disease: 'y' },
        { chemical: 'constructor', disease: '__proto__' },
        { chemical: 'x', disease: 'tremor' },
      ],
      NAMES,
    );
    const { tp, fp, fn, precision } = scorePairs([
      {
        predicted,
        gold: [
          ['D008094', 'D014202'],
          ['MESH:D000001', 'D000002'],
        ],
      },
    ]);
    assert.deepEqual({ tp, fp, fn, precision }, { tp: 1, fp: 2, fn: 1, precision: 1 / 3 });
  });

  it('BC5CDR is NaN where nothing was predicted', () => {
    const { precision, recall, f1 } = scorePairs([{ predicted: [], gold: [['a', 'b']] }]);
    assert.deepEqual([precision, recall, f1], [NaN, 0, NaN]);
  });

  const same = (a: string, b: string): boolean =>
    scoreInteractions([
      { predicted: [{ drug: a, target: 't', relation: 'r' }], gold: [{ drug: b, target: 't', relation: 'r' }] },
    ]).f1 === 1;

  it('DDI and KD-DTI compare names without their brackets, or by them', () => {
    assert.ok(same('Monoamine oxidase (MAO)', 'monoamine oxidase'));
    assert.ok(same('monoamine oxidase (MAO)', 'something else (mao)'));
    assert.ok(same('L-type channel', 'l channel'));
    assert.ok(same('TNF-α', 'tnf'), 'Greek letters vanish');
    assert.ok(same('kinase 2', 'kinaseII') === false, 'a Roman numeral is written in capitals, a name never is');
    assert.ok(!same('kinase 2', 'kinase 3'));
  });

  it('DDI and KD-DTI are means over documents', () => {
    const right = { drug: 'a', target: 'b', relation: 'c' };
    const { precision, recall, f1, f1OfMeans } = scoreInteractions([
      { predicted: [right], gold: [right, { ...right, drug: 'x' }] },
      { predicted: [], gold: [right] },
      { predicted: [], gold: [] },
    ]);
    assert.equal(precision, (1 + 0 + 1) / 3);
    assert.equal(recall, (0.5 + 0 + 1) / 3);
    assert.equal(f1, (2 / 3 + 0 + 1) / 3);
    assert.equal(f1OfMeans, (2 * precision * recall) / (precision + recall));
  });

  it('HoC ignores what is no class; PubMedQA wants the exact word', () => {
    assert.equal(
      scoreHallmarks([
        { predicted: ['empty', 'nonsense'], gold: ['empty'] },
        { predicted: ['failed'], gold: ['inducing angiogenesis'] },
      ]).f1,
      2 / 3,
    );
    assert.deepEqual(
      scoreAnswers([
        { predicted: 'yes', gold: 'yes' },
        { predicted: null, gold: 'no' },
      ]),
      {
        accuracy: 0.5,
      },
    );
  });
});
