/** A thesis of twelve files, made of held-out articles. */
import { readCorpus, type CorpusDocument } from '../../../../bench/lib/corpus';
import type { TestWorkspace } from './workspace';

const FILES = 12;
/** Of each article these parts, in this order; what its own headings say. */
const PARTS = [
  /^ABSTRACT/,
  /^BODY.*(?:INTRODUCTION|BACKGROUND)/,
  /^BODY.*(?:METHOD|PATIENTS|DESIGN|ANALYS)/,
  /^BODY.*(?:RESULT|DISCUSSION|CONCLUSION)/,
];
const LEAST = 1_200;
const MOST = 12_000;

/** A chapter's paragraphs. */
export interface ThesisChapter {
  name: string;
  paragraphs: readonly string[];
}

/** The parts of the first articles that have all of them, a file each. */
export async function thesisChapters(corpus: string): Promise<ThesisChapter[]> {
  const chapters: ThesisChapter[] = [];
  for await (const article of readCorpus(corpus)) {
    const parts = PARTS.map((part) => paragraphsOf(article, part));
    if (parts.some((part) => part.join('').length < LEAST)) continue;
    for (const paragraphs of parts) chapters.push({ name: `chapter${chapters.length + 1}`, paragraphs });
    if (chapters.length >= FILES) return chapters;
  }
  throw new Error(`${corpus} has too few articles of four parts.`);
}

function paragraphsOf({ sections }: CorpusDocument, part: RegExp): string[] {
  const paragraphs: string[] = [];
  let length = 0;
  for (const section of sections.filter(({ heading }) => part.test(heading)))
    for (const paragraph of section.paragraphs) {
      if ((length += paragraph.length) > MOST) return paragraphs;
      paragraphs.push(paragraph);
    }
  return paragraphs;
}

/** Writes a thesis as LaTeX with `\include`, or as a Quarto book. @returns the names of its chapters' files */
export function writeThesis(
  workspace: TestWorkspace,
  form: 'latex' | 'quarto',
  chapters: readonly ThesisChapter[],
): string[] {
  const extension = form === 'latex' ? 'tex' : 'qmd';
  const names = chapters.map(({ name }) => `${name}.${extension}`);
  if (form === 'latex') {
    const includes = chapters.map(({ name }) => `\\include{chapters/${name}}`).join('\n');
    workspace.write('thesis.tex', `\\documentclass{book}\n\\begin{document}\n${includes}\n\\end{document}\n`);
  } else {
    const listed = names.map((name) => `    - chapters/${name}`).join('\n');
    workspace.write('index.qmd', '# Preface\n');
    workspace.write('_quarto.yml', `project:\n  type: book\nbook:\n  chapters:\n    - index.qmd\n${listed}\n`);
  }
  return chapters.map(({ paragraphs }, i) => {
    const heading = form === 'latex' ? `\\chapter{Chapter ${i + 1}}` : `# Chapter ${i + 1}`;
    const escaped = paragraphs.map((text) => text.replace(form === 'latex' ? /[%&_#$]/g : /[\\*_`$<@^~[\]]/g, '\\$&'));
    workspace.write(`chapters/${names[i]!}`, [heading, ...escaped].join('\n\n'));
    return `chapters/${names[i]!}`;
  });
}
