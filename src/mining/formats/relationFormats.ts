import type { RelationFormat } from './minedDocument';
import { BIOC_JSON, DOCCANO, JSON_LINES, PUBANNOTATION, PUBTATOR, TSV } from './writers';

/** The forms that are one file, by the names that commands take. brat's is two a document: `bratFiles`. */
export const RELATION_FILES = {
  tsv: TSV,
  jsonl: JSON_LINES,
  pubtator: PUBTATOR,
  'bioc-json': BIOC_JSON,
  doccano: DOCCANO,
  pubannotation: PUBANNOTATION,
} as const satisfies Record<string, RelationFormat>;

export type RelationFile = keyof typeof RELATION_FILES;
