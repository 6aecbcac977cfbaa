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

/** Markup of what is raised or lowered. */
export type ScriptMarkup = 'math' | 'textsuperscript' | 'pandoc' | 'html';

/** How a document writes what can be written in several ways. */
export interface WritingStyle {
  /** Greek letters and signs such as ≤: as characters or as `$\alpha$`. */
  symbols: 'unicode' | 'math';
  /** What stands between a number and its unit. */
  tie: string;
  /** En and em dashes: `–` `—` or `--` `---`. */
  dashes: 'unicode' | 'hyphens';
  quotes: 'straight' | 'curly' | 'tex' | 'enquote';
  /** The `+` of `Na+`. */
  charges: 'plain' | ScriptMarkup;
  /** The figures of `10⁻³` and `H₂O`. */
  scripts: 'unicode' | ScriptMarkup;
}

/** More of a line says nothing of the place at its end. */
export const LONGEST_PREFIX = 4000;

/** A place where the writer writes prose. Satisfies `EscapeContext`. */
export interface ProseScope {
  prose: true;
  /** What the model reads: plain prose, whitespace collapsed; ends in one space if the cursor follows whitespace. */
  textBefore: string;
  block: BlockKind;
  /** The raw text of the cursor's line before the cursor; of a long line the last `LONGEST_PREFIX` UTF-16 units. */
  linePrefix: string;
  /** How the text before the cursor is written. */
  style?: WritingStyle;
}

/** A place that is not prose. */
export interface QuietScope {
  prose: false;
  reason: ScopeReason;
}

export type Scope = ProseScope | QuietScope;

export function quiet(reason: ScopeReason): QuietScope {
  return { prose: false, reason };
}
