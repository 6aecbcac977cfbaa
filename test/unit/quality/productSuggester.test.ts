import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ProductSuggester } from '../../../bench/quality/keystrokes/productSuggester';
import type { Completer } from '../../../src/completion/completer';
import { Engine } from '../../../src/decoder/engine';

const STARTER = fileURLToPath(new URL('../../../models/starter', import.meta.url));
const BEFORE = '# A trial\n\n## Methods\n\nPatients were randoml';

describe('ProductSuggester', () => {
  let engine: Engine;
  /** Texts that the model was asked to continue. */
  let asked: string[];
  let completer: Completer;

  before(async () => {
    engine = await Engine.open(STARTER);
  });

  after(() => engine.dispose());

  beforeEach(() => {
    asked = [];
    completer = {
      complete: (params, hooks) => {
        asked.push(params.textBefore);
        return engine.complete(params, hooks);
      },
    };
  });

  it('offers what the product would draw, and its rest while one types along', async () => {
    const suggester = new ProductSuggester(completer, { caution: 0 });
    suggester.open(BEFORE);
    const { offer, latencyMs } = await suggester.insert('y');
    assert.match(offer!.text, /^ \p{L}+/u);
    assert.ok(offer!.fresh && latencyMs! > 0);
    assert.equal(asked.length, 1);

    let rest = offer!.text;
    for (const key of rest.slice(0, 5)) {
      rest = rest.slice(key.length);
      assert.deepEqual(await suggester.insert(key), { offer: { text: rest, fresh: false } });
    }
    assert.equal(asked.length, 1, 'typing along a suggestion asks the model nothing');
  });

  it('keeps the rest of a suggestion of which a part was accepted', async () => {
    const suggester = new ProductSuggester(completer, { caution: 0 });
    suggester.open(BEFORE);
    const { text } = (await suggester.insert('y')).offer!;
    const word = /^ \S+/.exec(text)![0];
    assert.deepEqual((await suggester.insert(word)).offer, { text: text.slice(word.length), fresh: false });
    assert.equal(asked.length, 1);
  });

  it('asks anew where the writer goes another way, and for the same text only once', async () => {
    const suggester = new ProductSuggester(completer, { caution: 0 });
    const replay = async (): Promise<unknown[]> => {
      suggester.open(BEFORE);
      const shown = [];
      for (const key of 'y x') shown.push((await suggester.insert(key)).offer);
      return shown;
    };
    const first = await replay();
    assert.ok((first[2] as { fresh: boolean } | null)?.fresh !== false);
    const calls = asked.length;
    assert.ok(calls >= 2, 'the model is asked at the first key, and again where the writer leaves its answer');
    assert.deepEqual(await replay(), first);
    assert.equal(asked.length, calls, 'the second replay finds the answers of the first');
    suggester.forget();
    await replay();
    assert.equal(asked.length, 2 * calls);
  });

  it('keeps silent where the product does', async () => {
    const suggester = new ProductSuggester(completer);
    suggester.open('# A trial\n\n```r\npatients ');
    assert.deepEqual(await suggester.insert('w'), { offer: null });
    assert.deepEqual(asked, []);
  });

  it('fails where the model fails, instead of counting it as silence', async () => {
    const suggester = new ProductSuggester({ complete: () => Promise.reject(new Error('out of memory')) });
    suggester.open(BEFORE);
    await assert.rejects(suggester.insert('y'), /out of memory/);
  });
});
