import { contextHorizon, joinContext, type ProseBlock } from '../context';
import { LONGEST_PREFIX, quiet, type Scope } from '../scope';
import type { SourceText } from '../sourceText';
import { writingStyle } from '../writingStyle';
import { endsInUrl } from '../urls';

/** Scopes of plain text: all of it is prose but addresses. Blank lines divide paragraphs. */
export class PlainScopes {
  edit(): void {
    // Nothing is remembered.
  }

  scopeAt(source: SourceText, offset: number, maxChars: number): Scope {
    const horizon = contextHorizon(offset, maxChars);
    const text = source.slice(horizon, offset);
    const linePrefix = source.slice(Math.max(source.lineStart(offset), offset - LONGEST_PREFIX), offset);
    if (endsInUrl(linePrefix, linePrefix.length)) return quiet('url');
    const blocks: ProseBlock[] = [];
    let from = 0;
    for (const match of text.matchAll(/\n[ \t]*\n\s*/g)) {
      blocks.push({ from: horizon + from, text: text.slice(from, match.index) });
      from = match.index + match[0].length;
    }
    const kept = blocks.filter((block) => block.text.trim() !== '');
    kept.push({ from: horizon + from, text: text.slice(from).trimStart() });
    return {
      prose: true,
      textBefore: joinContext(kept, horizon > 0, () => '', maxChars),
      block: 'paragraph',
      linePrefix,
      style: writingStyle('plaintext', text, ''),
    };
  }
}
