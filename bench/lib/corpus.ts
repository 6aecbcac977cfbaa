import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface CorpusDocument {
  id: string;
  title?: string;
  sections: { heading: string; paragraphs: string[] }[];
}

/**
 * The documents of a `.jsonl` or `.jsonl.xz` file, one JSON object a line.
 * @throws Error where xz is missing or the file is damaged
 */
export async function* readCorpus(path: string): AsyncGenerator<CorpusDocument> {
  await access(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`Cannot read the corpus ${path} (${error.code}).`);
  });
  const { stream, ended } = path.endsWith('.xz')
    ? unpacked(path)
    : { stream: createReadStream(path), ended: Promise.resolve() };
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number++;
    if (line.trim() !== '') yield parse(line, `${path}, line ${number}`);
  }
  await ended;
}

function parse(line: string, where: string): CorpusDocument {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where}: this is no JSON (${(error as Error).message}).`, { cause: error });
  }
  const { id, sections } = (value ?? {}) as Partial<CorpusDocument>;
  const isSection = (it: unknown): boolean => {
    const { heading, paragraphs } = (it ?? {}) as Partial<CorpusDocument['sections'][number]>;
    return typeof heading === 'string' && Array.isArray(paragraphs) && paragraphs.every((p) => typeof p === 'string');
  };
  if (typeof id !== 'string' || !Array.isArray(sections) || !sections.every(isSection)) {
    throw new Error(`${where}: a document needs "id" and "sections": [{"heading", "paragraphs": ["…"]}].`);
  }
  return value as CorpusDocument;
}

function unpacked(path: string): { stream: Readable; ended: Promise<void> } {
  const child = spawn('xz', ['-dc', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => {
      reject(new Error(`${path} needs the program xz (package xz-utils): ${error.message}`));
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`xz could not unpack ${path} (exit code ${code}).`));
    });
  });
  // Looked at when the lines are through.
  ended.catch(() => undefined);
  return { stream: child.stdout, ended };
}
