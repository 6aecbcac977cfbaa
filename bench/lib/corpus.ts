import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface CorpusDocument {
  id: string;
  title?: string;
  sections: { heading: string; paragraphs: string[] }[];
}

/**
 * The documents of a `.jsonl` or `.jsonl.xz` file, one JSON object a line.
 * @throws Error for a path that is no file, a line that is no document, a damaged file, and where xz is missing.
 */
export async function* readCorpus(path: string): AsyncGenerator<CorpusDocument> {
  const problem = await stat(path).then(
    (found) => (found.isDirectory() ? 'it is a folder' : null),
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'there is no such file' : error.message),
  );
  if (problem !== null) throw new Error(`Cannot read the corpus ${path}: ${problem}. Name a .jsonl or .jsonl.xz file.`);
  const { stream, ended } = path.endsWith('.xz')
    ? unpacked(path)
    : { stream: createReadStream(path), ended: Promise.resolve() };
  let number = 0;
  let wrong: Error | null = null;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number++;
    if (wrong !== null || line.trim() === '') continue;
    const document = parse(line, `${path}, line ${number}`);
    if (document instanceof Error) wrong = document;
    else yield document;
  }
  // Where the archive is damaged, that is why its last line makes no sense.
  await ended;
  if (wrong !== null) throw wrong;
}

function parse(line: string, where: string): CorpusDocument | Error {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return new Error(`${where}: this is no JSON (${(error as Error).message}).`, { cause: error });
  }
  const { id, sections } = (value ?? {}) as Partial<CorpusDocument>;
  const isSection = (it: unknown): boolean => {
    const { heading, paragraphs } = (it ?? {}) as Partial<CorpusDocument['sections'][number]>;
    return typeof heading === 'string' && Array.isArray(paragraphs) && paragraphs.every((p) => typeof p === 'string');
  };
  if (typeof id !== 'string' || !Array.isArray(sections) || !sections.every(isSection)) {
    return new Error(`${where}: a document needs "id" and "sections": [{"heading", "paragraphs": ["…"]}].`);
  }
  return value as CorpusDocument;
}

function unpacked(path: string): { stream: Readable; ended: Promise<void> } {
  const child = spawn('xz', ['-dc', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => {
      const problem = `${path} needs the program xz (${error.message})`;
      reject(new Error(`${problem}. Install it (package xz-utils), or unpack the file and name the .jsonl.`));
    });
    child.on('close', (code) => {
      const problem = complaint.trim() || `xz ended with code ${code}`;
      if (code === 0) resolve();
      else reject(new Error(`Cannot unpack ${path} (${problem}). Copy it again.`));
    });
  });
  // Looked at when the lines are through.
  ended.catch(() => undefined);
  return { stream: child.stdout, ended };
}
