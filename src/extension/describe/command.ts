import * as vscode from 'vscode';
import { firstDescription, furtherDescription } from '../../completion/description';
import type { Decoding } from '../../protocol/decoder';
import { escapeFor } from '../../prose/escape';
import { repairSpacing } from '../../prose/spacing';
import { wordOrTermAt } from '../../prose/terms';
import { Cancelled } from '../../ipc/rpcProcess';
import type { Decoder } from '../../client/decoder';
import { proseLanguageOf } from '../languages';
import { readDescribeSettings } from '../settings';
import { descriptionInsertion, shiftOffset } from './origin';
import { DescribePanel, type DescriptionView, type PanelAction } from './panel';
import { cleanTerm, isFunctionWord, LONGEST_TERM } from './term';

/** The document a description was asked from, and the place in it, kept up to date under edits. */
interface Origin {
  document: vscode.TextDocument;
  offset: number;
}

/** One asking: the term, where from, and which description of it is shown. */
interface Asking {
  term: string;
  origin: Origin | undefined;
  /** 0: the most likely description; from 1 on: others, by sampling. */
  attempt: number;
  abort: AbortController;
  view: DescriptionView;
}

/** *BioGPT: Describe Term*, from the question to the inserted text. */
export class DescribeTerm implements vscode.Disposable {
  private readonly panel: DescribePanel;
  private readonly subscriptions: vscode.Disposable[];
  private asking: Asking | undefined;

  constructor(
    extensionUri: vscode.Uri,
    private readonly decoder: Pick<Decoder, 'describe'>,
    private readonly modelName: () => string,
  ) {
    this.panel = new DescribePanel(
      extensionUri,
      (action) => void this.act(action),
      () => this.forget(),
    );
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const origin = this.asking?.origin;
        if (origin?.document === document) origin.offset = shiftOffset(origin.offset, contentChanges);
      }),
    ];
  }

  dispose(): void {
    this.forget();
    this.panel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Describes `given`, else the selection, else the term at the cursor, else what the writer types. */
  async run(given?: string): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const term = given ?? (await askForTerm(editor));
    if (!term) return;
    const origin = editor && {
      document: editor.document,
      offset: editor.document.offsetAt(editor.selection.end),
    };
    await this.describe(term, origin, 0);
  }

  private async describe(term: string, origin: Origin | undefined, attempt: number): Promise<void> {
    this.asking?.abort.abort();
    const settings = readDescribeSettings();
    const { decoding, stop } = attempt === 0 ? firstDescription(settings) : furtherDescription(settings, attempt);
    const asking: Asking = {
      term,
      origin,
      attempt,
      abort: new AbortController(),
      view: {
        term,
        text: '',
        phase: 'writing',
        message: 'Writing…',
        provenance: '',
        canInsert: origin !== undefined,
      },
    };
    this.asking = asking;
    const show = (change: Partial<DescriptionView>): void => {
      if (this.asking !== asking) return;
      asking.view = { ...asking.view, ...change, provenance: `${this.modelName()} · ${inWords(decoding)}` };
      this.panel.show(asking.view);
    };
    show({});
    this.panel.reveal();
    try {
      const result = await this.decoder.describe(
        { term, decoding, stop },
        { signal: asking.abort.signal, onProgress: ({ text }) => show({ text: repairSpacing(text) }) },
      );
      const text = repairSpacing(result.text).trim();
      const words = text.split(/\s+/).filter(Boolean).length;
      show({ text, phase: 'done', message: `Done: ${words} words.` });
    } catch (error) {
      if (error instanceof Cancelled) show({ phase: 'stopped', message: 'Stopped. What was written so far is kept.' });
      else show({ phase: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  private async act(action: PanelAction): Promise<void> {
    const { asking } = this;
    if (!asking) return;
    switch (action) {
      case 'stop':
        asking.abort.abort();
        return;
      case 'regenerate':
        await this.describe(asking.term, asking.origin, asking.attempt + 1);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(asking.view.text);
        this.say(asking, 'Copied.');
        return;
      case 'insert':
        await this.insert(asking);
    }
  }

  private async insert(asking: Asking): Promise<void> {
    const { origin } = asking;
    if (!origin || origin.document.isClosed) {
      this.say(asking, 'The document it was asked from is closed. Copy the text instead.', { canInsert: false });
      return;
    }
    const { document } = origin;
    const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const position = visible ? visible.selection.end : document.positionAt(origin.offset);
    const offset = document.offsetAt(position);
    const language = proseLanguageOf(document.languageId);
    const line = document.lineAt(position.line).text;
    const linePrefix = line.slice(0, position.character);
    const place = { linePrefix, lineSuffix: line.slice(position.character) };
    const text = descriptionInsertion(asking.term, asking.view.text, place, (plain) =>
      language ? escapeFor(language, { block: 'paragraph', linePrefix }, plain) : plain,
    );

    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, position, text);
    if (!(await vscode.workspace.applyEdit(edit))) {
      this.say(asking, 'The document could not be changed; it may be read-only. Copy the text instead.');
      return;
    }
    this.say(asking, 'Inserted.');
    // A notebook's cell has no tab of its own to be shown in.
    if (document.uri.scheme !== 'vscode-notebook-cell') {
      const end = document.positionAt(offset + text.length);
      await vscode.window.showTextDocument(document, {
        ...(visible?.viewColumn !== undefined && { viewColumn: visible.viewColumn }),
        selection: new vscode.Range(end, end),
      });
    }
  }

  private say(asking: Asking, message: string, change: Partial<DescriptionView> = {}): void {
    if (this.asking !== asking) return;
    asking.view = { ...asking.view, ...change, message };
    this.panel.show(asking.view);
  }

  private forget(): void {
    this.asking?.abort.abort();
    this.asking = undefined;
  }
}

async function askForTerm(editor: vscode.TextEditor | undefined): Promise<string | undefined> {
  const selected = editor ? cleanTerm(editor.document.getText(editor.selection)) : '';
  if (selected && selected.length <= LONGEST_TERM) return selected;
  const found = editor && !selected ? termAt(editor.document, editor.selection.active) : '';
  if (found && !isFunctionWord(found)) return found;
  const typed = await vscode.window.showInputBox({
    title: 'Describe Term',
    prompt: 'A gene, drug, disease, method … to describe',
    value: selected.slice(0, LONGEST_TERM) || (editor ? termBefore(editor.document, editor.selection.active) : ''),
    placeHolder: 'e.g. interleukin-6',
  });
  return typed === undefined ? undefined : cleanTerm(typed);
}

function termAt(document: vscode.TextDocument, position: vscode.Position): string {
  const line = document.lineAt(position.line).text;
  return cleanTerm(wordOrTermAt(line, position.character)?.text ?? '');
}

/** The term on the line before the cursor, when the cursor stands behind a blank or a mark. */
function termBefore(document: vscode.TextDocument, position: vscode.Position): string {
  const before = document
    .lineAt(position.line)
    .text.slice(0, position.character)
    .replace(/[^\p{L}\p{N}]+$/u, '');
  return cleanTerm(wordOrTermAt(before, before.length)?.text ?? '');
}

function inWords(decoding: Decoding): string {
  switch (decoding.strategy) {
    case 'greedy':
      return 'greedy search';
    case 'beam':
      return `beam search, ${decoding.beams} beams`;
    case 'sample':
      return `sampling, temperature ${decoding.temperature ?? 1}, top-p ${decoding.topP ?? 1}, seed ${decoding.seed ?? 0}`;
  }
}
