import * as vscode from 'vscode';
import { inTime } from '../../client/inTime';
import { readServerAddress } from '../../client/serverAddress';
import { serverFetch } from '../../client/serverFetch';
import { isServerFailure, PATIENCE_MS, ServerUse, type LostServer } from '../../client/serverUse';
import type { Clock, DecoderState } from '../../client/supervisor';
import type { ModelInfo } from '../../protocol/decoder';
import { failureOf } from '../../protocol/failure';
import { ConnectionFailed, type AskServer } from '../../protocol/server';
import type { Failures } from '../failures';
import type { Memory } from '../models/chosenModel';
import { OriginSecrets } from '../originSecrets';
import { readServerSettings, useServer } from '../settings';
import { wordedPhrase, wordedProblem } from '../wording';
import { addressProblem, askForServer, pickServedModel } from './askForServer';
import { Agreements } from './agreements';

/** What is known of the server that the setting names. */
export type ServerState =
  | { kind: 'none' }
  /** What is set is no address that can be used. */
  | { kind: 'unusable'; problem: string }
  /** It is set, but nobody has agreed to what is sent. */
  | { kind: 'notAgreed'; host: string }
  | { kind: 'inUse'; host: string }
  /** This machine computes meanwhile. */
  | { kind: 'lost'; host: string; problem: string; retries: boolean };

/** The decoder that a server may compute for. */
export interface ServedModel {
  /** Resolves when no request runs. */
  quiet(): Promise<void>;
  /** Loads its model again, where one was loaded or is being loaded. */
  restart(): void;
  /** Loads its model, where none is loaded. */
  loaded(): Promise<ModelInfo>;
}

export interface InferenceServerOptions {
  clock: Clock;
  memory: Memory;
  secrets: vscode.SecretStorage;
  failures: Failures;
  decoder: ServedModel;
  onChange(state: ServerState): void;
  log(line: string): void;
}

/** A server that is there lists its models at once, whatever else it does: what it is asked first. */
const LIST_WITHIN_MS = 15_000;

/** What was agreed to in another window is known here a moment after the address is. */
const LOOK_AGAIN_MS = 2_000;

/** A server that may be asked: its user has agreed. */
interface Target {
  url: URL;
  model: string;
  ask: AskServer;
}

/**
 * The inference server that computes in place of this machine, if its user has said so: which one, with which key, and what is done while
 * it is away. Nothing is sent but to the one that the setting names and that its user has agreed to.
 */
export class InferenceServer implements vscode.Disposable {
  private readonly agreements: Agreements;
  private readonly keys: OriginSecrets;
  private readonly serverUse: ServerUse;
  private readonly listening: vscode.Disposable;
  private target: Target | null = null;
  /** By origin. */
  private readonly keysRead = new Map<string, Promise<string | undefined>>();
  private loading = false;
  /** Somebody watches how the connection gets on, and may end it. */
  private watched = false;
  private cancelLook: (() => void) | null = null;

  constructor(private readonly options: InferenceServerOptions) {
    const { clock, memory, secrets, failures, decoder } = options;
    this.agreements = new Agreements(memory);
    this.keys = new OriginSecrets(secrets, 'serverKey');
    this.serverUse = new ServerUse({
      clock,
      answers: () => this.answers(),
      reload: () => failures.watch(decoder.quiet().then(() => decoder.restart())),
      onLost: (lost) => failures.watch(this.tellOfLoss(lost)),
      onChange: () => this.changed(),
    });
    this.listening = this.keys.onChange((isFor) => {
      this.keysRead.clear();
      // Entered in another window, or deleted.
      if (this.target && isFor(this.target.url.href) && this.serverUse.lost) this.tryAgain();
    });
    this.target = this.targetNow();
    this.useTarget();
  }

  get state(): ServerState {
    const { url } = readServerSettings();
    if (url === '') return { kind: 'none' };
    const reading = readServerAddress(url, { allowHttp: true });
    if (!reading.ok) return { kind: 'unusable', problem: addressProblem(reading.problem) };
    const { host } = reading.url;
    if (!this.target) return { kind: 'notAgreed', host };
    const { lost } = this.serverUse;
    if (lost) return { kind: 'lost', host, problem: wordedProblem(lost.failure), retries: lost.retries };
    return { kind: 'inUse', host };
  }

  /** Who computes now. */
  get use(): ServerUse {
    return this.serverUse;
  }

  /** Host of the server that computes, or would if it were not away. */
  get host(): string | undefined {
    return this.target?.url.host;
  }

  /** Asks the server for the decoder. Refused where nobody has agreed, and while this machine computes. */
  readonly ask: AskServer = async (request, signal) => {
    const { target } = this;
    if (!target || !this.serverUse.current || !this.agreements.has(target.url)) {
      throw new ConnectionFailed('EACCES');
    }
    return target.ask(request, signal);
  };

  /** A model could not be loaded from a server. @returns whether it is the server's fault: it can be loaded here */
  refused(error: unknown): boolean {
    const failure = failureOf(error);
    if (!isServerFailure(failure)) return false;
    this.serverUse.failed(failure);
    return true;
  }

  /** To be told of every change of the decoder's state. */
  stateChanged(state: DecoderState): void {
    this.loading = state.kind === 'loading';
    if ('model' in state && state.model.server) this.serverUse.alive();
  }

  /** To be told when the settings have changed: another address counts at once, if its user has agreed. */
  settingsChanged(): void {
    this.followSettings();
    this.cancelLook?.();
    this.cancelLook =
      this.state.kind === 'notAgreed' ? this.options.clock.after(LOOK_AGAIN_MS, () => this.followSettings()) : null;
  }

  /** What was in the way of the server may be gone. */
  tryAgain(): void {
    if (this.serverUse.reconnect()) this.options.decoder.restart();
  }

  /** *Connect to a Server…* */
  async connect(): Promise<void> {
    const { url: before } = readServerSettings();
    const wanted = await askForServer(before, (url) => this.keys.of(url.href));
    if (!wanted) return;
    const { url, key } = wanted;
    if (key === '') await this.keys.forget(url.href);
    else await this.keys.set(url.href, key);
    this.keysRead.clear();
    await this.agreements.add(url);
    const model = await pickServedModel(url.host, this.askAt(url));
    if (model === undefined) return;
    await this.watch(url.host, async () => {
      const { target } = this;
      await useServer({ url: url.href, model });
      this.settingsChanged();
      // The same as before, perhaps with another key.
      if (this.target === target) this.tryAgain();
    });
  }

  /** *Disconnect from Server*: the model of this machine from now on. Its user is asked again before the next connection. */
  async disconnect(): Promise<void> {
    const reading = readServerAddress(readServerSettings().url, { allowHttp: true });
    if (reading.ok) await this.agreements.withdraw(reading.url);
    await useServer({ url: '', model: '' });
    this.settingsChanged();
    vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('The model now runs on this computer.')}`, 5000);
  }

  /** *Reconnect to Server*, with its progress. */
  async reconnect(): Promise<void> {
    const { host } = this;
    if (host !== undefined) await this.watch(host, async () => this.tryAgain());
  }

  dispose(): void {
    this.cancelLook?.();
    this.serverUse.dispose();
    this.listening.dispose();
  }

  /** Shows how a connection gets on. */
  private async watch(host: string, begin: () => Promise<void>): Promise<void> {
    const cancelled = 'cancelled';
    const title = vscode.l10n.t('Connecting to {0}', host);
    const how = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    this.watched = true;
    try {
      const model = await vscode.window.withProgress(how, async (_, token) => {
        await begin();
        const cancel = new Promise<typeof cancelled>((resolve) => {
          token.onCancellationRequested(() => resolve(cancelled));
        });
        return Promise.race([this.options.decoder.loaded(), cancel]);
      });
      if (model === cancelled) await this.disconnect();
      else if (model.server) this.options.failures.watch(tellOfConnection(host, model));
    } finally {
      this.watched = false;
    }
  }

  private followSettings(): void {
    const before = this.target;
    this.target = this.targetNow();
    if (sameTarget(before, this.target)) {
      this.target = before;
      this.changed();
      return;
    }
    this.useTarget();
    this.options.decoder.restart();
  }

  private targetNow(): Target | null {
    const { url, model } = readServerSettings();
    const reading = readServerAddress(url, { allowHttp: true });
    if (!reading.ok || !this.agreements.has(reading.url)) return null;
    return { url: reading.url, model, ask: this.askAt(reading.url) };
  }

  private useTarget(): void {
    const { target } = this;
    this.serverUse.use(target && { host: target.url.host, ...(target.model !== '' && { model: target.model }) });
  }

  private askAt(base: URL): AskServer {
    const ask: AskServer = async (request, signal) => {
      const key = await this.keyOf(base);
      const access = { base, ...(key !== undefined && { key }) };
      // The editor replaces the global `fetch` with one that knows its proxy and certificate settings.
      return serverFetch({ ...access, fetch: (...how: Parameters<typeof fetch>) => fetch(...how) })(request, signal);
    };
    return inTime(ask, ({ path }) => {
      if (path === 'models') return LIST_WITHIN_MS;
      // While a model is loaded whoever writes waits; the decoder, which may be the first to ask that server, would wait longer.
      return this.loading && !this.watched ? PATIENCE_MS : undefined;
    });
  }

  /** Read once: the editor's secret storage takes its time. */
  private keyOf({ origin }: URL): Promise<string | undefined> {
    const read = this.keysRead.get(origin) ?? this.keys.of(origin);
    this.keysRead.set(origin, read);
    // What could not be read is read again.
    read.catch(() => this.keysRead.delete(origin));
    return read;
  }

  /** Whether the server that is in use, or would be, answers, even if it refuses something. */
  private async answers(): Promise<boolean> {
    const { target } = this;
    if (!target || !this.agreements.has(target.url)) return false;
    const request = new AbortController();
    try {
      const { status } = await target.ask({ path: 'models' }, request.signal);
      // A proxy says so while the server behind it is away or busy.
      return status < 500 && status !== 429;
    } catch (error) {
      if (error instanceof ConnectionFailed) return false;
      throw error;
    } finally {
      request.abort();
    }
  }

  private changed(): void {
    this.options.onChange(this.state);
  }

  private async tellOfLoss({ failure, retries }: LostServer): Promise<void> {
    const [again, local] = [vscode.l10n.t('Reconnect'), vscode.l10n.t('Use Local Model')];
    const problem = wordedProblem(failure);
    this.options.log(`The server is not used for now (${failure.code}): the model runs here.`);
    let picked: string | undefined;
    if (retries) {
      const message = vscode.l10n.t('{0} Until it answers again, the model runs on this computer.', problem);
      picked = await vscode.window.showWarningMessage(message, again, local);
      if (picked === again) await this.reconnect();
    } else {
      const message = vscode.l10n.t('{0} For now, the model runs on this computer.', problem);
      const [enterKey, choose] = [vscode.l10n.t('Enter Key…'), vscode.l10n.t('Choose Model…')];
      const steps: Readonly<Record<string, string>> = { serverRefusedKey: enterKey, wrongModel: choose };
      const step = steps[failure.code] ?? again;
      picked = await vscode.window.showErrorMessage(message, step, local);
      if (picked === enterKey) await this.connect();
      if (picked === choose) await vscode.commands.executeCommand('biogpt.chooseModel');
      if (picked === again) await this.reconnect();
    }
    if (picked === local) await this.disconnect();
  }
}

function sameTarget(one: Target | null, other: Target | null): boolean {
  return one?.url.href === other?.url.href && one?.model === other?.model;
}

async function tellOfConnection(host: string, { name, server }: ModelInfo): Promise<void> {
  const connected = vscode.l10n.t('Connected: {0} now runs on {1}.', name, host);
  const lacks = server?.lacks ?? [];
  if (lacks.length === 0) {
    vscode.window.setStatusBarMessage(`$(check) ${connected}`, 5000);
    return;
  }
  await vscode.window.showInformationMessage([connected, ...lacks.map((lack) => wordedPhrase(lack))].join(' '));
}
