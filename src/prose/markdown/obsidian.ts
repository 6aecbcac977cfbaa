import type { BlockContext, InlineContext, Line, MarkdownConfig } from '@lezer/markdown';

/** Longest inline construct looked for, UTF-16 units. */
const LONGEST = 1000;

const BRACKET = 91;
const EXCLAMATION = 33;
const PERCENT = 37;
const EQUALS = 61;
const CARET = 94;

/**
 * Obsidian's links, `[[note]]`, `[[note#heading]]` and `[[note|shown text]]`, and its embeds, `![[file]]`
 * (Obsidian Help, "Internal links" and "Embed files"). A link shows its alias, else the note's name.
 */
const wikiLinks: MarkdownConfig = {
  defineNodes: ['WikiLink', 'WikiOpen', 'WikiName', 'WikiClose', 'Embed'],
  parseInline: [
    {
      name: 'WikiLink',
      before: 'Escape',
      parse(cx, next, pos) {
        if (next !== BRACKET && next !== EXCLAMATION) return -1;
        const match = /^(!?\[\[)(#?[^[\]|#\n]+)((?:#[^[\]|\n]*)?)(\\?\|)?([^[\]\n]*)\]\]/.exec(ahead(cx, pos));
        if (match === null) return -1;
        const to = pos + match[0].length;
        const [, open, name, heading, bar] = match as unknown as [string, string, string, string, string?];
        if (next === EXCLAMATION) return cx.addElement(cx.elt('Embed', pos, to));
        const close = cx.elt('WikiClose', to - 2, to);
        const nameFrom = pos + open.length;
        const nameTo = nameFrom + name.length;
        if (bar !== undefined) {
          const textFrom = nameTo + heading.length + bar.length;
          const shown = cx.parser.parseInline(cx.slice(textFrom, to - 2), textFrom);
          return cx.addElement(cx.elt('WikiLink', pos, to, [cx.elt('WikiOpen', pos, textFrom), ...shown, close]));
        }
        // A link within the note itself begins with `#`.
        // Nor is a folder part of a note's name, nor its file's ending.
        const shownFrom = nameFrom + /^(?:#|(?:[^/]*\/)*)/.exec(name)![0].length;
        const shownTo = Math.max(shownFrom, nameTo - (/\.md$/.exec(name)?.[0].length ?? 0));
        const children = [cx.elt('WikiOpen', pos, shownFrom), cx.elt('WikiName', shownFrom, shownTo)];
        return cx.addElement(cx.elt('WikiLink', pos, to, [...children, cx.elt('WikiClose', shownTo, to)]));
      },
    },
  ],
};

/** The first line of a callout, `> [!note] Title`: its title is a block of its own (Obsidian Help, "Callouts"; GitHub's alerts). */
const callouts: MarkdownConfig = {
  defineNodes: [{ name: 'CalloutTitle', block: true }, { name: 'CalloutMark' }],
  parseBlock: [
    {
      name: 'CalloutTitle',
      before: 'FencedCode',
      parse(cx: BlockContext, line: Line) {
        if (cx.parentType().name !== 'Blockquote') return false;
        const mark = /^\[![\w-]+(?:\|[^\]]*)?\][-+]?/.exec(line.text.slice(line.pos));
        if (mark === null) return false;
        const from = cx.lineStart + line.pos;
        const textFrom = from + mark[0].length;
        const title = cx.parser.parseInline(line.text.slice(line.pos + mark[0].length), textFrom);
        const to = cx.lineStart + line.text.length;
        cx.addElement(cx.elt('CalloutTitle', from, to, [cx.elt('CalloutMark', from, textFrom), ...title]));
        cx.nextLine();
        return true;
      },
    },
  ],
};

/** `%%comment%%`, `==highlight==`, and the id of a block at its end, ` ^id` (Obsidian Help, "Basic formatting syntax"). */
const inlineMarks: MarkdownConfig = {
  defineNodes: ['NoteComment', 'Highlight', 'HighlightMark', 'BlockId'],
  parseInline: [
    {
      name: 'ObsidianMarks',
      after: 'Replaced',
      parse(cx, next, pos) {
        if (next === PERCENT) {
          const comment = /^%%[^]*?%%/.exec(ahead(cx, pos));
          return comment === null ? -1 : cx.addElement(cx.elt('NoteComment', pos, pos + comment[0].length));
        }
        if (next === EQUALS && cx.char(pos + 1) === EQUALS) {
          const before = pos === cx.offset ? '' : cx.slice(pos - 1, pos);
          const after = cx.slice(pos + 2, pos + 3);
          // `a == b` is a comparison, and a longer run a line.
          if (before === '=' || after === '=') return -1;
          return cx.addDelimiter(HIGHLIGHT, pos, pos + 2, /\S/.test(after), /\S/.test(before));
        }
        if (next !== CARET || (pos > cx.offset && !/\s/.test(cx.slice(pos - 1, pos)))) return -1;
        const id = /^\^[A-Za-z0-9-]+\s*$/.exec(cx.slice(pos, Math.min(cx.end, pos + LONGEST)));
        return id === null || pos + id[0].length < cx.end ? -1 : cx.addElement(cx.elt('BlockId', pos, cx.end));
      },
    },
  ],
};

const HIGHLIGHT = { resolve: 'Highlight', mark: 'HighlightMark' };

/** What Obsidian adds to Markdown. */
export const obsidian: MarkdownConfig[] = [wikiLinks, callouts, inlineMarks];

function ahead(cx: InlineContext, pos: number): string {
  return cx.slice(pos, Math.min(cx.end, pos + LONGEST));
}
