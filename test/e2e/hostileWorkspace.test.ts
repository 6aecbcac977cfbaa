import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCodeServer, type CodeServer } from '../host/codeServer.js';
import { Workbench } from '../host/workbench.js';
import { Dialogs } from './support/dialogs.js';
import { DRUGS, writeHostileWorkspace, type HostileWorkspace } from './support/hostileWorkspace.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';
import { sharedBrowser } from './support/sharedEditor.js';
import { requireStrace, SystemCalls } from './support/systemCalls.js';

describe('a hostile workspace', function () {
  let base: string;
  let workspace: HostileWorkspace;
  let listener: Server;
  let server: CodeServer;
  let calls: SystemCalls;
  let workbench: Workbench;
  /** Connections to the server that the workspace names. */
  let connections = 0;

  before(async function () {
    requireChromium(this);
    requireStrace(this);
    base = realpathSync(mkdtempSync(join(tmpdir(), 'biogpt-e2e-hostile-')));
    listener = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    workspace = writeHostileWorkspace(base, `http://127.0.0.1:${(listener.address() as AddressInfo).port}`);
    server = await startCodeServer({
      extension: await packagedExtension(),
      asksForTrust: true,
      settings: {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
        '[latex]': { 'biogpt.completion.until': 'line', 'biogpt.completion.caution': 0 },
      },
    });
    // Before any window: whatever the extension host and its children do is seen.
    calls = await SystemCalls.of([server.pid], 'open,openat,execve,connect');
    const { folder, chapter, draft } = workspace;
    workbench = await Workbench.open(await sharedBrowser(), server, { folder, files: [chapter, draft] });
    await workbench.waitForStatusItem(/BioGPT/);
  });

  after(async () => {
    await workbench?.close();
    await calls?.stop();
    await server?.stop();
    listener?.close();
    if (base !== undefined) rmSync(base, { recursive: true, force: true });
  });

  /** Files that were opened or run, folders left out, as strace writes their paths. */
  function opened(): string[] {
    return calls
      .lines()
      .filter((call) => /\b(?:open|openat|execve)\(/.test(call) && !call.includes('O_DIRECTORY'))
      .flatMap((call) => /"((?:[^"\\]|\\.)*)"/.exec(call)?.[1] ?? []);
  }

  function openedOf(ends: readonly string[]): string[] {
    return [...new Set(opened().filter((path) => ends.some((end) => `${path}/`.includes(`${end}/`))))];
  }

  /** Types half of a drug's name anew until ghost text finishes it. @returns the last ghost text */
  async function finished([half, rest]: readonly [string, string], tries: number): Promise<string> {
    await workbench.type(` In the intervention group, patients received ${half}`);
    let ghost = '';
    for (let i = 0; i < tries; i++) {
      ghost = (await workbench.waitForGhostText(2_000).catch(() => '')).trim();
      if (ghost.startsWith(rest)) break;
      await workbench.page.keyboard.press('Backspace');
      await workbench.type(half.slice(-1));
    }
    // No word of the text must begin as the drug does.
    await workbench.page.keyboard.press('Control+Backspace');
    await workbench.type('placebo.');
    return ghost;
  }

  it('gets ghost text, and nothing of what it names, in Restricted Mode', async () => {
    await workbench.waitForStatusItem(/Restricted Mode/);
    for (const file of [workspace.chapter, workspace.draft]) {
      await workbench.openFile(file);
      await workbench.type(' The patients were ');
      assert.notEqual((await workbench.waitForGhostText()).trim(), '');
    }
    assert.match(await finished(DRUGS.inside, 30), new RegExp(`^${DRUGS.inside[1]}`));
    for (const drug of [DRUGS.shared, DRUGS.secret])
      assert.doesNotMatch(await finished(drug, 2), new RegExp(`^${drug[1]}`));
    await workbench.runCommand('BioGPT: Choose Model…');
    const dialogs = new Dialogs(workbench);
    await dialogs.list('Choose a Model');
    await dialogs.row(/^BioGPT-Large,/);
    await workbench.page.keyboard.press('Escape');
    await workbench.focusEnd(workspace.draft);
    assert.ok((await workbench.savedText(workspace.draft)).includes('The patients were'));

    const { never, shared, ran } = workspace;
    // Were nothing seen, nothing would be proved.
    assert.equal(openedOf(['/workspace/refs.bib', '/workspace/part\\33[2J.tex']).length, 2);
    assert.deepEqual(openedOf([...never, ...shared]), []);
    assert.deepEqual(
      calls.lines().filter((call) => /\bconnect\(.*AF_INET/.test(call)),
      [],
    );
    assert.equal(connections, 0);
    assert.ok(!existsSync(ran), existsSync(ran) ? readFileSync(ran, 'utf8') : '');
  });

  it('is read by the names of bibliographies alone once it is trusted', async () => {
    const { never, shared, draft } = workspace;
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page
      .locator('.workspace-trust-editor .monaco-button')
      .filter({ hasText: /^Trust$/ })
      .first()
      .click();
    await workbench.statusItem(/Restricted Mode/).waitFor({ state: 'detached' });
    await workbench.openFile(draft);
    assert.match(await finished(DRUGS.shared, 30), new RegExp(`^${DRUGS.shared[1]}`));
    assert.doesNotMatch(await finished(DRUGS.secret, 2), new RegExp(`^${DRUGS.secret[1]}`));
    assert.ok(openedOf(shared).length > 0);
    assert.deepEqual(openedOf(never.filter((path) => path !== '/evil.sh')), []);
    assert.equal(connections, 0);
  });
});
