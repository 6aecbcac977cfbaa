/** So many dismissals are kept; older ones may be offered again. */
const CAPACITY = 50;

/**
 * Suggestions that the writer has dismissed, each as the whole text it would have made. They are the same at every
 * place along the suggestion, and no longer once the text before it has changed. Memory only.
 */
export class Dismissed {
  private texts: string[] = [];

  add(textBefore: string, answer: string): void {
    this.texts.push(textBefore + answer.trimEnd());
    if (this.texts.length > CAPACITY) this.texts.shift();
  }

  /** Whether `answer` at `textBefore` is one of them, or a shorter or longer version of one. */
  has(textBefore: string, answer: string): boolean {
    const text = textBefore + answer.trimEnd();
    return this.texts.some(
      (dismissed) => dismissed.length > textBefore.length && (dismissed.startsWith(text) || text.startsWith(dismissed)),
    );
  }

  clear(): void {
    this.texts = [];
  }
}
