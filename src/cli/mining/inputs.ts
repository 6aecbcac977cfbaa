import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { SourceDocument } from '../../mining/document';
import { readBiocJson, readJsonLines } from '../../mining/formats/json';
import { readPubTator } from '../../mining/formats/pubTator';
import { readMedline, textReader, type DocumentReader } from '../../mining/formats/readers';
import { readBiocXml, readPubMedXml } from '../../mining/formats/xml';
import { textChunks } from '../jsonLines';

export const INPUT_FORMATS = ['text', 'jsonl', 'pubtator', 'bioc-json', 'bioc-xml', 'medline', 'pubmed-xml'] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** A document to be mined, or why one of a file can't be. */
export type Input = { file: string; line: number } & ({ document: SourceDocument } | { problem: string });

/** Names of files that are taken from a folder. */
const TAKEN = /\.(txt|md|jsonl|json|xml|pubtator|nbib|medline)(\.xz)?$/i;

/** What is known of a format without looking into the file. */
const BY_EXTENSION: Readonly<Record<string, InputFormat>> = {
  '.jsonl': 'jsonl',
  '.json': 'bioc-json',
  '.pubtator': 'pubtator',
  '.nbib': 'medline',
  '.medline': 'medline',
  '.md': 'text',
};

/** The files that paths name, those of folders in order of their names. @throws Error for a path that isn't there */
export async function filesOf(paths: readonly string[]): Promise<{ path: string; bytes: number }[]> {
  const files: { path: string; bytes: number }[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new Error(
        error.code === 'ENOENT' ? `There is no file or folder named ${path}. Check the path.` : error.message,
      );
    });
    if (!found.isDirectory()) {
      files.push({ path, bytes: found.size });
      continue;
    }
    const names = (await readdir(path, { recursive: true })).filter((name) => TAKEN.test(name)).sort();
    for (const name of names) {
      const inside = await stat(join(path, name));
      if (inside.isFile()) files.push({ path: join(path, name), bytes: inside.size });
    }
  }
  if (files.length === 0)
    throw new Error(
      `There are no documents in ${paths.join(', ')}. From folders, these files are read: .txt, .md, .jsonl, .json, .xml, .pubtator, .nbib, and .medline, or any of them compressed as .xz.`,
    );
  return files;
}

/**
 * The documents of files, one at a time.
 * @param format default: by each file's name and beginning
 * @param onBytes called with the bytes of files that are done
 */
export async function* inputsOf(
  files: readonly { path: string; bytes: number }[],
  format: InputFormat | undefined,
  onBytes: (done: number) => void = () => undefined,
): AsyncGenerator<Input> {
  let before = 0;
  for (const { path, bytes } of files) {
    let read = 0;
    const chunks = textChunks(path, 'documents');
    const counted = async function* (first: string): AsyncGenerator<string> {
      const count = (chunk: string): string => {
        read += Buffer.byteLength(chunk);
        onBytes(before + Math.min(read, bytes));
        return chunk;
      };
      yield count(first);
      for await (const chunk of chunks) yield count(chunk);
    };
    const first = await chunks.next();
    const beginning = first.done ? '' : first.value.replace(/^\ufeff/, '');
    const reader = readerOf(format ?? formatOf(path, beginning), path);
    for await (const item of reader(counted(beginning))) yield { file: path, ...item };
    before += bytes;
    onBytes(before);
  }
}

function formatOf(path: string, beginning: string): InputFormat {
  const extension = extname(path.replace(/\.xz$/i, '')).toLowerCase();
  if (/<(?:!DOCTYPE\s+)?PubmedArticle(?:Set)?\b/.test(beginning)) return 'pubmed-xml';
  if (extension === '.xml' || /^\s*<\?xml|^\s*<collection\b/.test(beginning)) return 'bioc-xml';
  if (/^[^|\s]+\|t\|/.test(beginning)) return 'pubtator';
  if (/^\s*PMID ?- /.test(beginning)) return 'medline';
  return BY_EXTENSION[extension] ?? (/^\s*\{\s*"/.test(beginning) ? 'jsonl' : 'text');
}

function readerOf(format: InputFormat, path: string): DocumentReader {
  switch (format) {
    case 'text':
      return textReader(
        basename(path)
          .replace(/\.xz$/i, '')
          .replace(/\.\w+$/, ''),
      );
    case 'jsonl':
      return readJsonLines;
    case 'pubtator':
      return readPubTator;
    case 'bioc-json':
      return readBiocJson;
    case 'bioc-xml':
      return readBiocXml;
    case 'medline':
      return readMedline;
    case 'pubmed-xml':
      return readPubMedXml;
  }
}
