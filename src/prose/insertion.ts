import { escapeFor } from './escape';
import { scopeAt } from './proseDocument';
import type { ProseLanguage } from './scope';
import { repairSpacing } from './spacing';
import { suffixOverlap } from './suffix';

/**
 * What the model wrote, as it is inserted at a cursor: the tokenizer's spaces repaired, escaped for the
 * place, fitted to the rest of the line. Empty where nothing may or need be inserted.
 *
 * @param text the document.
 * @param offset the cursor, in UTF-16 units.
 * @param generated the decoder's answer for this cursor.
 */
export function insertionFor(language: ProseLanguage, text: string, offset: number, generated: string): string {
  const scope = scopeAt(language, text, offset);
  if (!scope.prose || generated.trim() === '') return '';
  const lineEnd = text.indexOf('\n', offset);
  const lineSuffix = text.slice(offset, lineEnd < 0 ? undefined : lineEnd);
  return suffixOverlap(escapeFor(language, scope, repairSpacing(generated)), lineSuffix) ?? '';
}
