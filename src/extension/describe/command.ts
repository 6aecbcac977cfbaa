import * as vscode from 'vscode';
import type { Decoder } from '../../client/decoder';
import type { ProseDocuments } from '../../completion/documents';
import type { Definition } from '../../glossary/entry';
import { meaningsOf, type Meaning } from '../../glossary/meanings';
import type { Failures } from '../failures';
import type { ShippedGlossary } from '../glossary/shippedGlossary';
import { proseLanguageOf } from '../languages';
import type { Memory } from '../models/chosenModel';
import { readDescribeSettings } from '../settings';
import { worded } from '../wording';
import { offerEntry } from './bibliographyOffer';
import { CITATION_FORMS, likelyForm, type CitationForm } from './citation';
import { groundsOf } from './grounds';
import { insertDefinition, insertDescription } from './insert';
import { writeDescription, type ModelText } from './modelText';
import { Origin } from './origin';
import { describePanel, type DescribePanel, type PanelAction } from './panel';
import { askForTerm } from './question';
import { foundStatus, glossaryView, modelView } from './view';

export interface DescribeTermOptions {
  extensionUri: vscode.Uri;
  decoder: Pick<Decoder, 'describe'>;
  glossary: ShippedGlossary;
  documents: ProseDocuments;
  /** Name of the model in use, and whether its descriptions are worth reading. */
  model(): Promise<{ name: string; describes: boolean }>;
  /** The name as far as it is known, while it loads. */
  modelName(): string;
  memory: Memory;
  failures: Failures;
}

/** What is shown of one term. */
interface Description {
  term: string;
  origin: Origin | undefined;
  meanings: readonly Meaning[];
  /** On what was found or done, a sentence. */
  status: string;
  /** Null until it is known whether the model is asked. */
  model: ModelText | null;
  attempt: number;
  abort: AbortController;
}

/** *BioGPT: Describe Term*, from the question to the inserted text. */
export class DescribeTerm implements vscode.Disposable {
  private readonly panel: DescribePanel;
  private current: Description | undefined;

  constructor(private readonly options: DescribeTermOptions) {
    const { extensionUri, failures } = options;
    this.panel = describePanel(extensionUri, {
      onAction: (action) => failures.watch(this.act(action)),
      onClose: () => this.forget(),
      failures,
    });
  }

  dispose(): void {
    this.forget();
    this.panel.dispose();
  }

  /** Describes `given`, else the selection, else the term at the cursor, else what the writer types. */
  async run(given?: string): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const { glossary, documents } = this.options;
    const question =
      given === undefined
        ? await askForTerm(editor, glossary, documents)
        : { term: given, place: editor?.selection.end };
    if (!question) return;
    this.forget();
    const { term, place } = question;
    const origin = editor && place && new Origin(editor.document, editor.document.offsetAt(place));
    const found = this.lookUp(term, origin?.document);
    const description: Description = {
      term,
      origin,
      meanings: found.meanings,
      status: found.problem ?? foundStatus(found.meanings),
      model: null,
      attempt: 0,
      abort: new AbortController(),
    };
    this.current = description;
    this.show(description);
    this.panel.reveal();
    await this.askIfWorthIt(description);
  }

  private lookUp(term: string, document: vscode.TextDocument | undefined): { meanings: Meaning[]; problem?: string } {
    const { glossary } = this.options;
    try {
      const definitions = glossary.glossary.lookup(term, document && glossary.contextOf(document));
      return { meanings: meaningsOf(definitions, term) };
    } catch (error) {
      return { meanings: [], problem: worded(error) };
    }
  }

  /** Has the model write if the settings or its fitness say so. */
  private async askIfWorthIt(description: Description): Promise<void> {
    const { model: when } = readDescribeSettings();
    if (when === 'always') return this.write(description);
    const { name, describes } = await this.options.model();
    if (this.current !== description) return;
    if (when === 'whenFit' && describes) return this.write(description);
    description.model = { phase: 'notAsked', why: when === 'never' ? 'off' : 'unfit', name };
    this.show(description);
  }

  private write(description: Description): Promise<void> {
    description.abort.abort();
    const abort = (description.abort = new AbortController());
    const { term, origin, meanings, attempt } = description;
    const { decoder, modelName } = this.options;
    const grounds = groundsOf(origin?.document, origin?.offset ?? 0, meanings);
    return writeDescription(decoder, modelName, { term, grounds, attempt }, abort.signal, (model) => {
      // Of an attempt that another one has taken the place of nothing is shown.
      if (description.abort !== abort) return;
      description.model = model;
      this.show(description);
    });
  }

  private async act(action: PanelAction): Promise<void> {
    const description = this.current;
    if (!description) return;
    switch (action.do) {
      case 'stop':
        description.abort.abort();
        return;
      case 'ask':
        return this.write(description);
      case 'regenerate':
        description.attempt++;
        return this.write(description);
      case 'choose':
        await vscode.commands.executeCommand('biogpt.chooseModel');
        // The one that was chosen may know better.
        if (description.model?.phase === 'notAsked') await this.askIfWorthIt(description);
        return;
      case 'cite':
        return this.rememberForm(description, action.form);
      case 'sources':
        await vscode.commands.executeCommand(
          'markdown.showPreview',
          vscode.Uri.joinPath(this.options.extensionUri, 'glossary', 'NOTICE.md'),
        );
        return;
      case 'open': {
        const url = definitionIn(description, action.entry)?.entry.url;
        if (url) await vscode.env.openExternal(vscode.Uri.parse(url, true));
        return;
      }
      case 'copy': {
        const text =
          action.entry === undefined ? textOf(description) : definitionIn(description, action.entry)?.entry.definition;
        if (text === undefined) return;
        await vscode.env.clipboard.writeText(text);
        this.say(description, vscode.l10n.t('Copied.'));
        return;
      }
      case 'insert':
        return this.insert(description, action.entry);
    }
  }

  /** @param number of the definition's entry; undefined for the model's text */
  private async insert(description: Description, number: number | undefined): Promise<void> {
    const { origin, term } = description;
    if (!origin || origin.document.isClosed) {
      const message = vscode.l10n.t('The document where you ran Describe Term is closed. Copy the text instead.');
      this.say(description, message);
      return;
    }
    const { document } = origin;
    const entry = number === undefined ? undefined : definitionIn(description, number)?.entry;
    const citation = entry
      ? await insertDefinition(origin, term, entry, this.formFor(document))
      : (await insertDescription(origin, term, textOf(description)))
        ? null
        : undefined;
    if (citation === undefined) {
      const message = vscode.l10n.t('The document could not be changed. It may be read-only. Copy the text instead.');
      this.say(description, message);
      return;
    }
    this.say(description, citation?.note ? vscode.l10n.t('Inserted, with a footnote.') : vscode.l10n.t('Inserted.'));
    if (citation?.work) this.options.failures.watch(offerEntry(document, citation.work));
  }

  /** What the writer has chosen in this language, else what the document does. */
  private formFor(document: vscode.TextDocument): CitationForm {
    const language = proseLanguageOf(document.languageId) ?? 'plaintext';
    const chosen = this.options.memory.get<CitationForm | undefined>(`${CHOSEN_FORM}.${language}`, undefined);
    return chosen && CITATION_FORMS[language].includes(chosen) ? chosen : likelyForm(language, document.getText());
  }

  private async rememberForm(description: Description, form: CitationForm): Promise<void> {
    if (!description.origin) return;
    const language = proseLanguageOf(description.origin.document.languageId) ?? 'plaintext';
    await this.options.memory.update(`${CHOSEN_FORM}.${language}`, form);
    this.show(description);
  }

  private say(description: Description, status: string): void {
    description.status = status;
    this.show(description);
  }

  private show(description: Description): void {
    if (this.current !== description) return;
    const { term, origin, meanings, status, model } = description;
    const canInsert = origin !== undefined && !origin.document.isClosed;
    const target = canInsert && {
      language: proseLanguageOf(origin.document.languageId) ?? ('plaintext' as const),
      form: this.formFor(origin.document),
    };
    this.panel.show({
      term,
      status,
      glossary: glossaryView(term, meanings, target || undefined),
      model: model && modelView(model, meanings.length > 0, canInsert),
      canInsert,
    });
  }

  private forget(): void {
    this.current?.abort.abort();
    this.current?.origin?.dispose();
    this.current = undefined;
  }
}

const CHOSEN_FORM = 'describe.citation';

function definitionIn({ meanings }: Description, number: number): Definition | undefined {
  return meanings.flat().find(({ entry }) => entry.number === number);
}

function textOf({ model }: Description): string {
  return model && 'text' in model ? model.text : '';
}
