import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface CorpusDocument {
  id: string;
  title: string;
  sections: { heading: string; paragraphs: string[] }[];
}

/**
 * The documents of a `.jsonl` or `.jsonl.xz` file, one JSON object a line.
 * @throws Error where xz is missing or the file is damaged
 */
export async function* readCorpus(path: string): AsyncGenerator<CorpusDocument> {
  const { stream, ended } = path.endsWith('.xz')
    ? unpacked(path)
    : { stream: createReadStream(path), ended: Promise.resolve() };
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line.trim() !== '') yield JSON.parse(line) as CorpusDocument;
  }
  await ended;
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
