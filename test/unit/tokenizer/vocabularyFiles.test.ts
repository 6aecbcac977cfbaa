import assert from 'node:assert/strict';
import { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';
import { parseMerges, parseVocabulary } from '../../../src/tokenizer/vocabularyFiles';

describe('parseVocabulary', () => {
  it('reads symbols and ids, both ways', () => {
    const { ids, symbols } = parseVocabulary('{"<s>": 0, "__proto__": 1}');
    assert.equal(ids.get('__proto__'), 1);
    assert.equal(symbols.get(1), '__proto__');
  });

  const bad: [json: string, reason: RegExp][] = [
    ['', /is not JSON/],
    ['{"a": 1', /is not JSON/],
    ['["a", "b"]', /does not hold an object/],
    ['null', /does not hold an object/],
    ['"a"', /does not hold an object/],
    ['{"a": "1"}', /id of "a" is "1"/],
    ['{"a": 1.5}', /id of "a" is 1.5/],
    ['{"a": -1}', /id of "a" is -1/],
    ['{"a": null}', /id of "a" is null/],
    ['{"a": 7, "b": 7}', /"a" and "b" share the id 7/],
  ];
  for (const [json, reason] of bad) {
    it(`refuses ${JSON.stringify(json)}`, () => {
      assert.throws(
        () => parseVocabulary(json),
        (error: Error) => {
          assert.match(error.message, /^vocab\.json is not a BioGPT vocabulary: /);
          assert.match(error.message, reason);
          return true;
        },
      );
    });
  }
});

describe('parseMerges', () => {
  it('reads merges with and without counts, in order', () => {
    assert.deepEqual([...parseMerges('t h 12\nth e</w> 3\n').keys()], ['t h', 'th e</w>']);
    assert.deepEqual([...parseMerges('t h\nth e</w>').keys()], ['t h', 'th e</w>']);
    assert.deepEqual([...parseMerges('t h\r\nth e</w>\r\n').keys()], ['t h', 'th e</w>']);
    assert.deepEqual([...parseMerges('').keys()], []);
  });

  it('skips a version line at the top, and only there', () => {
    assert.deepEqual([...parseMerges('#version: 0.2\nt h\n').keys()], ['t h']);
    assert.deepEqual([...parseMerges('# # 7\n').keys()], ['# #']);
    assert.deepEqual([...parseMerges('t h\n#version: 0.2\n').keys()], ['t h', '#version: 0.2']);
  });

  it('passes over blank lines and trailing blanks, as transformers does', () => {
    assert.deepEqual([...parseMerges('t h\n\ne r 5 \n  \na b  \n').keys()], ['t h', 'e r', 'a b']);
    assert.deepEqual([...parseMerges('\r\nt h \r\n').keys()], ['t h']);
  });

  for (const text of ['t h\nth\n', 't h\na b many\n', 't h\na b 1 2\n', 't h\n a b\n', '{}']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseMerges(text),
        /^MergeError: merges\.txt, line [12]: expected "left right" or "left right count"/,
      );
    });
  }
});

describe('BioGptTokenizer.fromFiles', () => {
  it('refuses a vocabulary whose special symbols are missing or elsewhere', () => {
    assert.throws(() => BioGptTokenizer.fromFiles('{}', ''), /the id of <s> is missing, not 0/);
    assert.throws(
      () => BioGptTokenizer.fromFiles('{"<s>": 0, "</s>": 1, "<pad>": 2, "<unk>": 3}', ''),
      /the id of <pad> is 2, not 1/,
    );
  });
});
