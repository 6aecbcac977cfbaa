import type { Completer } from '../../../src/completion/completer';
import { systemClock } from '../../../src/completion/clock';
import { CompletionEngine, type Completion } from '../../../src/completion/completionEngine';
import { COMPLETION_DEFAULTS, type CompletionOptions } from '../../../src/completion/options';
import { GhostText, type EditorPosition } from '../../../src/completion/ghostText';
import { withRepairedSpacing } from '../../../src/completion/completer';
import { insertionFor } from '../../../src/prose/insertion';
import { MemoisedCompleter } from './memoisedCompleter';
import type { Shown, Suggester } from './suggester';

/** The product's ghost text over a Markdown document in memory: the code that serves the editor, without one. */
export class ProductSuggester implements Suggester {
  private readonly completer: MemoisedCompleter;
  private readonly options: CompletionOptions;
  private ghostText!: GhostText;
  private documents = 0;
  private text = '';
  /** What is drawn behind the cursor. */
  private drawn = '';
  /** What the engine logged: why the model could not answer. */
  private failure: string | undefined;

  /**
   * @param scopes false: the model reads the document as it is written, markup and all, and its answer is written
   *   down as it is, to see what `src/prose` is worth.
   */
  constructor(
    completer: Completer,
    options: Partial<CompletionOptions> = {},
    private readonly scopes = true,
  ) {
    this.completer = new MemoisedCompleter(completer);
    // The writer waits for every answer, and how much is written must not depend on the machine.
    this.options = { ...COMPLETION_DEFAULTS, debounceMs: 0, timeBudgetMs: Number.MAX_SAFE_INTEGER, ...options };
  }

  /** Answers are remembered from one document to the next with the same text: see `forget`. */
  open(text: string): void {
    const engine = new CompletionEngine(
      this.scopes ? withRepairedSpacing(this.completer) : this.unread(),
      (cursor, place, answer) =>
        this.scopes ? insertionFor(cursor.language, place, cursor, answer) : { text: answer, covers: 0 },
      systemClock,
      (line) => {
        this.failure = line;
      },
    );
    this.ghostText = new GhostText(engine);
    this.documents++;
    this.text = text;
    this.drawn = '';
    this.failure = undefined;
  }

  /** Forgets the answers to earlier texts. */
  forget(): void {
    this.completer.clear();
  }

  /** @throws Error when the model fails: figures with holes in them are none. */
  async insert(text: string): Promise<Shown> {
    const position = this.positionAfter(text);
    this.ghostText.edited(position.uri, [{ rangeOffset: this.text.length - text.length, rangeLength: 0, text }], false);
    const calls = this.completer.latenciesMs.length;
    const answer = this.ghostText.suggest({
      position,
      explicit: false,
      oneCursor: true,
      trigger: 'automatic',
      options: this.options,
    });
    const completion = 'edits' in answer ? answer : await answer.completion;
    if (this.failure !== undefined) throw new Error(this.failure);
    const rest = this.drawn.startsWith(text) ? this.drawn.slice(text.length) : '';
    this.drawn = drawnText(completion, position);
    const latencyMs = this.completer.latenciesMs.slice(calls).at(-1);
    return {
      offer: this.drawn === '' ? null : { text: this.drawn, fresh: this.drawn !== rest },
      ...(latencyMs !== undefined && { latencyMs }),
    };
  }

  /** The model over the document's own text. */
  private unread(): Completer {
    return { complete: (params, hooks) => this.completer.complete({ ...params, textBefore: this.text }, hooks) };
  }

  /** The cursor behind `text`, which is put there. */
  private positionAfter(text: string): EditorPosition {
    this.text += text;
    const whole = this.text;
    const lineStart = whole.lastIndexOf('\n') + 1;
    return {
      uri: `memory:${this.documents}`,
      language: 'markdown',
      line: whole.split('\n').length - 1,
      linePrefix: whole.slice(lineStart),
      lineSuffix: '',
      offset: () => whole.length,
      length: () => whole.length,
      text: () => whole,
    };
  }
}

/** What VS Code draws behind the cursor. */
function drawnText({ edits: [edit] }: Completion, { linePrefix }: EditorPosition): string {
  return edit === undefined ? '' : edit.insertText.slice(linePrefix.length - edit.startColumn);
}
