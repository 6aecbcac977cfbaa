import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { fieldWordsIn, type FieldWords } from '../completion/fieldWords';
import { Glossary } from '../glossary/glossary';
import { GlossaryError, type GlossaryErrorCode } from '../glossary/glossaryError';
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
    const bytes = new Uint8Array(length);
    try {
      file ??= openSync(path, 'r');
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    } catch (cause) {
      throw new GlossaryError('unreadable', path, { cause });
    }
  };
  process.once('exit', () => file !== undefined && closeSync(file));
  return { read, decompress: (bytes) => brotliDecompressSync(bytes) };
}

const PROBLEMS: Readonly<Record<GlossaryErrorCode, string>> = {
  unreadable: 'cannot be read. Omit --glossary, or specify a file made by `npm run build:glossary`.',
  notAGlossary: 'is not a glossary. Omit --glossary, or specify a file made by `npm run build:glossary`.',
  version: 'was made for another version of this program. Build it again with `npm run build:glossary`.',
  damaged: 'is damaged. Restore it, or build it again with `npm run build:glossary`.',
};

/** What a glossary answers. @throws Error, in words, where its file can't be used */
export function askGlossary<T>(file: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof GlossaryError) throw new Error(`${file} ${PROBLEMS[error.code]}`, { cause: error });
    throw error;
  }
}

/** The words of the field in a file. @throws Error where it can't be read */
export function openFieldWords(path: string): FieldWords {
  return fieldWordsIn(new WordList(brotliDecompressSync(readFileSync(path))));
}
