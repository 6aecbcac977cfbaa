import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { RawEntry } from './rawEntry';

/**
 * The lines of a `.jsonl` or `.jsonl.xz` file.
 * @throws Error where the file can't be read, xz is missing, or a line is no entry
 */
export function readRaw(path: string): RawEntry[] {
  const lines = (path.endsWith('.xz') ? unpacked(path) : readFileSync(path)).toString('utf8').split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const entry = JSON.parse(line) as Partial<RawEntry>;
    const texts = [entry.term, entry.definition, entry.source, entry.id, entry.url, entry.licence, entry.kind];
    if (
      texts.some((text) => typeof text !== 'string' || text === '') ||
      typeof entry.rank !== 'number' ||
      !Array.isArray(entry.synonyms)
    )
      throw new Error(`${path}, line ${i + 1}: no entry of a glossary`);
    return [entry as RawEntry];
  });
}

function unpacked(path: string): Buffer {
  const { stdout, stderr, status, error } = spawnSync('xz', ['-dc', path], { maxBuffer: 1 << 30 });
  if (error !== undefined) throw new Error(`${path} needs the program xz (package xz-utils): ${error.message}`);
  if (status !== 0) throw new Error(`${path}: ${stderr.toString().trim()}`);
  return stdout;
}
