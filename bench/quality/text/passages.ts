import type { Random } from '../../../src/decoder/generation/random';
import { shuffled } from '../random';
import type { Passage } from '../keystrokes/writer';
import { SECTION_KINDS, type ProseDocument, type ProseSection, type SectionKind } from './prose';

/** A passage for the writer, and where it comes from. */
export interface SectionPassage extends Passage {
  documentId: string;
  kind: SectionKind;
}

/** About how many characters a passage has; it ends with a sentence. */
const LENGTH = 400;

/**
 * Passages spread evenly over the kinds of sections, one or none of a document and kind: what a writer has in
 * the editor when a section is under way. `before` is a Markdown text with the title, the section's heading
 * and the section so far; the passage begins with a sentence.
 */
export function choosePassages(documents: readonly ProseDocument[], count: number, random: Random): SectionPassage[] {
  const byKind = new Map<SectionKind, { document: ProseDocument; section: ProseSection }[]>();
  for (const kind of SECTION_KINDS) {
    // In an order for each kind, so that few passages share a document.
    const ofKind = shuffled(documents, random).flatMap((document) => {
      const [section] = shuffled(
        document.sections.filter((one) => one.kind === kind),
        random,
      );
      return section ? [{ document, section }] : [];
    });
    byKind.set(kind, ofKind);
  }
  const passages: SectionPassage[] = [];
  for (let round = 0; passages.length < count; round++) {
    const left = SECTION_KINDS.flatMap((kind) => byKind.get(kind)?.slice(round, round + 1) ?? []);
    if (left.length === 0) break;
    for (const { document, section } of left) {
      const passage = passages.length < count ? passageOf(section, random) : null;
      if (passage === null) continue;
      passages.push({
        documentId: document.id,
        kind: section.kind,
        before: `${headings(document, section)}${passage.before}`,
        text: passage.text,
      });
    }
  }
  return passages;
}

/** Some sentences of a section, and what stands before them. */
function passageOf({ paragraphs }: ProseSection, random: Random): Passage | null {
  const index = Math.floor(paragraphs.length * random());
  const paragraph = paragraphs[index]!;
  const starts = [0, ...Array.from(paragraph.matchAll(/(?<=[.!?]["”')\]]?) (?=\p{Lu})/gu), ({ index: at }) => at + 1)];
  const start = starts[Math.floor(starts.length * random())]!;
  const end = starts.find((at) => at - start >= LENGTH) ?? paragraph.length;
  const text = paragraph.slice(start, end).trimEnd();
  if (text.length < 40) return null;
  return { before: [...paragraphs.slice(0, index), paragraph.slice(0, start)].join('\n\n'), text };
}

/** Title and heading in Markdown, as far as they are known. */
function headings({ title }: ProseDocument, section: ProseSection): string {
  const heading = headingText(section);
  return (title === '' ? '' : `# ${title}\n\n`) + (heading === '' ? '' : `## ${heading}\n\n`);
}

/** `BODY.2. METHODS` as a writer would head the section; '' where it has no title of its own. */
function headingText({ kind, heading }: ProseSection): string {
  const titles = kind === 'answers' ? [heading] : heading.split('.').map((title) => title.trim());
  const last = titles.filter((title) => /\p{L}/u.test(title)).at(-1) ?? '';
  if (last === 'BODY') return '';
  return last === last.toUpperCase() ? last.charAt(0) + last.slice(1).toLowerCase() : last;
}
