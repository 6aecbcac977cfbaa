import type { CorpusDocument } from '../../lib/corpus';

export const SECTION_KINDS = ['abstract', 'introduction', 'methods', 'results', 'discussion', 'other', 'answers'] as const;
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
const CAPTION = /^(?:Table|Fig(?:ure)?\.?|Additional file|Box|Panel|Supplementary)\s*S?\d/i;
const SENTENCE_END = /[.!?:;][)"'”’\]]*$/;

/**
 * The prose of a document: paragraphs that read as sentences. Tables, captions, lists, fragments and forms
 * are left out, and a paragraph that has stood before in the document.
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
        .map((paragraph) => collapse(paragraph.replace(CITATION, '')))
        .filter((paragraph) => isProse(paragraph) && !seen.has(paragraph) && seen.add(paragraph));
      return kept.length === 0 ? [] : [{ kind: isArticle ? kindOf(heading) : 'answers', heading, paragraphs: kept }];
    }),
  };
}

function kindOf(heading: string): SectionKind {
  if (/^ABSTRACT/i.test(heading)) return 'abstract';
  if (/DISCUSSION|CONCLUSION|LIMITATION|INTERPRETATION/i.test(heading)) return 'discussion';
  if (/METHOD|MATERIAL|PATIENTS AND|SUBJECTS AND|STATISTICAL|PROCEDURE|DESIGN/i.test(heading)) return 'methods';
  if (/RESULT|FINDING|OUTCOME/i.test(heading)) return 'results';
  if (/INTRODUCTION|BACKGROUND/i.test(heading)) return 'introduction';
  return 'other';
}

/** True for a paragraph that reads as sentences rather than as a table, a caption or a list. */
function isProse(text: string): boolean {
  if (text.length < 40 || CAPTION.test(text) || !SENTENCE_END.test(text)) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const digits = text.match(/\p{N}/gu)?.length ?? 0;
  const bullets = text.split(' - ').length - 1;
  return letters >= 0.7 * text.length && digits <= 0.1 * text.length && bullets * 60 <= text.length;
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
