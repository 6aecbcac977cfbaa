import { closeSync, openSync, readSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { Glossary } from '../glossary/glossary';

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
