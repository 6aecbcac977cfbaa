import './support/vscode';
import assert from 'node:assert/strict';
import { descriptionInsertion } from '../../../src/extension/describe/insertedText';
import { panelHtml } from '../../../src/extension/describe/panelHtml';
import { shiftOffset } from '../../../src/extension/describe/shiftOffset';
import { cleanTerm, isFunctionWord } from '../../../src/extension/describe/term';

describe('term', () => {
  const cases: [string, string][] = [
    ['  IL-6 ', 'IL-6'],
    ['**TNF-α**,', 'TNF-α'],
    ['tumour\n  necrosis factor', 'tumour necrosis factor'],
    ['\\emph{BRCA1}', 'BRCA1'],
    ['(R)-warfarin', '(R)-warfarin'],
    ['...', ''],
  ];
  for (const [text, term] of cases) it(`${JSON.stringify(text)} → ${term}`, () => assert.equal(cleanTerm(text), term));
});

describe('function words', () => {
  it('are not described, but gene names that look like them are', () => {
    assert.ok(isFunctionWord('was'));
    assert.ok(!isFunctionWord('WAS'));
    assert.ok(!isFunctionWord('sepsis'));
  });
});

describe('place of origin', () => {
  it('moves with what is written before it and stays before what is written after it', () => {
    assert.equal(shiftOffset(10, [{ rangeOffset: 0, rangeLength: 0, text: 'abc' }]), 13);
    assert.equal(shiftOffset(10, [{ rangeOffset: 2, rangeLength: 4, text: '' }]), 6);
    assert.equal(shiftOffset(10, [{ rangeOffset: 11, rangeLength: 5, text: 'abc' }]), 10);
    assert.equal(shiftOffset(10, [{ rangeOffset: 8, rangeLength: 5, text: 'abc' }]), 11);
    assert.equal(shiftOffset(10, [{ rangeOffset: 10, rangeLength: 0, text: 'x' }]), 11);
  });

  it('takes several changes of one edit, the last in the document first', () => {
    const changes = [
      { rangeOffset: 20, rangeLength: 1, text: 'xx' },
      { rangeOffset: 5, rangeLength: 0, text: 'yy' },
      { rangeOffset: 0, rangeLength: 1, text: '' },
    ];
    assert.equal(shiftOffset(10, changes), 11);
  });
});

describe('inserted description', () => {
  const escape = (text: string): string => text.replaceAll('%', '\\%');
  const insert = (linePrefix: string, lineSuffix: string, description = 'IL-6 rises by 5%. '): string =>
    descriptionInsertion('IL-6', description, { linePrefix, lineSuffix }, escape);

  it('is escaped and set off from the words around it', () => {
    assert.equal(insert('It rose.', 'Then'), ' IL-6 rises by 5\\%. ');
    assert.equal(insert('It rose. ', ''), 'IL-6 rises by 5\\%.');
    assert.equal(insert('', ''), 'IL-6 rises by 5\\%.');
    assert.equal(insert('(', ')'), 'IL-6 rises by 5\\%.');
  });

  it('does not write the term twice', () => {
    assert.equal(insert('The cytokine IL-6', ''), ' rises by 5\\%.');
    assert.equal(insert('il-6 ', ''), 'rises by 5\\%.');
    assert.equal(insert('IL-6', '', 'IL-6, a cytokine, rises.'), ', a cytokine, rises.');
    assert.equal(insert('anti-IL-6', ''), ' IL-6 rises by 5\\%.');
    assert.equal(insert('IL-6', '', 'IL-6R binds it.'), ' IL-6R binds it.');
  });
});

describe('description view', () => {
  const html = panelHtml({ nonce: 'n0nce', style: 'body{}', script: 'go()' });

  it('loads nothing and runs only its own script', () => {
    assert.match(html, /default-src 'none'; style-src 'nonce-n0nce'; script-src 'nonce-n0nce';/);
    assert.doesNotMatch(html, /\b(?:src|href|style|on\w+)=/);
  });

  it('warns of what a model writes', () => {
    assert.match(html, /<p id="caution"[^>]*>Check every statement/);
  });
});
