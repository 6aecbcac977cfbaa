import * as vscode from 'vscode';
import { firstDescription, furtherDescription } from '../../completion/description';
import type { Decoding } from '../../protocol/decoder';
import { escapeFor } from '../../prose/escape';
import { repairSpacing } from '../../prose/spacing';
import { wordOrTermAt } from '../../prose/terms';
import type { Decoder } from '../../client/decoder';
import type { Failures } from '../failures';
import { proseLanguageOf } from '../languages';
import { readDescribeSettings } from '../settings';
import { worded } from '../wording';
import { descriptionInsertion, shiftOffset } from './origin';
import { DescribePanel, type DescriptionView, type PanelAction } from './panel';
import { cleanTerm, isFunctionWord, LONGEST_TERM } from './term';

/** The document a description was asked from, and the place in it, kept up to date under edits. */
interface Origin {
  document: vscode.TextDocument;
  offset: number;
}

/** What was asked for, and the description that is shown of it. */
interface DescribeRequest {
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
  private current: DescribeRequest | undefined;

  constructor(
    extensionUri: vscode.Uri,
    private readonly decoder: Pick<Decoder, 'describe'>,
    private readonly modelName: () => string,
    private readonly failures: Failures,
  ) {
    this.panel = new DescribePanel(
      extensionUri,
      (action) => failures.watch(this.act(action)),
      () => this.forget(),
      failures,
    );
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const origin = this.current?.origin;
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
    this.current?.abort.abort();
    const settings = readDescribeSettings();
    const { decoding, stop } = attempt === 0 ? firstDescription(settings) : furtherDescription(settings, attempt);
    const request: DescribeRequest = {
      term,
      origin,
      attempt,
      abort: new AbortController(),
      view: {
        term,
        text: '',
        phase: 'writing',
        message: vscode.l10n.t('Writing…'),
        provenance: '',
        canInsert: origin !== undefined,
      },
    };
    this.current = request;
    const show = (change: Partial<DescriptionView>): void => {
      if (this.current !== request) return;
      request.view = { ...request.view, ...change, provenance: `${this.modelName()} · ${inWords(decoding)}` };
      this.panel.show(request.view);
    };
    show({});
    this.panel.reveal();
    try {
      const result = await this.decoder.describe(
        { term, decoding, stop },
        { signal: request.abort.signal, onProgress: ({ text }) => show({ text: repairSpacing(text) }) },
      );
      const text = repairSpacing(result.text).trim();
      const words = text.split(/\s+/).filter(Boolean).length;
      const message = words === 1 ? vscode.l10n.t('Done: 1 word.') : vscode.l10n.t('Done: {0} words.', words);
      show({ text, phase: 'done', message });
    } catch (error) {
      if (request.abort.signal.aborted) {
        show({ phase: 'stopped', message: vscode.l10n.t('Stopped. The text written so far is kept.') });
      } else show({ phase: 'failed', message: worded(error) });
    }
  }

  private async act(action: PanelAction): Promise<void> {
    const request = this.current;
    if (!request) return;
    switch (action) {
      case 'stop':
        request.abort.abort();
        return;
      case 'regenerate':
        await this.describe(request.term, request.origin, request.attempt + 1);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(request.view.text);
        this.say(request, vscode.l10n.t('Copied.'));
        return;
      case 'insert':
        await this.insert(request);
    }
  }

  private async insert(request: DescribeRequest): Promise<void> {
    const { origin } = request;
    if (!origin || origin.document.isClosed) {
      const message = vscode.l10n.t(
        'The document this description was requested from is closed. Copy the text instead.',
      );
      this.say(request, message, { canInsert: false });
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
    const text = descriptionInsertion(request.term, request.view.text, place, (plain) =>
      language ? escapeFor(language, { block: 'paragraph', linePrefix }, plain) : plain,
    );

    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, position, text);
    if (!(await vscode.workspace.applyEdit(edit))) {
      const message = vscode.l10n.t('The document could not be changed. It may be read-only. Copy the text instead.');
      this.say(request, message);
      return;
    }
    this.say(request, vscode.l10n.t('Inserted.'));
    // A notebook's cell has no tab of its own to be shown in.
    if (document.uri.scheme !== 'vscode-notebook-cell') {
      const end = document.positionAt(offset + text.length);
      await vscode.window.showTextDocument(document, {
        ...(visible?.viewColumn !== undefined && { viewColumn: visible.viewColumn }),
        selection: new vscode.Range(end, end),
      });
    }
  }

  private say(request: DescribeRequest, message: string, change: Partial<DescriptionView> = {}): void {
    if (this.current !== request) return;
    request.view = { ...request.view, ...change, message };
    this.panel.show(request.view);
  }

  private forget(): void {
    this.current?.abort.abort();
    this.current = undefined;
  }
}

async function askForTerm(editor: vscode.TextEditor | undefined): Promise<string | undefined> {
  const selected = editor ? cleanTerm(editor.document.getText(editor.selection)) : '';
  if (selected && selected.length <= LONGEST_TERM) return selected;
  const found = editor && !selected ? termAt(editor.document, editor.selection.active) : '';
  if (found && !isFunctionWord(found)) return found;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Describe Term'),
    prompt: vscode.l10n.t('Enter a gene, drug, disease, method, or other term.'),
    value: selected.slice(0, LONGEST_TERM) || (editor ? termBefore(editor.document, editor.selection.active) : ''),
    placeHolder: vscode.l10n.t('For example, interleukin-6'),
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
      return vscode.l10n.t('greedy search');
    case 'beam':
      return vscode.l10n.t('beam search, beam width {0}', decoding.beams);
    case 'sample':
      return vscode.l10n.t(
        'random sampling, temperature {0}, top-p {1}, seed {2}',
        decoding.temperature ?? 1,
        decoding.topP ?? 1,
        decoding.seed ?? 0,
      );
  }
}
