import { GFM, parser } from '@lezer/markdown';

const github = parser.configure([GFM]);

/** What a suggestion may be made of, besides text: escapes, and the document's own way to write spaces and charges. */
const HARMLESS = new Set(['Escape', 'HTMLTag', 'HardBreak', 'URL']);

/**
 * How `inserted` between `before` and `after` changes what GitHub's Markdown makes of the rest, compared
 * with a plain word in its place; null where it does not.
 */
export function changedRendering(before: string, inserted: string, after: string): string | null {
  const word = plainWord(inserted);
  const expected = outline(before, word, after);
  const actual = outline(before, withoutShortcuts(inserted, after), after);
  return actual === expected ? null : difference(expected, actual);
}

/** `[18F]` is text where nothing defines it; the parser, which does not know definitions, takes it for a link. */
function withoutShortcuts(inserted: string, after: string): string {
  const leads = /\][([]/.test(inserted + after.slice(0, 1));
  return leads ? inserted : inserted.replace(/(?<!\\)\[/g, '(').replace(/(?<!\\)\]/g, ')');
}

/**
 * A word that begins and ends with the same kind of character: that alone decides about emphasis around it.
 * A quotation mark, as a parenthesis behind a bracket would be a link's address.
 */
function plainWord(text: string): string {
  const space = /^\s*/.exec(text)![0];
  const start =
    /^(?:\\?[^\p{L}\p{N}\s])?/u.exec(text.trimStart())![0].slice(0, 1) === '' ? '' : quote(text.trimStart()[0]!);
  const end = /[^\p{L}\p{N}\s]$/u.test(text) ? quote(text.at(-1)!) : '';
  return `${space}${start}Zqx${end}${/\s*$/.exec(text)![0]}`;
}

/** A backslash escapes signs of ASCII alone. */
function quote(sign: string): string {
  return sign < '\x7f' ? '"' : '“';
}

/** The constructs outside the inserted text, one a line, as if it had no length. */
function outline(before: string, inserted: string, after: string): string {
  const from = before.length;
  const to = from + inserted.length;
  const lines: string[] = [];
  github.parse(before + inserted + after).iterate({
    enter: (node) => {
      // The parser takes any `&word;` for an entity.
      if (node.name === 'Entity') return;
      // Brackets that lead nowhere are text; the parser, which knows no definitions, takes them for links.
      if (node.name === 'Link' || node.name === 'Image') {
        if (node.node.getChild('URL') === null && node.node.getChild('LinkLabel') === null) return;
      }
      if (node.name === 'LinkMark' && node.node.parent?.getChild('URL') === null) return;
      if (node.from >= from && node.to <= to) {
        if (!HARMLESS.has(node.name) && node.to > node.from) lines.push(`inside: ${node.name}`);
        return;
      }
      const place = (pos: number): number => (pos <= from ? pos : pos >= to ? pos - inserted.length : from);
      lines.push(`${node.name} ${place(node.from)}-${place(node.to)}`);
    },
  });
  return lines.join('\n');
}

function difference(expected: string, actual: string): string {
  const wanted = expected.split('\n');
  const found = actual.split('\n');
  const at = found.findIndex((line, i) => line !== wanted[i]);
  const index = at < 0 ? found.length : at;
  return `${wanted[index] ?? 'nothing'} became ${found[index] ?? 'nothing'}`;
}
