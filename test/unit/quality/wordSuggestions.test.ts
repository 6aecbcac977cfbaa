import assert from 'node:assert/strict';
import { WordSuggestions } from '../../../bench/quality/peers/wordSuggestions';

/** What is offered after each key of `typed`; '' for nothing. */
async function offers(before: string, typed: string): Promise<string[]> {
  const suggestions = new WordSuggestions();
  suggestions.open(before);
  const texts: string[] = [];
  for (const key of typed) texts.push((await suggestions.insert(key, 'typed')).offer?.text ?? '');
  return texts;
}

describe('WordSuggestions', () => {
  it('offers the words of the document by alphabet', async () => {
    assert.deepEqual(await offers('placebo, patients and plasma. ', 'plas'), ['atients', 'acebo', 'cebo', 'ma']);
  });

  it('offers nothing before the first letter of a word', async () => {
    assert.deepEqual(await offers('the cells ', 'a (ce'), ['', '', '', 'ells', 'lls']);
  });

  it('has nothing to add to a word of the document, though a longer one begins like it', async () => {
    assert.deepEqual(await offers('cells in a cell ', 'cells'), ['ell', 'll', 'l', '', '']);
    // But for a letter alone: the list opens there, without the word at the cursor.
    assert.deepEqual(await offers('a cell and ', 'a'), ['nd']);
  });

  it('knows words as soon as they are written, and no numbers', async () => {
    assert.deepEqual(await offers('', 'abc 12 a1'), ['', '', '', '', '', '', '', 'bc', '']);
    assert.deepEqual(await offers('12 and 2nd but ', '12'), ['', '']);
    assert.deepEqual(await offers('2020s and 2nd but ', '202'), ['', '', '']);
    assert.deepEqual(await offers('3rdx but ', '3rd'), ['', 'dx', 'x']);
  });

  it('takes the case as it is typed, and capitals like small letters in the alphabet', async () => {
    assert.deepEqual(await offers('Patients ', 'pP'), ['', '']);
    assert.deepEqual(await offers('Patients ', 'Pa'), ['atients', 'tients']);
    assert.deepEqual(await offers('aZ ab aa ', 'a'), ['a']);
    assert.deepEqual(await offers('ab aZ aB ', 'a'), ['B']);
  });

  it('parts words as Markdown does: at marks and hyphens, whatever the script', async () => {
    assert.deepEqual(await offers('IL-6/interferon “β-catenin” p≥0.05 ', 'i'), ['nterferon']);
    assert.deepEqual(await offers('IL-6/interferon “β-catenin” p≥0.05 ', 'c'), ['atenin']);
    assert.deepEqual(await offers('naïve α_helix _emphasised_ ', 'nα'), ['aïve', '']);
    assert.deepEqual(await offers('naïve α_helix _emphasised_ ', 'α_h'), ['_helix', '', 'elix']);
    assert.deepEqual(await offers('naïve α_helix _emphasised_ ', '_e'), ['', 'mphasised']);
    assert.deepEqual(await offers('first\nsecond\n\n', 's'), ['econd']);
  });

  it('says when another word is selected', async () => {
    const suggestions = new WordSuggestions();
    suggestions.open('patients and plasma ');
    const type = async (key: string): Promise<unknown> => (await suggestions.insert(key, 'typed')).offer;
    assert.deepEqual(await type('p'), { text: 'atients', fresh: true });
    assert.deepEqual(await type('a'), { text: 'tients', fresh: false });
    await type(' ');
    await type('p');
    assert.deepEqual(await type('l'), { text: 'asma', fresh: true });
  });

  it('closes the list when a word is taken, and opens it at the next letter', async () => {
    const suggestions = new WordSuggestions();
    suggestions.open('cell cellular ');
    await suggestions.insert('c', 'typed');
    assert.equal((await suggestions.insert('ell', 'accepted')).offer, null);
    assert.deepEqual((await suggestions.insert('u', 'typed')).offer, { text: 'lar', fresh: true });
  });

  it('begins anew with every document', async () => {
    const suggestions = new WordSuggestions();
    suggestions.open('patients ');
    await suggestions.insert('p', 'typed');
    suggestions.open('plasma ');
    assert.deepEqual((await suggestions.insert('p', 'typed')).offer, { text: 'lasma', fresh: true });
  });
});
