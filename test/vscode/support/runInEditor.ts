import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Context } from 'mocha';
import { requireChromium } from '../../e2e/support/requireChromium';
import { launchChromium } from '../../host/chromium';
import { startCodeServer } from '../../host/codeServer';
import { decodersBelow, isAlive } from '../../host/processes';
import { Workbench } from '../../host/workbench';

export interface EditorRun {
  /** The repository: the extension in development. */
  root: string;
  /** The bundled suite, a module that exports `run`. */
  suite: string;
  /** The folder to open. */
  folder: string;
  env: Record<string, string>;
}

const TIMEOUT_MS = 540_000;
/** How long a decoder may outlive its extension host. */
const ORPHAN_MS = 3000;

/**
 * Runs a suite in a real VS Code: on the desktop where one is named by `BIOGPT_VSCODE` or can be downloaded
 * (`BIOGPT_VSCODE=download`), else in the browser. Resolves to what it printed; whether the tests passed is
 * told by the suite's own result.
 * @throws Error when a decoder outlives its extension host.
 */
export async function runInEditor(context: Context, run: EditorRun): Promise<string> {
  const desktop = process.env['BIOGPT_VSCODE'];
  if (desktop) return runOnDesktop(desktop, run);
  requireChromium(context);
  return runInBrowser(run);
}

async function runOnDesktop(named: string, { root, suite, folder, env }: EditorRun): Promise<string> {
  const { runTests } = await import('@vscode/test-electron');
  if (named !== 'download' && !existsSync(named))
    throw new Error(`BIOGPT_VSCODE names ${named}, which does not exist.`);
  const launchArgs = [folder, '--disable-extensions', '--user-data-dir', join(folder, 'user')];
  try {
    const code = await runTests({
      ...(named !== 'download' && { vscodeExecutablePath: named }),
      extensionDevelopmentPath: root,
      extensionTestsPath: suite,
      extensionTestsEnv: env,
      launchArgs,
    });
    return `exit code ${code}`;
  } catch (error) {
    return String(error);
  }
}

async function runInBrowser({ root, suite, folder, env }: EditorRun): Promise<string> {
  const browser = await launchChromium();
  const server = await startCodeServer({ env });
  const lines: string[] = [];
  try {
    const context = await browser.newContext();
    const ended = new Promise<void>((done) => {
      void context.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        lines.push(format(...args));
        console.log(`      ${format(...args)}`);
      });
      void context.exposeFunction('codeAutomationExit', () => done());
    });
    const workbench = await Workbench.open(browser, server, {
      folder,
      context,
      payload: [
        ['extensionDevelopmentPath', server.remoteUri(root)],
        ['extensionTestsPath', server.remoteUri(suite)],
      ],
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => (timer = setTimeout(done, TIMEOUT_MS)));
    const decoders = new Set<number>();
    const watch = setInterval(() => decodersBelow(server.pid).forEach(({ pid }) => decoders.add(pid)), 500);
    await Promise.race([ended, late, server.ended]);
    clearTimeout(timer);
    clearInterval(watch);
    lines.push(...workbench.consoleLines.slice(-50));
    // Before the server stops: that kills the whole process group, and would prove nothing.
    await endOf([...decoders]);
  } finally {
    await browser.close();
    await server.stop();
  }
  return lines.join('\n');
}

/**
 * What is left of the decoders when their extension host dies and cannot end them.
 * @throws Error when one is there after `ORPHAN_MS`, or there was none to begin with.
 */
export async function killExtensionHost(
  context: Context,
  { root, folder }: Pick<EditorRun, 'root' | 'folder'>,
): Promise<void> {
  requireChromium(context);
  const file = join(folder, 'orphan.md');
  writeFileSync(file, '# Draft\n\n');
  const browser = await launchChromium();
  const server = await startCodeServer({ extension: root });
  try {
    const workbench = await Workbench.open(browser, server, { folder, files: [file] });
    await workbench.waitForStatusItem(/BioGPT/);
    await workbench.focusEnd(file);
    await workbench.type('Patients were randomly ');
    await workbench.waitForGhostText();
    const decoders = decodersBelow(server.pid);
    for (const host of new Set(decoders.map(({ parent }) => parent))) process.kill(host, 'SIGKILL');
    await endOf(decoders.map(({ pid }) => pid));
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** @throws Error naming those of `pids` that are there after `ORPHAN_MS`, or when `pids` is empty. */
async function endOf(pids: number[]): Promise<void> {
  if (pids.length === 0) throw new Error('There was no decoder whose end could be watched.');
  const started = Date.now();
  while (pids.some(isAlive)) {
    if (Date.now() - started > ORPHAN_MS)
      throw new Error(`Decoders outlived their extension host: ${pids.filter(isAlive).join(', ')}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  console.log(`      decoders gone ${Date.now() - started} ms after the end of their extension host`);
}
