import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { fieldWordsIn, type FieldWords } from '../completion/fieldWords';
import { Glossary } from '../glossary/glossary';
import { WordList } from '../glossary/wordList';

/**
 * The glossary in a file, of which only what questions need is read. The file stays open until the process ends.
 * @throws Error where the file can't be opened
 */
export function openGlossary(path: string): Glossary {
  let file: number | undefined;
  const read = (offset: number, length: number): Uint8Array => {
    file ??= openSync(path, 'r');
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  };
  process.once('exit', () => file !== undefined && closeSync(file));
  return new Glossary({ read, decompress: (bytes) => brotliDecompressSync(bytes) });
}

/** The words of the field in a file. @throws Error where it can't be read */
export function openFieldWords(path: string): FieldWords {
  return fieldWordsIn(new WordList(brotliDecompressSync(readFileSync(path))));
}
