import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { installCodeServer, type CodeServerInstall } from './install.js';

export interface CodeServerOptions {
  /** An extension's folder (linked, so that a rebuild is enough) or a packaged `.vsix` (installed). */
  extension?: string;
  /** Folders of other extensions. */
  neighbours?: readonly string[];
  /** Workspaces are trusted once someone says so; else all of them are. */
  asksForTrust?: boolean;
  /** Beside the quiet defaults of `QUIET_SETTINGS`. */
  settings?: Record<string, unknown>;
  /** Settings of the machine: those of `machine` scope count only there. */
  machineSettings?: Record<string, unknown>;
  /** Environment variables for the server; the extension host and its children inherit them. */
  env?: NodeJS.ProcessEnv;
  /** Port to listen on; omitted or 0: a free one. */
  port?: number;
  /** How much the server and the extensions log, as `--log` takes it; default: its own. */
  logLevel?: string;
  /** Told of long steps. */
  log?: (line: string) => void;
}

/** What a page opens with, as the workbench's `payload` parameter takes it. */
export type PagePayload = [key: string, value: string][];

/** A running VS Code server, everything it writes in a folder of its own. */
export interface CodeServer {
  /** Process id of the server, the leader of its process group. */
  pid: number;
  port: number;
  /** Temporary home: `data` (settings, logs), `server`, `ext`. */
  home: string;
  /** Address of a workbench on `folder` with `files` (absolute paths) open. */
  url(folder: string, files?: string[], payload?: PagePayload): string;
  /** The URI under which the workbench knows a file of this machine. */
  remoteUri(path: string): string;
  /** What the server printed so far. */
  output(): string;
  /** Settles when the server has ended, whoever ended it. */
  ended: Promise<void>;
  /** Ends the server and all its children, then removes `home`. */
  stop(): Promise<void>;
}

/** No welcome page, no chat, no questions: a workbench that shows the extension and the text. */
export const QUIET_SETTINGS: Record<string, unknown> = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'security.workspace.trust.enabled': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

const START_TIMEOUT_MS = 60_000;

/**
 * Starts VS Code's server with one extension.
 *
 * @throws Error when code-server cannot be installed, the `.vsix` is refused, or the server does not
 *   answer within a minute; what it printed is in the message.
 */
export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const install = await installCodeServer(options.log);
  const home = mkdtempSync(join(tmpdir(), 'biogpt-vscode-'));
  const folders = [
    '--user-data-dir',
    join(home, 'data'),
    '--server-data-dir',
    join(home, 'server'),
    '--extensions-dir',
    join(home, 'ext'),
  ];
  const env = serverEnvironment(home, options.env);
  try {
    mkdirSync(join(home, 'data', 'User'), { recursive: true });
    mkdirSync(join(home, 'data', 'logs'));
    mkdirSync(join(home, 'ext'));
    writeUserSettings(home, options.settings);
    mkdirSync(join(home, 'data', 'Machine'));
    writeMachineSettings(home, options.machineSettings);
    for (const neighbour of options.neighbours ?? []) await provideExtension(neighbour, install, folders, home, env);
    if (options.extension) await provideExtension(resolve(options.extension), install, folders, home, env);
    return await launch(install, folders, home, env, options);
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** Where a server with this `home` keeps the settings of its machine; changes count at once. */
export function machineSettingsFile(home: string): string {
  return join(home, 'data', 'Machine', 'settings.json');
}

/** Writes the settings of the user, beside the quiet defaults, of a server with this `home`; windows opened later have them. */
export function writeUserSettings(home: string, settings: Record<string, unknown> = {}): void {
  const file = join(home, 'data', 'User', 'settings.json');
  writeFileSync(file, JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
}

/** Writes the settings of the machine of a server with this `home`. */
export function writeMachineSettings(home: string, settings: Record<string, unknown> = {}): void {
  writeFileSync(machineSettingsFile(home), JSON.stringify(settings, null, 2));
}

/** A home of its own, no marketplace, and nothing of an editor this process may run in. */
function serverEnvironment(home: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE|ELECTRON)_/.test(name));
  return { ...Object.fromEntries(inherited), HOME: home, EXTENSIONS_GALLERY: '{}', ...extra };
}

async function provideExtension(
  extension: string,
  install: CodeServerInstall,
  folders: string[],
  home: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (extension.endsWith('.vsix')) {
    const args = [install.serverMain, '--install-extension', extension, '--accept-server-license-terms', ...folders];
    await promisify(execFile)(install.node, args, { env });
    return;
  }
  const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as Record<string, string>;
  const name = `${manifest['publisher']}.${manifest['name']}-${manifest['version']}`;
  symlinkSync(extension, join(home, 'ext', name), 'junction');
}

async function launch(
  install: CodeServerInstall,
  folders: string[],
  home: string,
  env: NodeJS.ProcessEnv,
  { port: wantedPort = 0, logLevel, asksForTrust }: CodeServerOptions,
): Promise<CodeServer> {
  const args = ['--host', '127.0.0.1', '--port', String(wantedPort), '--without-connection-token'];
  if (logLevel) args.push('--log', logLevel);
  if (!asksForTrust) args.push('--disable-workspace-trust');
  args.push('--accept-server-license-terms', '--telemetry-level', 'off', ...folders);
  // A group of its own, so that the extension host and its children can be ended with it.
  const child = spawn(install.node, [install.serverMain, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-100_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((done) => child.once('exit', () => done()));

  const deadline = Date.now() + START_TIMEOUT_MS;
  let port: number | undefined;
  while (port === undefined || !(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await endGroup(child, ended);
      throw new Error(
        `VS Code's server did not start (exit code ${child.exitCode}). It printed:\n${output.trim() || '(nothing)'}`,
      );
    }
    await delay(50);
    const announced = /Extension host agent listening on (\d+)/.exec(output);
    if (announced) port = Number(announced[1]);
  }

  const address = `127.0.0.1:${port}`;
  const remoteUri = (path: string): string => `vscode-remote://${address}${encodeURI(path)}`;
  return {
    pid: child.pid!,
    port,
    home,
    remoteUri,
    url(folder, files = [], payload = []) {
      const opened: PagePayload = files.map((file) => ['openFile', remoteUri(file)]);
      const query = new URLSearchParams({ folder, payload: JSON.stringify([...opened, ...payload]) });
      return `http://${address}/?${query.toString()}`;
    },
    output: () => output,
    ended,
    async stop() {
      await endGroup(child, ended);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/version`)).ok;
  } catch {
    return false;
  }
}

async function endGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  signalGroup(child.pid!, 'SIGTERM');
  await Promise.race([ended, delay(3000)]);
  signalGroup(child.pid!, 'SIGKILL');
  await ended;
}

/** The leader may be gone while members of its group live on: the group is what is signalled. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const delay = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
