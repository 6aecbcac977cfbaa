import type { CorpusDocument } from '../../lib/corpus';

export const SECTION_KINDS = [
  'abstract',
  'introduction',
  'methods',
  'results',
  'discussion',
  'other',
  'answers',
] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

/** The prose of one section. */
export interface ProseSection {
  kind: SectionKind;
  /** As in the corpus, such as `ABSTRACT.METHODS`, or the question that the section answers. */
  heading: string;
  paragraphs: string[];
}

/** A document of a corpus, down to its prose. */
export interface ProseDocument {
  id: string;
  title: string;
  sections: ProseSection[];
}

/** Sections that are forms rather than prose. */
const FORMS = new RegExp(
  'COMPETING|CONTRIBUTION|PRE-PUBLICATION|SUPPORTING INFO|SUPPLEMENT|ABBREVIATION|REGISTRATION|FUNDING|ACKNOWLEDG|' +
    'CONFLICT|REFERENCES|DISCLOSURE|ADDITIONAL FILE|AVAILABILITY|CONSENT|ETHIC|AUTHOR|TRIAL STATUS|SPONSOR|' +
    'DATA SHARING|PROTOCOL VERSION|FINANCIAL|KEYWORD',
  'i',
);
/** The product takes citations off what the model reads; here they stand as "[12]" or "[3, 5-7]". */
const CITATION = /\s?\[\s?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\s?\]/g;
/** What was left of an XML tag: `id="Par34">Our secondary objective`. */
const MARKUP = /(?:[\w:-]+="[^"]*"\s*)+>/g;
const CAPTION = /^(?:Table|Fig(?:ure)?\.?|Additional file|Box|Panel|Supplementary)\s*S?\d/i;
/** Lists and link collections of health pages that have run together into a paragraph. */
const LIST = /Human Phenotype Ontology|^Key Points\b|^More on:|^See also\b|^Related Links\b|^These resources\b|^- /;
/** An answer that repeats its question. */
const QUESTION = /^(?:What|How|Who|Is|Are|Can|Do|Does|Why|When|Where)\b[^?.]{3,200}\?\s+/;
const SENTENCE_END = /[.!?:;][)"'”’\]]*$/;
/** Tried in this order on one title such as "Results and discussion". */
const KINDS: readonly (readonly [SectionKind, RegExp])[] = [
  ['discussion', /DISCUSSION|CONCLUSION|LIMITATION|INTERPRETATION/i],
  ['methods', /METHOD|MATERIAL|PATIENTS AND|SUBJECTS AND|STATISTICAL|PROCEDURE|DESIGN/i],
  ['results', /RESULT|FINDING|OUTCOME/i],
  ['introduction', /INTRODUCTION|BACKGROUND/i],
];

/**
 * The prose of a document: paragraphs that read as sentences. Tables, captions, lists, fragments and forms
 * are left out, and a paragraph that has stood before in the document; numeric citations and remains of
 * markup are taken off.
 */
export function proseOf({ id, title, sections }: CorpusDocument): ProseDocument {
  const isArticle = sections.some(({ heading }) => /^(?:ABSTRACT|BODY)/.test(heading));
  const seen = new Set<string>();
  return {
    id,
    title: collapse(title ?? ''),
    sections: sections.flatMap(({ heading, paragraphs }): ProseSection[] => {
      if (isArticle && FORMS.test(heading)) return [];
      const kept = paragraphs
        .map((paragraph) => collapse(paragraph.replace(MARKUP, ' ').replace(CITATION, '')))
        .map((paragraph) => (isArticle ? paragraph : paragraph.replace(QUESTION, '')))
        .filter((paragraph) => isProse(paragraph) && !seen.has(paragraph) && seen.add(paragraph));
      return kept.length === 0 ? [] : [{ kind: isArticle ? kindOf(heading) : 'answers', heading, paragraphs: kept }];
    }),
  };
}

/** By the outermost title that tells: `BODY.RESULTS.Study design` is results. */
function kindOf(heading: string): SectionKind {
  const [part, ...inner] = heading.split('.');
  if (/^ABSTRACT/i.test(part ?? '')) return 'abstract';
  for (const title of inner) {
    const kind = KINDS.find(([, pattern]) => pattern.test(title));
    if (kind) return kind[0];
  }
  return 'other';
}

/** True for a paragraph that reads as sentences rather than as a table, a caption or a list. */
function isProse(text: string): boolean {
  if (text.length < 40 || CAPTION.test(text) || LIST.test(text) || !SENTENCE_END.test(text)) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const digits = text.match(/\p{N}/gu)?.length ?? 0;
  const bullets = text.split(' - ').length - 1;
  return letters >= 0.7 * text.length && digits <= 0.1 * text.length && bullets * 60 <= text.length;
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
