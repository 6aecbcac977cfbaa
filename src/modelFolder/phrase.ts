/**
 * A sentence or a part of one that a person will read, as data: it crosses processes unchanged and is worded once, where
 * it is shown (`vscode.l10n.t(text, ...args)` in the editor, `english` in a terminal).
 */
export interface Phrase {
  /** English, with `{0}`, `{1}` … in place of the arguments, as in `vscode.l10n.t`; a key of `l10n/bundle.l10n.json`. */
  readonly text: string;
  /** A phrase among them is worded first. */
  readonly args: readonly (string | number | Phrase)[];
}

/**
 * Tag of a template: `` phrase`holds ${3} tensors.` `` is `{ text: 'holds {0} tensors.', args: [3] }`. The build finds
 * these templates in the sources and puts them into the bundle of strings.
 */
export function phrase(strings: TemplateStringsArray, ...args: Phrase['args']): Phrase {
  const text = strings.reduce((all, part, i) => `${all}{${i - 1}}${part}`);
  return { text, args };
}

/** The phrase in English. */
export function english({ text, args }: Phrase): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = args[Number(index)] ?? whole;
    return typeof value === 'object' ? english(value) : String(value);
  });
}
