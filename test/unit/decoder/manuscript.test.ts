import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Engine } from '../../../src/decoder/engine';
import { Manuscripts } from '../../../src/decoder/text/manuscript';

const INTRODUCTION =
  'Acute respiratory distress syndrome (ARDS) is common. Nafamostat, an inhibitor of serine proteases, was given to ' +
  '248 patients. Treatment with nafamostat lasted 14 days. The tumour and its colour were described. ';
const STOP = { maxNewTokens: 12, sentenceEnd: true, lineEnd: true, facts: 'documentOnly' as const };

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
    const { text, rareWords, style } = manuscripts.of(['introduction', 'missing'], () => 2)!;
    assert.match(text, /248 patients/);
    assert.ok(rareWords.includes('nafamostat'));
    assert.ok(style.length > 0);
  });

  it('cost no more than their ids once they are known', () => {
    const first = manuscripts.of(['introduction'], () => 2);
    assert.equal(
      manuscripts.of(['introduction'], () => assert.fail('asked again')),
      first,
    );
  });
});
