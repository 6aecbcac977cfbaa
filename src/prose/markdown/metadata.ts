import type { MarkdownConfig } from '@lezer/markdown';
import { linesAhead, takeLines } from './blockTools';

const OPENING = /^---[ \t]*$/;
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/;
/** A line of YAML: a key, an item, a comment, or more of the line above. */
const YAML = /^(?:["']?[\w-]+["']?[ \t]*:(?:\s|$)|[ \t]+\S|-(?:\s|$)|#)/;
/** A block begins with a key or a comment; a capital may begin a sentence: `Results: the mean`. */
const FIRST = /^(?:["']?[a-zA-Z][\w-]*["']?:(?:\s|$)|#(?:\s|$))/;
const CERTAIN = /^[a-z][\w-]*:(?:\s|$)/;

/**
 * A metadata block of Pandoc, which may stand anywhere: `---`, lines of YAML, `---` or `...` (Pandoc's manual,
 * "Metadata blocks"). Until its end is written, it ends at the first line that is no YAML. YAML may have blank lines:
 * the block goes on behind one if YAML follows.
 */
export const metadata: MarkdownConfig = {
  defineNodes: [
    { name: 'Metadata', block: true },
    { name: 'OpenMetadata', block: true },
  ],
  parseBlock: [
    {
      name: 'Metadata',
      before: 'HorizontalRule',
      parse(cx, line) {
        if (cx.depth > 1 || !OPENING.test(line.text) || !FIRST.test(cx.peekLine())) return false;
        const ahead = linesAhead(cx).slice(1);
        const end = ahead.findIndex((next) => next.trim() === '' || CLOSING.test(next));
        const isClosed = end >= 0 && CLOSING.test(ahead[end]!);
        if (!isClosed && !CERTAIN.test(ahead[0]!)) return false;
        let number = 0;
        let closed = false;
        let blank = false;
        const belongs = (next: string): boolean => {
          if (closed) return false;
          closed = CLOSING.test(next);
          if (closed || (isClosed && number++ < end)) return true;
          if (next.trim() === '') {
            if (blank) return false;
            blank = true;
            return true;
          }
          blank = false;
          return YAML.test(next);
        };
        takeLines(cx, line, belongs, () => (closed ? 'Metadata' : 'OpenMetadata'));
        return true;
      },
    },
  ],
};

/** Opens a block that more of may follow. */
export const METADATA_OPENING = '---\na:\n\n';
