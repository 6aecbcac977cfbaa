import assert from 'node:assert/strict';
import { BioGptTokenizer, SPECIAL_IDS } from '../../../src/tokenizer/bioGptTokenizer';
import { IncrementalDecoder } from '../../../src/tokenizer/incrementalDecoder';
import { goldens, growthOverEightfold, publishedFiles, randomIntegers, smallTokenizer } from './support';

/** Sequences of the published model: its own generations, from transformers' tests. */
const GENERATIONS: [ids: number[], text: string][] = [
  [
    [
      2, 4805, 9, 656, 21, 14, 1524, 8210, 518, 23, 456, 293, 910, 398, 11495, 40, 12, 8456, 9, 8388, 9, 40, 11, 7, 6,
      6676, 1239, 5, 11495, 76, 6163, 12, 4805, 9, 656, 11, 7, 46, 57, 3023, 13, 77, 48, 1437, 1343, 8, 20528, 7, 197,
      6, 1822, 2056, 12, 1510, 11, 7, 5192, 7, 4701, 7, 1586, 7232, 7, 6, 1822, 10036, 12, 3871, 11, 7, 8, 6, 1822,
      2056, 5, 5990, 12, 5334, 11, 7, 27, 5, 4108, 402, 7, 12166, 7, 15, 77, 48, 483, 4129, 3111, 755, 127, 8, 77, 48,
      483, 4129, 3111, 2383, 4,
    ],
    'COVID-19 is a global pandemic caused by severe acute respiratory syndrome coronavirus 2 (SARS-CoV-2), the ' +
      'causative agent of coronavirus disease 2019 (COVID-19), which has spread to more than 200 countries and ' +
      'territories, including the United States (US), Canada, Australia, New Zealand, the United Kingdom (UK), and ' +
      'the United States of America (USA), as of March 11, 2020, with more than 800,000 confirmed cases and more ' +
      'than 800,000 deaths.',
  ],
  [
    [2, 313, 3666, 399, 7, 10241, 4316, 21, 14, 1161, 13863, 29236, 48, 14, 1161, 13863, 4],
    'Hello, my dog is a little bit bigger than a little bit.',
  ],
  [
    [2, 18538, 7, 174, 47, 14, 746, 5887, 5, 597, 13, 119, 6, 363],
    'Today, I have a good idea of how to use the information',
  ],
];

describe('BioGptTokenizer with the published vocabulary', () => {
  let tokenizer: BioGptTokenizer;
  let normalizing: BioGptTokenizer;

  before(function () {
    const { vocabJson, mergesText } = publishedFiles(this);
    tokenizer = BioGptTokenizer.fromFiles(vocabJson, mergesText);
    normalizing = BioGptTokenizer.fromFiles(vocabJson, mergesText, { normalizePunctuation: true });
  });

  it('has 42,384 symbols', () => {
    assert.equal(tokenizer.vocabSize, 42_384);
    assert.equal(tokenizer.idToSymbol(6), 'the</w>');
    assert.equal(tokenizer.symbolToId('the</w>'), 6);
  });

  it(`encodes and decodes all ${goldens.length} goldens`, () => {
    for (const { text, ids, decoded } of goldens) {
      assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
      assert.equal(tokenizer.decode(ids), decoded);
    }
  });

  it('encodes Trastuzumab as the published example does', () => {
    assert.deepEqual(tokenizer.encode('Trastuzumab'), [2, 7548, 1171, 32924]);
  });

  it('goes both ways between the published generations and their text', () => {
    for (const [ids, text] of GENERATIONS) {
      assert.equal(tokenizer.decode(ids), text);
      assert.deepEqual(tokenizer.encode(text), ids);
    }
  });

  it('reads typographic punctuation as unknown, or plainly where the model asks for it', () => {
    const text = '“smart” – ‘quotes’';
    assert.deepEqual(tokenizer.encode(text), [2, 3, 16303, 3, 3, 3, 28790, 744, 3]);
    assert.deepEqual(normalizing.encode(text), tokenizer.encode('"smart" - \'quotes\''));
    assert.ok(!normalizing.encode(text).includes(SPECIAL_IDS.unk));
    assert.deepEqual(normalizing.tokenize('“a”'), ['&quot;', 'a', '&quot;']);
  });
});

describe('BioGptTokenizer', () => {
  it('spells a word in symbols, the unknown ones as <unk>', () => {
    const tokenizer = smallTokenizer();
    const symbols = (text: string) => tokenizer.encode(text).map((id) => tokenizer.idToSymbol(id));
    assert.deepEqual(symbols('lower low.'), ['</s>', 'lower</w>', 'low</w>', '.</w>']);
    assert.deepEqual(symbols('newer'), ['</s>', 'ne', 'w', 'er</w>']);
    assert.deepEqual(symbols('lox'), ['</s>', 'lo', '<unk>']);
    assert.deepEqual(symbols(''), ['</s>']);
  });

  it('reads special symbols in a text as text', () => {
    const ids = smallTokenizer().encode('<s></s><pad>');
    assert.ok(ids.slice(1).every((id) => id === SPECIAL_IDS.unk || id > SPECIAL_IDS.unk));
  });

  it('drops special and unknown ids from a text', () => {
    const tokenizer = smallTokenizer();
    const low = tokenizer.symbolToId('low</w>') as number;
    assert.equal(tokenizer.decode([2, low, 0, 1, 3, 99_999, -1, low, 2]), 'low low');
    assert.equal(tokenizer.idToSymbol(99_999), '<unk>');
    assert.equal(tokenizer.symbolToId('nothing'), undefined);
  });

  it('shows a word before it is whole', () => {
    const tokenizer = smallTokenizer();
    const decoder = tokenizer.incrementalDecoder();
    const texts = ['low</w>', 'ne', 'w', 'er</w>', '.</w>'].map((symbol) => {
      decoder.push(tokenizer.symbolToId(symbol) as number);
      return decoder.text;
    });
    assert.deepEqual(texts, ['low', 'low ne', 'low new', 'low newer', 'low newer.']);
  });

  it('passes over symbols without text', () => {
    const symbols = ['a</w>', '</w>', '@-@</w>', '</w>', ' ', 'b</w>'];
    const decoder = new IncrementalDecoder((id) => symbols[id]);
    symbols.forEach((_, id) => decoder.push(id));
    assert.equal(decoder.text, 'a-b');
  });

  it('decodes a thousand ids one by one as it does at once', () => {
    const tokenizer = smallTokenizer();
    const random = randomIntegers(4);
    const ids = Array.from({ length: 1000 }, () => random(tokenizer.vocabSize));
    const decoder = tokenizer.incrementalDecoder();
    ids.forEach((id, i) => {
      decoder.push(id);
      assert.equal(decoder.text, tokenizer.decode(ids.slice(0, i + 1)));
    });
  });

  it('goes on in a copy, and is not touched by it', () => {
    const tokenizer = smallTokenizer();
    const random = randomIntegers(5);
    const draw = (length: number): number[] => Array.from({ length }, () => random(tokenizer.vocabSize));
    for (let round = 0; round < 200; round++) {
      const [before, first, second] = [draw(10), draw(5), draw(5)];
      const decoder = tokenizer.incrementalDecoder();
      before.forEach((id) => decoder.push(id));
      for (const rest of [first, second]) {
        const copy = decoder.clone();
        rest.forEach((id) => copy.push(id));
        assert.equal(copy.text, tokenizer.decode([...before, ...rest]));
        assert.equal(decoder.text, tokenizer.decode(before));
      }
    }
  });

  it('decodes in linear time', () => {
    const tokenizer = smallTokenizer();
    for (const symbol of ['lo', 'low</w>', '"</w>', "'", '@-@</w>']) {
      const id = tokenizer.symbolToId(symbol) as number;
      const growth = growthOverEightfold((n) => tokenizer.decode(new Array<number>(n).fill(id)));
      assert.ok(growth < 30, `${symbol}: 8 × the ids took ${growth.toFixed(1)} × the time`);
    }
  });

  it('takes any string', () => {
    for (const tokenizer of [smallTokenizer(), smallTokenizer({ normalizePunctuation: true })]) {
      const random = randomIntegers(5);
      for (let i = 0; i < 1000; i++) {
        const text = Array.from({ length: random(80) }, () => String.fromCharCode(random(0x10000))).join('');
        const ids = tokenizer.encode(text);
        assert.equal(ids[0], SPECIAL_IDS.eos);
        assert.ok(ids.every((id) => Number.isInteger(id) && id >= 0 && id < tokenizer.vocabSize));
        assert.equal(typeof tokenizer.decode(ids), 'string');
      }
    }
  });

  it('keeps a bounded number of words in memory', () => {
    const tokenizer = smallTokenizer();
    for (let i = 0; i < 100; i++) {
      tokenizer.encode(Array.from({ length: 1000 }, (_, j) => `w${i * 1000 + j}`).join(' '));
    }
    assert.ok(tokenizer.cachedWords <= 32_768, String(tokenizer.cachedWords));
    const before = tokenizer.cachedWords;
    tokenizer.encode('l'.repeat(10_000));
    assert.equal(tokenizer.cachedWords, before);
  });
});
