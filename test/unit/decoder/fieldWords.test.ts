import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openFieldWords } from '../../../src/cli/glossaryFile';
import { COMPLETION_DEFAULTS } from '../../../src/completion/options';
import { Engine } from '../../../src/decoder/engine';

const root = join(__dirname, '..', '..', '..');

describe('half-typed words that the starter does not know', function () {
  this.timeout(60_000);
  const fieldWords = openFieldWords(join(root, 'glossary', 'words.br'));
  let engine: Engine;
  before(async () => {
    engine = await Engine.open(join(root, 'models', 'starter'), { now: () => 0 });
  });
  after(() => engine.dispose());

  async function complete(textBefore: string, listed = true): Promise<string> {
    const found = fieldWords(textBefore);
    const { text } = await engine.complete({
      textBefore,
      decoding: { strategy: 'greedy' },
      stop: {
        maxNewTokens: 12,
        sentenceEnd: true,
        lineEnd: true,
        caution: COMPLETION_DEFAULTS.caution,
        facts: COMPLETION_DEFAULTS.facts,
      },
      ...(listed && found.length > 0 && { fieldWords: found }),
    });
    return text;
  }

  for (const [text, rest] of [
    ['Patients with metastatic colorectal cancer were treated with bevaciz', 'umab'],
    ['Sections of the tumor were stained by immunohisto', 'chem'],
    ['Bevaciz', 'umab'],
    ['Immunohisto', 'chem'],
    ['Patients received an infusion of sivelestat. Those without acute lung injury did not receive siv', 'elestat'],
  ] as const) {
    it(`are finished: ${text.slice(-24)}|${rest}`, async () =>
      assert.match(await complete(text), new RegExp(`^${rest}`)));
  }

  describe('and may be others', () => {
    const text = 'The antibody was given intraven';
    const other = async (...known: string[]): Promise<string> =>
      (
        await engine.complete({
          textBefore: text,
          decoding: { strategy: 'greedy' },
          stop: { maxNewTokens: 6, sentenceEnd: true, lineEnd: true, facts: COMPLETION_DEFAULTS.facts },
          fieldWords: fieldWords(text),
          otherEndingThan: known,
        })
      ).text;
    const wordOf = (suggestion: string): string => /^\p{L}*/u.exec(suggestion)![0];

    it('are finished otherwise, until no ending is left', async () => {
      const listed = new Set(fieldWords(text).map(({ word }) => word.slice('intraven'.length)));
      const endings: string[] = [];
      for (;;) {
        const suggestion = await other(...endings);
        if (suggestion === '') break;
        assert.ok(listed.has(wordOf(suggestion)), suggestion);
        assert.ok(!endings.map(wordOf).includes(wordOf(suggestion)), suggestion);
        endings.push(suggestion);
      }
      assert.ok(endings.length >= 2, endings.join());
      assert.deepEqual(endings.slice(0, 2).map(wordOf).sort(), ['ous', 'ously']);
    });

    it('are nothing else where no list knows them', async () => {
      const { text: written } = await engine.complete({
        textBefore: 'We thank Professor Schnurrenber',
        decoding: { strategy: 'greedy' },
        stop: { maxNewTokens: 6 },
        otherEndingThan: [],
      });
      assert.equal(written, '');
    });
  });

  for (const text of [
    'Die Patienten wurden in zwei Gruppen eingetei',
    'The variable is named patient_cou',
    'The gene BRC',
    'We thank Professor Schnurrenber',
    'The concentration of βκλμ',
  ]) {
    it(`are left alone: ${text.slice(-20)}|`, async () =>
      assert.equal(await complete(text), await complete(text, false)));
  }
});
