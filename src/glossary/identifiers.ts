import type { Context } from './context';
import type { Glossary } from './glossary';
import { meaningsOf } from './meanings';

/** What these begin is no identifier of a terminology: pages, places in books, and our own definitions. */
const NO_TERMINOLOGY = /^(?:MedQuAD|OpenStax|BGW):/;

/**
 * What a terminology calls the likeliest meaning of a name, such as `CHEBI:27899`.
 * @param context the document that has the name
 * @returns undefined for a name that no terminology of the glossary has
 * @throws GlossaryError when the glossary can't be used
 */
export function identifierOf(glossary: Glossary, name: string, context?: Context): string | undefined {
  const [meaning] = meaningsOf(glossary.lookup(name, context), name);
  return meaning?.find(({ entry }) => !NO_TERMINOLOGY.test(entry.id))?.entry.id;
}
