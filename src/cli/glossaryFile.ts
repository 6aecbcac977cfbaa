import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { fieldWordsIn, type FieldWords } from '../completion/fieldWords';
import { Glossary } from '../glossary/glossary';
import type { GlossaryFile } from '../glossary/glossaryPart';
import { WordList } from '../glossary/wordList';

/** Files of the shipped glossary: the sources' definitions, and our own. */
const SHIPPED = ['glossary.bin', 'additions.bin'];

/**
 * The glossary in a file or, in a folder, that which ships, of which only what questions need is read. The files stay
 * open until the process ends.
 * @throws Error where a file can't be opened
 */
export function openGlossary(path: string): Glossary {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return new Glossary(...(folder ? SHIPPED.map((name) => join(path, name)) : [path]).map(openFile));
}

function openFile(path: string): GlossaryFile {
  let file: number | undefined;
  const read = (offset: number, length: number): Uint8Array => {
    file ??= openSync(path, 'r');
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  };
  process.once('exit', () => file !== undefined && closeSync(file));
  return { read, decompress: (bytes) => brotliDecompressSync(bytes) };
}

/** The words of the field in a file. @throws Error where it can't be read */
export function openFieldWords(path: string): FieldWords {
  return fieldWordsIn(new WordList(brotliDecompressSync(readFileSync(path))));
}
