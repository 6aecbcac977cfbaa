import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProseLanguage } from '../../../src/prose/scope';

const FOLDER = join(__dirname, 'golden');

/** What a golden case says of its cursor. */
export type Expectation =
  | { kind: 'quiet'; reason: string }
  /** What the model reads, and what kind of block the cursor is in where the case names it. */
  | { kind: 'reads'; text: string; block?: string }
  /** The cursor's line after `answer` was accepted, the cursor behind it. */
  | { kind: 'writes'; answer: string; line: string };

export interface GoldenCase {
  name: string;
  language: ProseLanguage;
  /** The document, with one `█` where the cursor is. */
  marked: string;
  expected: Expectation[];
}

/** A file of cases; README.md beside it describes the format. */
export interface GoldenFile {
  name: string;
  cases: GoldenCase[];
}

/** @throws Error for a line that is not of the format. */
export function goldenFiles(): GoldenFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => ({ name, cases: parseCases(name, readFileSync(join(FOLDER, name), 'utf8')) }));
}

function parseCases(file: string, content: string): GoldenCase[] {
  const language = file.replace(/[-.].*$/, '') as ProseLanguage;
  return content
    .split(/^@@ /m)
    .slice(1)
    .map((part) => {
      const [name, ...lines] = part.replace(/\n+$/, '').split('\n') as [string, ...string[]];
      const first = lines.findIndex((line) => /^@ (?:quiet|reads|writes)\b/.test(line));
      const fail = (why: string): never => {
        throw new Error(`${file}, case "${name}": ${why}`);
      };
      if (first < 0) fail('it expects nothing.');
      const marked = visible(lines.slice(0, first).join('\n'));
      if (marked.split('█').length !== 2) fail('one █ expected.');
      const expected = lines.slice(first).map((line) => expectation(line) ?? fail(`not understood: ${line}`));
      return { name, language, marked, expected };
    });
}

function expectation(line: string): Expectation | null {
  const quiet = /^@ quiet (\w+)$/.exec(line);
  if (quiet !== null) return { kind: 'quiet', reason: quiet[1]! };
  const reads = /^@ reads(?: (\w+))? \|(?: (.*))?$/.exec(line);
  if (reads !== null)
    return { kind: 'reads', text: visible(reads[2] ?? ''), ...(reads[1] !== undefined && { block: reads[1] }) };
  const writes = /^@ writes (.*?) ⇒ (.*)$/.exec(line);
  return writes === null ? null : { kind: 'writes', answer: visible(writes[1]!), line: visible(writes[2]!) };
}

/** Characters that nobody sees are written as signs. */
function visible(text: string): string {
  return text.replace(/␣/g, ' ').replace(/⍽/g, '\u00a0').replace(/␍/g, '\r').replace(/␉/g, '\t');
}
