import * as vscode from 'vscode';
import { systemClock } from '../completion/clock';
import { ProseDocuments } from '../completion/documents';
import { CompletionEngine } from '../completion/completionEngine';
import { GhostText } from '../completion/ghostText';
import { SpeculativeRequest } from '../completion/speculativeRequest';
import { ReadAhead } from '../completion/readAhead';
import { withRepairedSpacing } from '../completion/completer';
import { insertionFor } from '../prose/insertion';
import { acceptLine, acceptPiece, dismiss } from './acceptCommands';
import { Bibliographies } from './bibliographies';
import { CopilotNotice } from './copilot';
import { readableAtCursor, watchCursor } from './cursorWatch';
import { FollowFocus } from '../client/followFocus';
import { forkDecoder } from '../client/forkDecoder';
import { withLocalModel } from '../client/localInstead';
import { withPatience } from '../client/patience';
import { Supervisor } from '../client/supervisor';
import { WindowNotes } from '../client/windowNotes';
import { DescribeTerm } from './describe/command';
import { Failures } from './failures';
import { ShippedFieldWords } from './fieldWords';
import { GhostTextProvider } from './ghostTextProvider';
import { TermHover } from './glossary/hover';
import { ShippedGlossary } from './glossary/shippedGlossary';
import { documentSelector, proseLanguageIds, proseLanguageOf } from './languages';
import { Lifetime } from './lifetime';
import { Log } from './log';
import { showMenu, showModelInfo } from './menu';
import { Manuscripts } from './manuscript/manuscripts';
import { MineText } from './mining/command';
import { Miners } from './mining/miningDecoder';
import { manageModels } from './models/models';
import { memoryOf } from './models/memory';
import { OwnWords } from './ownWords';
import { InferenceServer } from './server/inferenceServer';
import {
  isGhostTextOn,
  readCompletionSettings,
  readDecoderSettings,
  readModelSettings,
  SECTION,
  setEnabledForLanguage,
  useModel,
} from './settings';
import { chooseSnooze, Snooze } from './snooze';
import { StatusItem } from './status';
import { wordedFailure } from './wording';

/** What `activate` has begun and `deactivate` ends. */
let lifetime = new Lifetime();

/** Wires the parts together. No decoder starts here: the first request starts it. */
export function activate(context: vscode.ExtensionContext): void {
  lifetime = new Lifetime();
  const log = lifetime.own(new Log());
  const failures = new Failures((line) => log.info(line));
  const setContext = (key: string, value: unknown): void =>
    failures.watch(vscode.commands.executeCommand('setContext', `${SECTION}.${key}`, value));
  setContext('proseLanguages', proseLanguageIds);
  const snooze = new Snooze(systemClock, () => {
    status.refresh();
    setContext('snoozed', snooze.active);
  });
  const status = new StatusItem(() => snooze.active);
  const bundle = (name: string): string => vscode.Uri.joinPath(context.extensionUri, 'dist', name).fsPath;

  const decoderBundle = { modulePath: bundle('decoder.cjs'), onOutput: (line: string) => log.info(`decoder: ${line}`) };
  const supervisor: Supervisor = new Supervisor({
    clock: systemClock,
    idleMinutes: () => readDecoderSettings().idleMinutes,
    log: (line) => log.info(line),
    onStateChange: (state) => {
      server.stateChanged(state);
      status.show(state);
      followFocus.stateChanged(state);
      if (state.kind === 'ready') readAhead.schedule();
    },
    onGiveUp: (failure) => failures.watch(tellOfFailure(wordedFailure(failure))),
    launch: () => forkDecoder({ ...decoderBundle, askServer: server.ask }),
    models: {
      choose: async () => {
        const { threads } = readDecoderSettings();
        const modelDir = await models.chosen.next();
        await miners.makeRoom(await memoryOf(modelDir));
        const computes = server.use.current;
        return { modelDir, ...(threads > 0 && { threads }), ...(computes && { server: computes }) };
      },
      refused: (model, error) =>
        (model.server !== undefined && server.refused(error)) || models.chosen.refuse(model.modelDir, error),
    },
  });
  const server: InferenceServer = new InferenceServer({
    clock: systemClock,
    memory: context.globalState,
    secrets: context.secrets,
    failures,
    decoder: supervisor,
    log: (line) => log.info(line),
    onChange: (state) => {
      status.showServer(state);
      setContext('serverInUse', state.kind === 'inUse' || state.kind === 'lost');
      setContext('serverLost', state.kind === 'lost');
    },
  });
  const decoder = withLocalModel(supervisor, server.use, systemClock);

  const notes = new WindowNotes({ folder: vscode.Uri.joinPath(context.globalStorageUri, 'windows').fsPath });
  const followFocus = new FollowFocus({
    decoder: supervisor,
    notes,
    clock: systemClock,
    today: () => Date.now(),
    focused: vscode.window.state.focused,
    wanted: () =>
      vscode.window.visibleTextEditors.some(
        ({ document }) => vscode.languages.match([...documentSelector], document) > 0 && isGhostTextOn(document),
      ),
    log: (line) => log.info(line),
  });

  const engine = new CompletionEngine(
    withRepairedSpacing(
      withPatience({ complete: decoder.complete, pauseOver: (signal) => supervisor.pauseOver(signal) }),
    ),
    (cursor, place, answer) => insertionFor(cursor.language, place, cursor, answer),
    systemClock,
    (line) => log.debug(line),
  );
  const documents = new ProseDocuments();
  const speculativeRequest = new SpeculativeRequest(
    {
      speculate: (...request) => {
        // A server is told nothing of a text that nobody has asked about.
        if (!server.use.current) engine.speculate(...request);
      },
    },
    systemClock,
  );
  const ghostText = new GhostText(engine, speculativeRequest, documents);
  const ownWords = new OwnWords();
  const bibliographies = new Bibliographies((line) => log.info(line));
  const manuscripts = new Manuscripts(
    {
      keep: (texts) => {
        supervisor.keepTexts(texts);
        engine.forgetAnswers();
      },
      define: ({ uri }, definitions) => documents.defineElsewhere(uri.toString(), definitions),
    },
    (line) => log.info(line),
  );
  const fieldWords = new ShippedFieldWords(
    vscode.Uri.joinPath(context.extensionUri, 'glossary', 'words.br').fsPath,
    (error) => log.info(`The words of the field could not be read: ${String(error)}`),
  );
  const copilot = new CopilotNotice(context.globalState);
  const provider = new GhostTextProvider(ghostText, {
    snoozed: () => snooze.active,
    words: (document) => ownWords.of(document),
    titles: (document) => bibliographies.titlesFor(document),
    manuscript: (document) => manuscripts.textsFor(document),
    fieldWords: () => fieldWords.get(),
    onWriting: (document) => failures.watch(copilot.check(document)),
  });
  const readAhead = new ReadAhead(supervisor, systemClock, () => (snooze.active ? null : readableAtCursor(ghostText)));
  const modelName = (): string => {
    if (!('model' in supervisor.state)) return vscode.l10n.t('Loading the model');
    const { name, server: computes } = supervisor.state.model;
    return computes ? vscode.l10n.t('{0} on {1}', name, computes.host) : name;
  };
  const glossary = new ShippedGlossary(vscode.Uri.joinPath(context.extensionUri, 'glossary').fsPath);
  const describeTerm = new DescribeTerm({
    extensionUri: context.extensionUri,
    decoder,
    glossary,
    documents,
    model: () => models.chosen.describes(),
    modelName,
    memory: context.globalState,
    failures,
  });

  const inUse = async (): Promise<string> => (await models.chosen.choose()).modelDir;
  const miners = new Miners({
    // A batch may take minutes, and somebody types meanwhile.
    launch: () => forkDecoder({ ...decoderBundle, background: true }),
    clock: systemClock,
    idleMinutes: () => readDecoderSettings().idleMinutes,
    threads: () => readDecoderSettings().threads,
    log: (line) => log.info(line),
    writing: {
      get state() {
        return supervisor.state;
      },
      quiet: () => supervisor.quiet(),
      unload: () => supervisor.unload(),
      mine: decoder.mine,
    },
    inUse,
  });
  const mineText = new MineText({
    extensionUri: context.extensionUri,
    documents,
    miners,
    glossary,
    models: {
      roots: () => models.roots(),
      inUse,
      installed: () => models.installed(),
      installPubMedQa: () => models.installKnown('biogpt-large-pubmedqa'),
    },
    failures,
    log: (line) => log.info(line),
  });

  const command = (name: string, run: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`${SECTION}.${name}`, (...args) => failures.run(() => run(...args)));
  /** Another model, or the same one anew. */
  const restart = (): void => {
    engine.reset();
    models.tryAgain();
    server.use.reconnect();
    supervisor.restart();
  };
  const models = manageModels({
    starterDir: vscode.Uri.joinPath(context.extensionUri, 'models', 'starter').fsPath,
    modelsDir: vscode.Uri.joinPath(context.globalStorageUri, 'models').fsPath,
    installerModule: bundle('installer.cjs'),
    memory: context.globalState,
    secrets: context.secrets,
    failures,
    settings: readModelSettings,
    use: useModel,
    restart,
    hold: async (modelDir) => {
      const releases = await Promise.all([supervisor.hold(modelDir), miners.hold(modelDir)]);
      return () => releases.forEach((release) => release());
    },
    server: () => server.host,
    onInstalling: (note) => status.showInstalling(note),
    log: (line) => log.info(line),
  });

  for (const part of [
    notes,
    supervisor,
    server,
    followFocus,
    status,
    snooze,
    ownWords,
    bibliographies,
    manuscripts,
    provider,
    watchCursor(readAhead),
    vscode.window.onDidChangeWindowState(({ focused }) => followFocus.focusChanged(focused)),
    glossary,
    describeTerm,
    miners,
    mineText,
    models,
    vscode.languages.registerInlineCompletionItemProvider(documentSelector, provider),
    vscode.languages.registerHoverProvider(
      documentSelector,
      new TermHover(glossary, documents, (line) => log.info(line)),
    ),
    command('describeTerm', (term) => describeTerm.run(typeof term === 'string' ? term : undefined)),
    command('extractRelations', () => mineText.run('relations')),
    command('answerQuestion', () => mineText.run('answer')),
    command('classifySentences', () => mineText.run('classes')),
    command('showMenu', () => showMenu(models.installState, snooze.active, server.state)),
    command('toggleForLanguage', toggleForLanguage),
    command('snooze', () => chooseSnooze(snooze)),
    command('endSnooze', () => snooze.end()),
    command('acceptWord', () => acceptPiece(ghostText, 'word')),
    command('acceptSentence', () => acceptPiece(ghostText, 'sentence')),
    command('acceptLine', acceptLine),
    command('dismissSuggestion', () => dismiss(ghostText)),
    command('restartDecoder', restart),
    command('showLog', () => log.show()),
    command('connectToServer', () => server.connect()),
    command('disconnectFromServer', () => server.disconnect()),
    command('reconnectToServer', () => server.reconnect()),
    command('showModelInfo', async () =>
      showModelInfo(await supervisor.status().catch(() => null), await models.chosen.choose()),
    ),
    ...Object.entries(models.commands).map(([name, run]) => command(name, run)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const decoder = ['model.use', 'model.sharedFolder', 'decoder.threads'];
      if (decoder.some((name) => change.affectsConfiguration(`${SECTION}.${name}`))) restart();
      if (change.affectsConfiguration(`${SECTION}.server`)) server.settingsChanged();
      if (change.affectsConfiguration(`${SECTION}.decoder.idleMinutes`)) {
        supervisor.settingsChanged();
        miners.settingsChanged();
      }
    }),
  ]) {
    lifetime.own(part);
  }
}

/** Ends the decoder, and the log once nothing writes to it any more. */
export function deactivate(): Promise<void> {
  return lifetime.end();
}

async function toggleForLanguage(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document || !proseLanguageOf(document.languageId)) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Open a Markdown or LaTeX file first. Ghost text is turned on or off for the language of the open file.',
      ),
    );
    return;
  }
  await setEnabledForLanguage(document.languageId, !readCompletionSettings(document).enabled);
}

async function tellOfFailure(reason: string): Promise<void> {
  const restart = vscode.l10n.t('Restart Model');
  const choose = vscode.l10n.t('Choose Model…');
  const showLog = vscode.l10n.t('Show Log');
  const picked = await vscode.window.showErrorMessage(reason, restart, choose, showLog);
  if (picked === restart) await vscode.commands.executeCommand(`${SECTION}.restartDecoder`);
  if (picked === choose) await vscode.commands.executeCommand(`${SECTION}.chooseModel`);
  if (picked === showLog) await vscode.commands.executeCommand(`${SECTION}.showLog`);
}
