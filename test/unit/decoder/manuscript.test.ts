import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Engine } from '../../../src/decoder/engine';
import { inventedFactAt } from '../../../src/decoder/text/facts';
import { Manuscripts } from '../../../src/decoder/text/manuscript';
import { ONE_TEXT_INFO, OneText } from './support/oneText';
import { tinyTokenizer } from './support/tinyModel';

const INTRODUCTION =
  'Acute respiratory distress syndrome (ARDS) is common. Nafamostat, an inhibitor of serine proteases, was given to ' +
  '248 patients. Treatment with nafamostat lasted 14 days. The tumour and its colour were described. ';
const STOP = { maxNewTokens: 12, sentenceEnd: true, lineEnd: true, facts: 'documentOnly' as const };

describe('a suggestion', () => {
  const tokenizer = tinyTokenizer();
  const complete = async (before: string, text: string, elsewhere?: string): Promise<string> => {
    const manuscripts = new Manuscripts();
    manuscripts.put([{ id: 'other', text: elsewhere ?? '' }], ['other']);
    const engine = new Engine(ONE_TEXT_INFO, tokenizer, new OneText(tokenizer, before, text), { manuscripts });
    const stop = { maxNewTokens: 40, facts: 'documentOnly' as const };
    const params = { textBefore: before, decoding: { strategy: 'greedy' as const }, stop };
    return (await engine.complete({ ...params, ...(elsewhere !== undefined && { manuscript: ['other'] }) })).text;
  };

  it('repeats a number of another file, and of none', async () => {
    assert.equal(await complete('the cells were', ' in 62 patients'), '');
    assert.equal(await complete('the cells were', ' in 62 patients', 'There were 62 patients.'), ' in 62 patients');
    assert.equal(await complete('the cells were', ' in 62 patients', 'There were 62 mg of it.'), '');
  });

  it('uses the abbreviation that another file defines', async () => {
    const text = ' tumor necrosis factor in cells';
    assert.equal(await complete('the receptor of', text), text);
    assert.equal(
      await complete('the receptor of', text, 'Here tumor necrosis factor (TNF) is meant.'),
      ' TNF in cells',
    );
  });
});

describe('other files of a manuscript', () => {
  const manuscripts = new Manuscripts();
  let engine: Engine;
  before(async () => {
    engine = await Engine.open(join(__dirname, '..', '..', '..', 'models', 'starter'), { now: () => 0, manuscripts });
    manuscripts.put([{ id: 'introduction', text: INTRODUCTION }], ['introduction']);
  });
  after(() => engine.dispose());

  const complete = async (textBefore: string, manuscript?: string[]): Promise<string> => {
    const params = { textBefore, decoding: { strategy: 'greedy' as const }, stop: STOP };
    return (await engine.complete({ ...params, ...(manuscript && { manuscript }) })).text;
  };

  it('finish a word that they have', async () => {
    const before = 'In the intervention group, patients received nafam';
    assert.doesNotMatch(await complete(before), /^ostat/);
    assert.match(await complete(before, ['introduction']), /^ostat/);
  });

  it('are forgotten when they are not wanted any more, and ignored when they are not there', async () => {
    const before = 'In the intervention group, patients received nafam';
    assert.doesNotMatch(await complete(before, ['another']), /^ostat/);
    const own = new Manuscripts();
    own.put([{ id: 'a', text: INTRODUCTION }], ['a']);
    assert.ok(own.of(['a'], () => 2));
    own.put([], []);
    assert.equal(
      own.of(['a'], () => 2),
      undefined,
    );
  });

  it('hold facts that may be repeated, abbreviations and a spelling', () => {
    const found = manuscripts.of(['introduction', 'missing'], () => 2)!;
    assert.equal(inventedFactAt('There were', ' 248 patients', false, found.facts), -1);
    assert.equal(inventedFactAt('There were', ' 249 patients', false, found.facts), 1);
    assert.deepEqual([...found.abbreviations], [['acute respiratory distress syndrome', 'ARDS']]);
    assert.ok(found.rareWords.includes('nafamostat'));
    assert.deepEqual([...found.wordsLike('Nafa').counts], [['nafamostat', 2]]);
    assert.equal(found.wordsLike('xy').counts.size, 0);
    assert.equal(found.style, INTRODUCTION);
  });

  it('cost no more than their ids once they are known', () => {
    const first = manuscripts.of(['introduction'], () => 2);
    assert.equal(
      manuscripts.of(['introduction'], () => assert.fail('asked again')),
      first,
    );
  });
});
