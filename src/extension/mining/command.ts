import * as vscode from 'vscode';
import type { ProseDocuments } from '../../completion/documents';
import { identifierOf } from '../../glossary/identifiers';
import type { InstalledModel } from '../../library/installation/types';
import type { Failures } from '../failures';
import type { ShippedGlossary } from '../glossary/shippedGlossary';
import { worded } from '../wording';
import { EvidenceMarks } from './evidence';
import type { Miners } from './miningDecoder';
import { miningPanel, type MiningPanel, type PanelAction } from './panel';
import { NotMinable, passageToMine, type MinedPassage } from './passage';
import { readAnswer, readClasses, readRelations, type OnReading } from './reading';
import { Results, type ExportFormat } from './results';
import { saveFiles } from './saveFiles';
import { blockAfter, tableText } from './tableText';
import { NoTaskModel, SETTING_OF, taskModelFor, type MiningKind, type TaskModel } from './taskModel';
import { captionOf, miningView, type Phase, type ViewState } from './view';

export interface MineTextOptions {
  extensionUri: vscode.Uri;
  documents: ProseDocuments;
  miners: Miners;
  glossary: ShippedGlossary;
  models: {
    /** Folders of model folders, the first one first. */
    roots(): readonly string[];
    /** Folder of the model that writes. */
    inUse(): Promise<string>;
    installed(): Promise<readonly InstalledModel[]>;
    /** Installs the model that answers questions. */
    installPubMedQa(): Promise<void>;
  };
  failures: Failures;
  log(line: string): void;
}

/** A run of one of the commands. */
interface Mining {
  kind: MiningKind;
  passage: MinedPassage;
  model: TaskModel;
  question: string;
  results: Results;
  marks: EvidenceMarks;
  phase: Phase;
  progress: ViewState['progress'];
  said: string | undefined;
  abort: AbortController;
}

/** *BioGPT: Extract Relations*, *Ask About This Text…*, *Classify Sentences*: from the text to the table. */
export class MineText implements vscode.Disposable {
  private readonly panel: MiningPanel;
  private current: Mining | undefined;
  private question = '';

  constructor(private readonly options: MineTextOptions) {
    const { extensionUri, failures } = options;
    this.panel = miningPanel(extensionUri, {
      onAction: (action) => failures.watch(this.act(action)),
      onClose: () => this.forget(),
      failures,
    });
  }

  dispose(): void {
    this.forget();
    this.panel.dispose();
  }

  /** Reads the selection, or the passage at the cursor. */
  async run(kind: MiningKind): Promise<void> {
    let passage: MinedPassage;
    let model: TaskModel;
    try {
      passage = passageToMine(vscode.window.activeTextEditor, this.options.documents);
      const { roots, inUse, installed } = this.options.models;
      model = await taskModelFor(kind, { roots: roots(), inUse: await inUse(), installed });
    } catch (error) {
      if (error instanceof NotMinable) return void (await vscode.window.showWarningMessage(error.message));
      if (error instanceof NoTaskModel) return this.offerModel(error);
      throw error;
    }
    if (kind === 'answer') {
      const question = await this.ask();
      if (question === undefined) return;
      this.question = question;
    }
    this.forget();
    const results = new Results(passage.source);
    const mining: Mining = {
      kind,
      passage,
      model,
      question: this.question,
      results,
      marks: new EvidenceMarks(passage, results),
      phase: 'loading',
      progress: null,
      said: undefined,
      abort: new AbortController(),
    };
    this.current = mining;
    this.show(mining);
    this.panel.reveal();
    await this.read(mining);
  }

  private async ask(): Promise<string | undefined> {
    const question = await vscode.window.showInputBox({
      title: vscode.l10n.t('Ask About This Text'),
      prompt: vscode.l10n.t(
        'Enter a yes/no question about the selection, or about the abstract or paragraph at the cursor.',
      ),
      placeHolder: vscode.l10n.t('For example, Does aspirin prevent stroke?'),
      value: this.question,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a question.') : undefined),
    });
    return question?.trim();
  }

  private async read(mining: Mining): Promise<void> {
    mining.abort.abort();
    const abort = (mining.abort = new AbortController());
    const { kind, model, results, question } = mining;
    const set = (changes: Partial<Mining>): void => {
      // Of a run that another one has taken the place of nothing is shown.
      if (mining.abort !== abort) return;
      Object.assign(mining, changes);
      this.show(mining);
    };
    results.reading = undefined;
    set({ phase: 'loading', progress: null, said: undefined });
    const onReading: OnReading = (reading, progress) => {
      if (mining.abort !== abort || abort.signal.aborted) return;
      results.reading = reading;
      set({ phase: progress.begun ? 'reading' : 'loading', progress });
    };
    const { document } = results;
    try {
      await this.options.miners.with(model, (decoder) => {
        abort.signal.throwIfAborted();
        switch (kind) {
          case 'relations':
            return readRelations(
              decoder,
              model as TaskModel<'relations'>,
              { document, identify: this.identifier(mining) },
              abort.signal,
              onReading,
            );
          case 'answer':
            return readAnswer(
              decoder,
              model as TaskModel<'answer'>,
              { ...document, question },
              abort.signal,
              onReading,
            );
          case 'classes':
            return readClasses(decoder, model as TaskModel<'classes'>, document, abort.signal, onReading);
        }
      });
      set({ phase: 'done' });
    } catch (error) {
      if (abort.signal.aborted) set({ phase: 'stopped' });
      else set({ phase: 'failed', said: worded(error) });
    }
  }

  /** What the glossary calls a name; without a glossary that can be used names have no identifiers. */
  private identifier({ passage }: Mining): (name: string) => string | undefined {
    const { glossary, log } = this.options;
    let broken = false;
    return (name) => {
      if (broken) return undefined;
      try {
        return identifierOf(glossary.glossary, name, glossary.contextOf(passage.document));
      } catch (error) {
        log(`Identifiers: ${worded(error)}`);
        broken = true;
        return undefined;
      }
    };
  }

  private async act(action: PanelAction): Promise<void> {
    const mining = this.current;
    if (!mining) return;
    const { results, marks } = mining;
    switch (action.do) {
      case 'stop':
        mining.abort.abort();
        return;
      case 'again':
        return this.read(mining);
      case 'mark':
        return marks.show(action.row, false);
      case 'unmark':
        return marks.unmark();
      case 'go':
        return marks.show(action.row, true);
      case 'accept':
      case 'reject':
        results.judge(action.row, action.do === 'accept' ? 'accepted' : 'rejected');
        this.say(mining, undefined);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(this.tableOf(mining));
        this.say(mining, vscode.l10n.t('Copied.'));
        return;
      case 'insert':
        return this.insert(mining);
      case 'export':
        return this.export(mining, action.format);
    }
  }

  private tableOf({ results, passage, model }: Mining): string {
    const table = results.table({
      relation: vscode.l10n.t('Relation'),
      probability: vscode.l10n.t('Probability'),
      text: vscode.l10n.t('Sentence'),
      class: vscode.l10n.t('Class'),
      answer: vscode.l10n.t('Answer'),
    });
    const { reading } = results;
    return tableText(passage.language, table, captionOf(reading, model.name), passage.document.getText());
  }

  private async insert(mining: Mining): Promise<void> {
    const { passage, marks } = mining;
    const { document, language } = passage;
    const text = document.getText();
    const { offset, before, after } = blockAfter(language, text, Math.min(marks.now(passage.to), text.length));
    const table = this.tableOf(mining);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(offset), before + table + after);
    if (document.isClosed || !(await vscode.workspace.applyEdit(edit))) {
      this.say(
        mining,
        vscode.l10n.t(
          'The table could not be inserted. The document may be closed or read-only. Copy the table instead.',
        ),
      );
      return;
    }
    const at = document.positionAt(offset + before.length);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) editor.revealRange(new vscode.Range(at, at));
    }
    this.say(mining, vscode.l10n.t('Inserted.'));
  }

  private async export(mining: Mining, format: ExportFormat): Promise<void> {
    const { results, passage } = mining;
    const name = `${results.document.id}-${mining.kind}`;
    try {
      const saved = await saveFiles(passage.document.uri, name, format, results.export(format));
      if (saved) this.say(mining, vscode.l10n.t('Exported to {0}.', vscode.workspace.asRelativePath(saved)));
    } catch (error) {
      this.say(mining, vscode.l10n.t('The export failed. {0}', worded(error)));
    }
  }

  private async offerModel({ message, kind, chosen }: NoTaskModel): Promise<void> {
    const [settings, download, choose] = [
      vscode.l10n.t('Open Settings'),
      vscode.l10n.t('Download…'),
      vscode.l10n.t('Choose Model…'),
    ];
    const buttons = chosen ? [settings] : kind === 'answer' ? [download, choose] : [choose, settings];
    const picked = await vscode.window.showInformationMessage(message, ...buttons);
    if (picked === settings)
      await vscode.commands.executeCommand('workbench.action.openSettings', `biogpt.mining.${SETTING_OF[kind]}`);
    if (picked === download) await this.options.models.installPubMedQa();
    if (picked === choose) await vscode.commands.executeCommand('biogpt.chooseModel');
  }

  private say(mining: Mining, said: string | undefined): void {
    mining.said = said;
    this.show(mining);
  }

  private show(mining: Mining): void {
    if (this.current !== mining) return;
    const { kind, passage, results, phase, progress, said, model } = mining;
    this.panel.show(
      miningView({
        kind,
        passage,
        results,
        phase,
        progress,
        said,
        modelName: model.name,
        task: model.reader.id,
        canInsert: !passage.document.isClosed,
      }),
    );
  }

  private forget(): void {
    this.current?.abort.abort();
    this.current?.marks.clear();
    this.current?.marks.dispose();
    this.current = undefined;
  }
}
