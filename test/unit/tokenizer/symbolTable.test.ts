import assert from 'node:assert/strict';
import { SPECIAL_IDS } from '../../../src/tokenizer/bioGptTokenizer';
import { endsWord, lastSymbol, spellingOf } from '../../../src/tokenizer/endOfWord';
import { SymbolTable } from '../../../src/tokenizer/symbolTable';
import { tinyTokenizer } from '../decoder/support/tinyModel';

describe('the end of a word', () => {
  it('is told and taken off a symbol', () => {
    assert.deepEqual(['er</w>', 'er', '</w>', '<w/>'].map(endsWord), [true, false, true, false]);
    assert.deepEqual(['er</w>', 'er', '</w>', '</w>a'].map(spellingOf), ['er', 'er', '', '</w>a']);
    assert.equal(spellingOf(lastSymbol('er')), 'er');
  });
});

describe('the symbol table', () => {
  const tokenizer = tinyTokenizer();

  it('has as many symbols as the model, and an unknown one for ids beyond', () => {
    const table = new SymbolTable(tokenizer, tokenizer.vocabSize);
    assert.equal(table.all().length, tokenizer.vocabSize);
    assert.deepEqual(
      table.all().map((symbol) => tokenizer.symbolToId(symbol ?? 'none')),
      table.all().map((_, id) => id),
    );
    assert.equal(table.symbolOf(tokenizer.vocabSize), '<unk>');
    assert.equal(new SymbolTable(tokenizer, 10).all().length, 10);
  });

  it('finds tokens by their letters, the special ones never', () => {
    const table = new SymbolTable(tokenizer, tokenizer.vocabSize);
    for (const id of Object.values(SPECIAL_IDS)) {
      assert.ok(!table.index.piecesToward(table.symbolOf(id)).includes(id), table.symbolOf(id));
    }
    const pieces = table.index.piecesToward('protein').map(table.symbolOf);
    assert.ok(pieces.includes('protein</w>'), pieces.join(' '));
    assert.ok(table.endsWord(tokenizer.symbolToId('protein</w>')!));
  });
});
