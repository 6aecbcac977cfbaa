import { readFileSync } from 'node:fs';
import { KINDS, OWN_SOURCE, type Kind } from '../../src/glossary/entry';
import type { RawEntry } from './rawEntry';

const OWN = { source: OWN_SOURCE, licence: 'MIT', url: '' } as const;
const RANK = 3;

/**
 * Our own definitions, of terms that articles use often and the sources lack: tab-separated term, synonyms
 * (separated by semicolons), kind and definition, with a line of headings.
 * @throws Error for a line with other columns or an unknown kind
 */
export function readAdditions(path: string): RawEntry[] {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line, i) => {
    const [term, synonyms, kind, definition, ...more] = line.split('\t');
    if (!term || synonyms === undefined || !isKind(kind) || !definition || more.length > 0)
      throw new Error(`${path}, line ${i + 2}: expected term, synonyms, kind and definition`);
    const id = `BGW:${term
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}`;
    return {
      ...OWN,
      term,
      synonyms: synonyms === '' ? [] : synonyms.split('; '),
      definition,
      id,
      rank: RANK,
      kind,
    };
  });
}

function isKind(text: string | undefined): text is Kind {
  return KINDS.some((kind) => kind === text);
}
