// Opens files in a real VS Code with the extension, types, and takes a picture. See README.md.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { launchChromium } from './chromium.js';
import { startCodeServer } from './codeServer.js';
import { Workbench } from './workbench.js';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      screenshot: { type: 'string', default: 'out/look.png' },
      extension: { type: 'string', default: join(__dirname, '..', '..') },
      file: { type: 'string' },
      language: { type: 'string', default: 'markdown' },
      text: { type: 'string', default: '# Draft\n\n' },
      type: { type: 'string' },
      command: { type: 'string', multiple: true, default: [] },
      accept: { type: 'boolean', default: false },
      status: { type: 'string', default: 'BioGPT' },
      settings: { type: 'string', default: '{}' },
      wait: { type: 'string', default: '0' },
      log: { type: 'boolean', default: false },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'biogpt-look-'));
  const extensionOf: Record<string, string> = { markdown: 'md', latex: 'tex' };
  const file = join(folder, values.file ? basename(values.file) : `draft.${extensionOf[values.language] ?? 'txt'}`);
  if (values.file) cpSync(resolve(values.file), file);
  else writeFileSync(file, values.text.replace(/\\n/g, '\n'));

  const server = await startCodeServer({
    extension: values.extension,
    settings: JSON.parse(values.settings) as Record<string, unknown>,
    log: console.error,
  });
  const browser = await launchChromium();
  try {
    const workbench = await Workbench.open(browser, server, { folder, files: [file] });
    const path = resolve(values.screenshot);
    mkdirSync(dirname(path), { recursive: true });
    try {
      await workbench.waitForStatusItem(new RegExp(values.status));
      await workbench.focusEnd(file);
      if (values.type !== undefined) {
        await workbench.type(values.type);
        console.log('ghost text:', JSON.stringify(await workbench.waitForGhostText()));
        if (values.accept) await workbench.page.keyboard.press('Tab');
        if (values.accept) console.log('text:', JSON.stringify(await workbench.savedText(file)));
      }
      for (const command of values.command) await workbench.runCommand(command);
      await workbench.page.waitForTimeout(Number(values.wait));
    } finally {
      await workbench.screenshot(path);
      console.log('picture:', path);
      console.log('notifications:', JSON.stringify(await workbench.notifications()));
      console.log('requests to other machines:', workbench.foreignRequests.length);
      if (values.log) console.log(workbench.consoleLines.join('\n'));
    }
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
