// A hand inside the editor: does in one step, between two tests, what would take a person many keys. It serves a socket
// in the folder `drivers` of the server's home; each connection is one order, a line of JSON, and gets one line back.
const { mkdirSync, readFileSync, rmSync } = require('node:fs');
const { createServer } = require('node:net');
const { homedir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const vscode = require('vscode');

const PATIENCE_MS = 5_000;

/** Waits until `ready` holds. */
async function until(what, ready) {
  for (const deadline = Date.now() + PATIENCE_MS; !ready(); await delay(20))
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
}

const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

const ORDERS = {
  /** Throws away what is unsaved, and closes all that has been opened. */
  async clear() {
    const run = vscode.commands.executeCommand;
    await run('workbench.action.closeQuickOpen');
    for (const deadline = Date.now() + PATIENCE_MS; tabs().length > 0;) {
      if (Date.now() > deadline) throw new Error(`still open: ${tabs().map(({ label }) => label)}`);
      await run('workbench.action.focusActiveEditorGroup');
      await run('workbench.action.revertAndCloseActiveEditor');
    }
    await run('workbench.action.closePanel');
    await run('notifications.clearAll');
    // An extension may hold documents for minutes, but none with other text than the disk's.
    await until('nothing is unsaved', () => !vscode.workspace.textDocuments.some(({ isDirty }) => isDirty));
  },

  /** Opens a file as it is on the disk. */
  async open({ path }) {
    const uri = vscode.Uri.file(path);
    // Not `openTextDocument`, which keeps what it has opened for minutes.
    await vscode.commands.executeCommand('vscode.open', uri, { preview: false });
    const text = readFileSync(path, 'utf8');
    await until(`${path} is in front`, () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.fsPath === uri.fsPath && document.getText() === text;
    });
  },

  /** Changes a setting of the workspace. */
  async configure({ setting, value }) {
    await vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Workspace);
  },
};

async function answer(line) {
  try {
    const { order, ...details } = JSON.parse(line);
    await ORDERS[order](details);
    return {};
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
}

exports.activate = (context) => {
  const folder = join(homedir(), 'drivers');
  mkdirSync(folder, { recursive: true });
  const socket = join(folder, String(process.pid));
  const server = createServer((connection) => {
    let asked = '';
    connection.setEncoding('utf8');
    connection.on('error', () => connection.destroy());
    connection.on('data', async (chunk) => {
      asked += chunk;
      if (asked.endsWith('\n')) connection.end(`${JSON.stringify(await answer(asked))}\n`);
    });
  });
  server.listen(socket);
  context.subscriptions.push({
    dispose: () => {
      server.close();
      rmSync(socket, { force: true });
    },
  });
};
