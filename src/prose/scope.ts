import type { WritingStyle } from './style';

/** Languages whose prose can be told from their markup. */
export type ProseLanguage = 'markdown' | 'latex' | 'plaintext';

/** What kind of text a place in a document belongs to. */
export type BlockKind = 'paragraph' | 'heading' | 'listItem' | 'quote' | 'tableCell' | 'caption' | 'footnote';

/** Why ghost text keeps silent at a place. */
export type ScopeReason =
  | 'afterDocument'
  | 'attribute'
  | 'bibliography'
  | 'citation'
  | 'codeBlock'
  | 'command'
  | 'commandArgument'
  | 'comment'
  | 'directive'
  | 'footnoteLabel'
  | 'frontMatter'
  | 'graphics'
  | 'html'
  | 'inlineCode'
  | 'label'
  | 'markup'
  | 'math'
  | 'preamble'
  | 'tableDelimiter'
  | 'url'
  | 'verbatim';

/** A place where the writer writes prose. Satisfies `EscapeContext`. */
export interface ProseScope {
  prose: true;
  /** What the model reads: plain prose, whitespace collapsed; ends in one space if the cursor follows whitespace. */
  textBefore: string;
  block: BlockKind;
  /** The raw text of the cursor's line before the cursor. */
  linePrefix: string;
  /** How the text before the cursor is written. */
  style?: WritingStyle;
}

/** A place that is not prose. */
export interface QuietScope {
  prose: false;
  reason: ScopeReason;
  /** One short sentence for people. */
  message: string;
}

export type Scope = ProseScope | QuietScope;

const MESSAGES: Record<ScopeReason, string> = {
  afterDocument: 'Text after the end of the document is not read.',
  attribute: 'The cursor is in an attribute list.',
  bibliography: 'The cursor is in the bibliography.',
  citation: 'The cursor is in a citation.',
  codeBlock: 'The cursor is in a code block.',
  command: 'The cursor is at a command.',
  commandArgument: 'The cursor is in a command argument that is not prose.',
  comment: 'The cursor is in a comment.',
  directive: 'The cursor is in a directive.',
  footnoteLabel: 'The cursor is in a footnote label.',
  frontMatter: 'The cursor is in the front matter.',
  graphics: 'The cursor is in a drawing.',
  html: 'The cursor is in HTML.',
  inlineCode: 'The cursor is in inline code.',
  label: 'The cursor is in a label or a reference.',
  markup: 'The cursor is at markup.',
  math: 'The cursor is in math.',
  preamble: 'The cursor is in the preamble.',
  tableDelimiter: 'The cursor is in a table delimiter row.',
  url: 'The cursor is in a link address.',
  verbatim: 'The cursor is in verbatim text.',
};

export function quiet(reason: ScopeReason): QuietScope {
  return { prose: false, reason, message: MESSAGES[reason] };
}
