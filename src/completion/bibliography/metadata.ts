/** Blocks of metadata: YAML, which Pandoc reads anywhere (Pandoc's manual, "Metadata blocks"), and TOML. */
const BLOCKS = /(?<!\S[ \t]*\n)^(?:---|\+\+\+)[ \t]*\n(?=\S)([^]*?)\n(?:---|\.\.\.|\+\+\+)[ \t]*$/gm;

const COMMENT = '(?<!\\S)#.*';
const QUOTED = `"((?:[^"\\\\]|\\\\[^])*)"|'((?:[^']|'')*)'`;
/** What stands around scalars: the mark of an item, a key of a map, the sign of a block of text. */
const AROUND = '^[ \\t]*(?:-[ \\t]+)+|[\\w-]+:(?=\\s)|[|>][-+]?[ \\t]*$';
/** Scalars of YAML (YAML 1.2.2, chapter 7): within brackets a comma ends a plain one, elsewhere its line or a comment. */
const IN_FLOW = new RegExp(`${COMMENT}|${QUOTED}|${AROUND}|([^\\s,[\\]{}"'][^\\n,[\\]{}]*)`, 'gm');
const IN_BLOCK = new RegExp(`${COMMENT}|${QUOTED}|${AROUND}|([^\\s"'].*?)(?=[ \\t]+#|[ \\t]*$)`, 'gm');

/**
 * The texts that a document's metadata give for `key`, at whatever depth it stands: one, those of a list, or those of a
 * map. It reads of YAML what people write for the names of files: no anchors, no texts over several lines.
 */
export function metadataValues(text: string, key: string): string[] {
  const field = new RegExp(`^([ \\t]*)(?:-[ \\t]+)?(["']?)${key}\\2[ \\t]*[:=](?=\\s|$)(.*)`, 'gm');
  const values: string[] = [];
  for (const [, block] of text.replace(/\r\n?/g, '\n').matchAll(BLOCKS)) {
    for (const match of block!.matchAll(field)) {
      const behind = block!.slice(match.index + match[0].length + 1).split('\n');
      values.push(...scalarsOf(valueOf(match[3]!, behind, match[1]!.length)));
    }
  }
  return values;
}

/** What belongs to a key: lines further in, items of a list, and the rest of what is in brackets. */
function valueOf(first: string, behind: readonly string[], indent: number): string {
  let value = first;
  for (const line of behind) {
    const own = /^[ \t]*/.exec(line)![0].length;
    const open = isFlow(value) && !/[\]}][ \t]*(?:#.*)?$/.test(value);
    if (line.trim() !== '' && own <= indent && !open && !(own === indent && /^[ \t]*-[ \t]/.test(line))) break;
    value += `\n${line}`;
  }
  return value;
}

function isFlow(value: string): boolean {
  return /^\s*[[{]/.test(value);
}

function scalarsOf(value: string): string[] {
  const values: string[] = [];
  for (const [, double, single, plain] of value.matchAll(isFlow(value) ? IN_FLOW : IN_BLOCK)) {
    // Windows' separators are often not doubled as YAML wants them to be: other escapes are none of a file's name.
    if (double !== undefined) values.push(double.replace(/\\(["\\/])/g, '$1'));
    else if (single !== undefined) values.push(single.replace(/''/g, "'"));
    else if (plain !== undefined) values.push(plain.trim());
  }
  return values;
}
