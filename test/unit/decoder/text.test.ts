import assert from 'node:assert/strict';
import { prefixConstraint } from '../../../src/decoder/generation/logitsProcessors';
import { lineEnd, repeatedTail, repetition, sentenceEnd, wholeWords } from '../../../src/decoder/generation/stopRules';
import { createRandom } from '../../../src/decoder/generation/random';
import { ContextWindow } from '../../../src/decoder/text/contextWindow';
import { promptAtCursor, unfitFirst } from '../../../src/decoder/text/cursor';
import { insertionAt } from '../../../src/decoder/text/insertion';
import { SPECIAL_IDS } from '../../../src/tokenizer/bioGptTokenizer';
import { SymbolIndex } from '../../../src/tokenizer/symbolIndex';
import { tinyTokenizer } from './support/tinyModel';

const tokenizer = tinyTokenizer();
const symbolOf = (id: number): string => tokenizer.idToSymbol(id);
const symbols = Array.from({ length: tokenizer.vocabSize }, (_, id) => symbolOf(id));
const spellingOf = (id: number): string => symbolOf(id).replace('</w>', '');

/** Ids of Moses tokens, as a model would write them. */
function tokens(text: string): number[] {
  return text.split(' ').flatMap((token) => {
    const whole = tokenizer.symbolToId(`${token}</w>`);
    return whole !== undefined ? [whole] : tokenizer.encode(token).slice(1);
  });
}

describe('text at the cursor', () => {
  // Text before the cursor, Moses tokens the model writes, text to insert.
  const cases: [string, string, string][] = [
    ['', 'the protein', 'the protein'],
    ['the', 'the protein', ' protein'],
    ['the ', 'protein binds', 'protein binds'],
    ['the\n', 'protein', 'protein'],
    ['the cells\n\n', 'protein', 'protein'],
    ['the pro', 'protein binds', 'tein binds'],
    ['immunohisto', 'immunohistochemistry is', 'chemistry is'],
    ['the protein', 'protein .', '.'],
    ['the protein', 'protein , and', ', and'],
    ['TNF', 'TNF @-@ α and', '-α and'],
    ['TNF-', 'α and', 'α and'],
    ['IL-6', '6 and', ' and'],
    ['IL-6 ', 'and', 'and'],
    ['the protein (', 'TNF ) is', 'TNF) is'],
    ['the protein ', '( TNF )', '(TNF)'],
    ['the protein [', '6 &#93;', '6]'],
    ['(TNF)', 'is', ' is'],
    ['(TNF)', '.', '.'],
    ['[18F]', 'TNF', ' TNF'],
    ['the protein,', 'and', ' and'],
    ['the protein:', 'the', ' the'],
    ['is in.', 'the', ' the'],
    ['is in. ', 'the', 'the'],
    ['the "', 'driver &quot; mutation', 'driver" mutation'],
    ['the "driver"', 'mutation', ' mutation'],
    ['a "b c" and "', 'driver &quot;', 'driver"'],
    ['5\' is "', 'driver &quot; is', 'driver" is'],
    ["the patients'", 'cells', ' cells'],
    ['the patient', 'patient &apos;s cells', "'s cells"],
    ['kg/', 'mg', 'mg'],
    ['kg /', 'mg', ' mg'],
    ['a=', '6', '6'],
    ['a =', '6', ' 6'],
    ['6', '6 % of', '% of'],
    ['6 +/-', '2', ' 2'],
    ['6+', 'cells', ' cells'],
    ['$', '6', '6'],
    ['word –', 'and', ' and'],
    ['word–', 'and', 'and'],
  ];
  for (const [before, written, insertion] of cases) {
    it(`${JSON.stringify(before)} + ${written} → ${JSON.stringify(insertion)}`, () => {
      const prompt = promptAtCursor(before, tokenizer);
      assert.ok(prompt);
      assert.equal(insertionAt(before, prompt, tokenizer)(tokens(written)), insertion);
    });
  }

  it('inserts nothing while the typed letters are not spelled', () => {
    const prompt = promptAtCursor('immunohisto', tokenizer)!;
    assert.equal(insertionAt('immunohisto', prompt, tokenizer)([tokenizer.symbolToId('immuno')!]), '');
    assert.equal(insertionAt('immunohisto', prompt, tokenizer)([]), '');
  });

  it('takes a begun word off the prompt', () => {
    const whole = tokenizer.encode('the protein');
    assert.deepEqual(promptAtCursor('the protein bi', tokenizer), {
      ids: whole,
      letters: 'bi',
      letterIds: 2,
      firstWord: 'any',
    });
    assert.deepEqual(promptAtCursor('the protein 中', tokenizer)?.ids, whole);
    assert.deepEqual(promptAtCursor('TNF-', tokenizer)?.ids, tokenizer.encode('TNF-a').slice(0, -1));
  });

  it('expects a word after white space and openers, anything elsewhere', () => {
    const expected = {
      '': 'word',
      'the ': 'word',
      'the (': 'word',
      'the "': 'word',
      'TNF-': 'letter',
      'the,': 'any',
      the: 'any',
    };
    for (const [before, firstWord] of Object.entries(expected)) {
      assert.equal(promptAtCursor(before, tokenizer)?.firstWord, firstWord, before);
    }
    assert.equal(promptAtCursor('the "driver"', tokenizer)?.firstWord, 'any');
  });

  it('is silent inside an open number', () => {
    assert.equal(promptAtCursor('p < 0.', tokenizer), null);
    assert.equal(promptAtCursor('1,', tokenizer), null);
    assert.notEqual(promptAtCursor('in cells.', tokenizer), null);
  });

  it('bars punctuation that would stand apart', () => {
    const barred = new Set(unfitFirst('word', symbols).map(symbolOf));
    for (const symbol of ['.</w>', ',</w>', ')</w>', '%</w>', '@-@</w>', '&apos;s</w>', '&#93;</w>']) {
      assert.ok(barred.has(symbol), symbol);
    }
    for (const symbol of ['the</w>', '(</w>', '&#91;</w>', 't', '.', 'α</w>']) assert.ok(!barred.has(symbol), symbol);
    assert.ok(unfitFirst('letter', symbols).map(symbolOf).includes('(</w>'));
    assert.deepEqual(unfitFirst('any', symbols), []);
  });
});

describe('token healing', () => {
  const index = new SymbolIndex(symbols, Object.values(SPECIAL_IDS));
  const allowed = (letters: string, generated: number[] = []): string[] => {
    const logits = new Float32Array(symbols.length);
    prefixConstraint(letters, index, spellingOf)(logits, generated);
    return symbols.filter((_, id) => logits[id] === 0);
  };

  it('allows every piece on the way to the letters, and beyond them', () => {
    const expected = symbols.filter((symbol, id) => {
      if (id < 4) return false;
      const bare = symbol.replace('</w>', '');
      return bare.startsWith('pro') || ('pro'.startsWith(bare) && !symbol.endsWith('</w>'));
    });
    assert.deepEqual(allowed('pro'), expected);
    assert.ok(expected.includes('protein</w>') && expected.includes('p') && expected.includes('pro'));
    assert.ok(!expected.includes('p</w>'));
  });

  it('goes on from the pieces already chosen and ends with the letters', () => {
    const id = tokenizer.symbolToId('pro')!;
    assert.deepEqual(
      allowed('prot', [id]),
      symbols.filter((symbol, i) => i > 3 && symbol.startsWith('t')),
    );
    assert.equal(allowed('pro', [id]).length, symbols.length);
  });

  it('keeps the case', () => {
    assert.ok(!allowed('The').includes('the</w>'));
  });

  it('allows nothing that cannot be spelled', () => {
    assert.deepEqual(allowed('中'), []);
  });

  it('allows a word that is already whole', () => {
    assert.ok(allowed('the').includes('the</w>'));
  });
});

describe('sentence ends', () => {
  const ends = (text: string, before: string[] = []): boolean => sentenceEnd(symbolOf, before)(tokens(text)) !== null;

  it('sees lone marks only', () => {
    for (const text of ['the protein .', 'is the protein in ?', 'the protein !']) assert.ok(ends(text), text);
    for (const text of ['the protein', '0.05', 'e.g.', 'Dr.', 'U.S.', 'the protein ,']) assert.ok(!ends(text), text);
  });

  it('goes on after abbreviations whose period stands alone', () => {
    for (const text of ['et al .', 'in Fig .']) assert.ok(!ends(text), text);
    assert.ok(!sentenceEnd(symbolOf, ['et</w>', 'al</w>'])(tokens('.')));
    assert.ok(sentenceEnd(symbolOf, ['the</w>', 'protein</w>'])(tokens('.')));
  });

  it('is not fooled by a period that ends a longer token', () => {
    assert.equal(sentenceEnd(symbolOf)([tokenizer.symbolToId('e')!, tokenizer.symbolToId('.</w>')!]), null);
  });
});

describe('line ends and whole words', () => {
  it('ends a line at a line break or a paragraph mark', () => {
    const rule = lineEnd((id) => ['\n</w>', '▃</w>', 'the</w>'][id]!);
    assert.deepEqual(
      [0, 1, 2].map((id) => rule([id])),
      ['lineEnd', 'lineEnd', null],
    );
  });

  it('cuts back to a whole word, and a hyphen or bracket that waits', () => {
    const cut = (text: string, ...pieces: string[]): string =>
      tokenizer.decode(wholeWords([...tokens(text), ...pieces.map((p) => tokenizer.symbolToId(p)!)], symbolOf));
    assert.equal(cut('the protein'), 'the protein');
    assert.equal(cut('the protein', 'bin'), 'the protein');
    assert.equal(cut('the TNF @-@', 'i'), 'the TNF');
    assert.equal(cut('the TNF ('), 'the TNF');
    assert.equal(cut('the TNF ( α )'), 'the TNF (α)');
  });
});

describe('the context window', () => {
  const sentence = tokens('the protein binds to the receptor and cells .');
  const long = (count: number): number[] => [2, ...Array.from({ length: count }, () => sentence).flat()];
  const random = createRandom(5);
  /** Words in no order, with a full stop now and then: no two places read alike. */
  const various = (length: number): number[] => {
    const words = tokens('the protein binds to receptor and cells of patients with cancer in driver mutation . .');
    return [2, ...Array.from({ length }, () => words[Math.floor(random() * words.length)]!)];
  };
  const beginOf = (ids: readonly number[], window: readonly number[]): number => ids.length - window.length + 1;

  it('leaves what fits', () => {
    assert.deepEqual(new ContextWindow(symbolOf).of(long(3), 28), long(3));
  });

  it('keeps the most recent sentences within the limit', () => {
    const window = new ContextWindow(symbolOf).of(long(20), 60);
    assert.ok(window.length <= 60 && window.length >= 30, String(window.length));
    assert.equal(window[0], 2);
    assert.deepEqual(window.slice(1, 1 + sentence.length), sentence);
    assert.deepEqual(window.slice(-sentence.length), sentence);
  });

  it('begins where it began while it has room, then leaves a quarter free', () => {
    const context = new ContextWindow(symbolOf);
    const ids = various(100);
    let window = context.of(ids, 80);
    let moves = 0;
    for (let typed = 0; typed < 200; typed++) {
      const begin = beginOf(ids, window);
      ids.push(...various(1).slice(1));
      window = context.of(ids, 80);
      assert.ok(window.length <= 80 && window.length >= 40, String(window.length));
      if (beginOf(ids, window) === begin) continue;
      moves++;
      assert.equal(ids.length - begin + 1, 81, 'moved only when it was full');
      assert.ok(window.length <= 60, `${window.length} tokens behind a move`);
    }
    assert.ok(moves >= 4 && moves <= 10, `${moves} moves`);
  });

  it('does not go to and fro where the last word changes its tokens', () => {
    const context = new ContextWindow(symbolOf);
    const ids = various(80);
    const begins = [80, 81, 78, 82, 79].map((length) => {
      const text = ids.slice(0, length);
      return beginOf(text, context.of(text, 80));
    });
    assert.deepEqual(begins.slice(1), begins.slice(1).fill(begins[1]!));
  });

  it('finds its beginning again in a text that lost its front', () => {
    const context = new ContextWindow(symbolOf);
    const ids = various(200);
    const window = context.of(ids, 80);
    const shortened = [2, ...ids.slice(60)];
    assert.deepEqual(context.of(shortened, 80), window);
  });

  it('goes back with the cursor, with enough of the text before it', () => {
    const context = new ContextWindow(symbolOf);
    const ids = various(200);
    const window = context.of(ids, 80);
    const back = context.of(ids.slice(0, ids.length - 30), 80);
    assert.ok(back.length >= 40, String(back.length));
    assert.notDeepEqual(back.slice(0, 10), window.slice(0, 10));
  });

  it('moves ahead of time when it is asked to, and then stays', () => {
    const context = new ContextWindow(symbolOf);
    const ids = various(75);
    assert.deepEqual(context.of(ids, 80), ids);
    const early = context.ahead(ids, 80);
    assert.ok(early.length <= 60, String(early.length));
    const next = [...ids, ids[5]!];
    assert.deepEqual(context.of(next, 80), [...early, ids[5]!]);
    assert.deepEqual(context.ahead(next, 80), [...early, ids[5]!]);
    assert.deepEqual(new ContextWindow(symbolOf).ahead(ids.slice(0, 60), 80), ids.slice(0, 60));
  });

  it('begins at a word in a text without sentences', () => {
    const word = tokenizer.encode('zzz').slice(1);
    const ids = [2, ...Array.from({ length: 40 }, () => word).flat()];
    const window = new ContextWindow(symbolOf).of(ids, 50);
    assert.ok(window.length <= 50);
    assert.deepEqual(window.slice(1, 1 + word.length), word);
  });
});

describe('repetition', () => {
  it('counts what only says it again', () => {
    const cases: [number[], number][] = [
      [[5, 6, 7], 0],
      [[5, 5], 0],
      [[5, 5, 5], 2],
      [[9, 5, 6, 5, 6], 0],
      [[9, 5, 6, 5, 6, 5, 6], 4],
      [[9, 5, 6, 7, 8, 5, 6, 7, 8], 4],
      [[5, 6, 7, 8, 5, 6, 7], 0],
      [[5, 5, 5, 6], 0],
      [[], 0],
    ];
    for (const [ids, repeated] of cases) assert.equal(repeatedTail(ids), repeated, ids.join());
  });

  it('heeds what was said before the cursor', () => {
    assert.equal(repetition([5, 6, 7, 8])([5, 6, 7, 8]), 'repetition');
    assert.equal(repetition([4, 6, 7, 8])([5, 6, 7, 8]), null);
  });
});
