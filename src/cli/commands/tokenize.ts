import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MODEL_DESCRIPTION_FILE } from '../../modelFolder/format';
import { openModelFolder } from '../../modelFolder/modelFolder';
import { BioGptTokenizer, type TokenizerOptions } from '../../tokenizer/bioGptTokenizer';
import type { CommonOptions } from '../options';
import { inputLines, print } from '../output';

/**
 * Opens the tokenizer of a folder. A model folder's description says whether punctuation is
 * normalised; a folder with nothing but `vocab.json` and `merges.txt` means the plain tokenizer.
 */
async function openTokenizer(dir: string): Promise<BioGptTokenizer> {
  if (existsSync(join(dir, MODEL_DESCRIPTION_FILE))) {
    const { description } = await openModelFolder(dir);
    const { vocab, merges, normalizePunctuation, added = [] } = description.tokenizer;
    return readTokenizer(join(dir, vocab), join(dir, merges), { normalizePunctuation, addedTokens: added });
  }
  return readTokenizer(join(dir, 'vocab.json'), join(dir, 'merges.txt'), {});
}

async function readTokenizer(vocab: string, merges: string, options: TokenizerOptions): Promise<BioGptTokenizer> {
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`Cannot read ${path} (${error.code}). --model needs a folder with vocab.json and merges.txt.`);
    });
  return BioGptTokenizer.fromFiles(await read(vocab), await read(merges), options);
}

export async function tokenize(options: CommonOptions): Promise<void> {
  const tokenizer = await openTokenizer(options.model);
  for await (const line of inputLines()) {
    const tokens = tokenizer.tokenize(line);
    const ids = tokenizer.encode(line);
    await print(options.json, { tokens, ids }, () => `${tokens.join(' ')}\n${ids.join(',')}`);
  }
}

export async function detokenize(options: CommonOptions): Promise<void> {
  const tokenizer = await openTokenizer(options.model);
  let number = 0;
  for await (const line of inputLines()) {
    const text = tokenizer.decode(parseIds(line, ++number, tokenizer.vocabSize));
    await print(options.json, { text }, () => text);
  }
}

/** Ids as `2,4805,9`, as `2 4805 9`, as a JSON array, or as a line that `tokenize --json` printed. */
function parseIds(line: string, number: number, vocabSize: number): number[] {
  const fail = (): never => {
    throw new Error(`Line ${number} is not a list of token ids below ${vocabSize}, such as 2,4805,9.`);
  };
  let ids: unknown;
  if (/^\s*[[{]/.test(line)) {
    try {
      const value: unknown = JSON.parse(line);
      ids = Array.isArray(value) ? value : (value as { ids?: unknown }).ids;
    } catch {
      fail();
    }
  } else {
    ids = line
      .split(/[\s,]+/)
      .filter((part) => part !== '')
      .map(Number);
  }
  const valid = (id: unknown): boolean => Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabSize;
  return Array.isArray(ids) && ids.every(valid) ? (ids as number[]) : fail();
}
