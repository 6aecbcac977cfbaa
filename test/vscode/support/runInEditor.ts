import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Context } from 'mocha';
import { requireChromium } from '../../e2e/support/requireChromium';
import { launchChromium } from '../../host/chromium';
import { startCodeServer } from '../../host/codeServer';
import { descendantsOf, isAlive } from '../../host/processes';
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

/**
 * Runs a suite in a real VS Code: on the desktop where one is named by `BIOGPT_VSCODE` or can be downloaded
 * (`BIOGPT_VSCODE=download`), else in the browser. Resolves to what it printed; whether the tests passed is
 * told by the suite's own result.
 * @throws Error when a process of the editor outlives it.
 */
export async function runInEditor(context: Context, run: EditorRun): Promise<string> {
  const desktop = process.env['BIOGPT_VSCODE'];
  if (desktop) return runOnDesktop(desktop, run);
  requireChromium(context);
  return runInBrowser(run);
}

async function runOnDesktop(named: string, { root, suite, folder, env }: EditorRun): Promise<string> {
  const { runTests } = await import('@vscode/test-electron');
  if (named !== 'download' && !existsSync(named)) throw new Error(`BIOGPT_VSCODE names ${named}, which does not exist.`);
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
  let children: number[] = [];
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
    await Promise.race([ended, late, server.ended]);
    clearTimeout(timer);
    lines.push(...workbench.consoleLines.slice(-50));
    children = descendantsOf(server.pid).map(({ pid }) => pid);
  } finally {
    await browser.close();
    await server.stop();
  }
  const left = children.filter(isAlive);
  if (left.length > 0) throw new Error(`Processes outlived the editor: ${left.join(', ')}`);
  return lines.join('\n');
}
