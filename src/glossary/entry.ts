/** What an entry is about, coarsely. The order is that of the file: append, never reorder. */
export const KINDS = [
  'disease',
  'symptom',
  'gene',
  'protein',
  'cell',
  'anatomy',
  'drug',
  'chemical',
  'process',
  'method',
  'procedure',
  'measurement',
  'statistics',
  'intervention',
  'environment',
  'term',
] as const;
export type Kind = (typeof KINDS)[number];

/** What definitions written for this project are shown with. */
export const OWN_SOURCE = 'BioGPT Writer';

/** Where definitions come from, and on what terms. */
export interface Source {
  /** As shown beside a definition, such as "NCI Thesaurus". */
  readonly source: string;
  /** As shown, such as "CC BY 4.0". */
  readonly licence: string;
  /** Address of an entry with `%s` for the id's part behind the colon; empty where each entry has its own. */
  readonly url: string;
  /** What the ids begin with, colon included; empty where they differ. */
  readonly idPrefix: string;
}

/** One definition of one term by one source. */
export interface Entry {
  /** The number of the entry in the file. */
  readonly number: number;
  readonly term: string;
  readonly synonyms: readonly string[];
  /** One to three sentences of the source, plain text. */
  readonly definition: string;
  readonly source: string;
  readonly licence: string;
  /** Identifier in the source, such as `DOID:1485`. */
  readonly id: string;
  readonly url: string;
  /** 1 (written for readers, general) to 6 (formal, narrow): lower ones are shown first. */
  readonly rank: number;
  readonly kind: Kind;
}

/** How a term was found: by an entry's name, by a synonym, or through an abbreviation that the document defines. */
export type Matched = 'name' | 'synonym' | 'abbreviation';

export interface Definition {
  readonly entry: Entry;
  readonly matched: Matched;
}
