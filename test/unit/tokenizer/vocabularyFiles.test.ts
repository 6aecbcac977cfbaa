import assert from 'node:assert/strict';
import { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';
import {
  parseMerges,
  parseVocabulary,
  VocabularyError,
  type VocabularyProblem,
} from '../../../src/tokenizer/vocabularyFiles';

describe('parseVocabulary', () => {
  const special = '"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3';

  it('reads symbols and ids, both ways', () => {
    const { ids, symbols } = parseVocabulary(`{${special}, "__proto__": 4}`);
    assert.equal(ids.get('__proto__'), 4);
    assert.equal(symbols.get(4), '__proto__');
  });

  const bad: [json: string, problem: Partial<VocabularyProblem>][] = [
    ['', { kind: 'notJson' }],
    ['{"a": 1', { kind: 'notJson' }],
    ['["a", "b"]', { kind: 'notAnObject' }],
    ['null', { kind: 'notAnObject' }],
    ['"a"', { kind: 'notAnObject' }],
    ['{"a": "1"}', { kind: 'badId', symbol: 'a', id: '1' }],
    ['{"a": 1.5}', { kind: 'badId', symbol: 'a', id: 1.5 }],
    ['{"a": -1}', { kind: 'badId', symbol: 'a', id: -1 }],
    ['{"a": null}', { kind: 'badId', symbol: 'a', id: null }],
    ['{"a": 7, "b": 7}', { kind: 'sharedId', symbols: ['a', 'b'], id: 7 }],
    ['{"<s>": 0, "<pad>": 1}', { kind: 'specialId', symbol: '</s>', id: undefined, expected: 2 }],
    ['{"<s>": 1, "<pad>": 0}', { kind: 'specialId', symbol: '<s>', id: 1, expected: 0 }],
  ];
  for (const [json, problem] of bad) {
    it(`refuses ${JSON.stringify(json)}`, () => {
      assert.throws(
        () => parseVocabulary(json),
        (error: Error) => {
          assert.ok(error instanceof VocabularyError);
          assert.deepEqual({ ...error.problem, ...problem }, error.problem);
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
    assert.throws(() => BioGptTokenizer.fromFiles('{}', ''), /"specialId","symbol":"<s>"/);
    assert.throws(
      () => BioGptTokenizer.fromFiles('{"<s>": 0, "</s>": 1, "<pad>": 2, "<unk>": 3}', ''),
      /"symbol":"<pad>","id":2,"expected":1/,
    );
  });
});
