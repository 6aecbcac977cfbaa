import type { SourceDocument } from '../document';
import type { FoundRelation } from '../foundRelations';

/** A document with the relations that were found in it. */
export interface MinedDocument {
  document: SourceDocument;
  relations: readonly FoundRelation[];
  /** Its end was not read. */
  cut: boolean;
}

/** A file of mined documents: what stands before, between and behind them. */
export interface RelationFormat {
  header: string;
  document(mined: MinedDocument): string;
  /** Between two documents. */
  between: string;
  footer: string;
}
