import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.js';
import { startCodeServer, type CodeServer } from '../host/codeServer.js';
import { Workbench } from '../host/workbench.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';
import { sharedBrowser, sharedServer } from './support/sharedEditor.js';

/** Drugs that the starter does not know: half-typed, and the rest of their names. */
const NAFAMOSTAT = ['nafam', 'ostat'] as const;
const ULINASTATIN = ['ulinas', 'tatin'] as const;

const about = (drug: string): string =>
  `Many patients were treated with ${drug} in this trial. The use of ${drug} was common.`;

/** Types the last letter of a half word anew until ghost text finishes it. @returns the last ghost text */
async function finished(workbench: Workbench, half: string, rest: string, tries: number): Promise<string> {
  await workbench.type(` In the intervention group, patients received ${half}`);
  let ghost = '';
  for (let i = 0; i < tries; i++) {
    ghost = await workbench.waitForGhostText(2_000).catch(() => '');
    if (ghost.startsWith(rest)) return ghost;
    await workbench.page.keyboard.press('Backspace');
    await workbench.type(half.slice(-1));
  }
  return ghost;
}

describe('a manuscript of several files', function () {
  let folder: string;
  let outside: string;
  let workbench: Workbench;
  const introduction = (): string => join(folder, 'chapters', 'chapter1.tex');
  const results = (): string => join(folder, 'chapters', 'chapter9.tex');

  before(async function () {
    requireChromium(this);
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-manuscript-'));
    outside = mkdtempSync(join(tmpdir(), 'biogpt-e2e-outside-'));
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    };
    const names = Array.from({ length: 12 }, (_, i) => `chapters/chapter${i + 1}`);
    const far = join(outside, 'far.tex');
    const lines = [
      ...names.map((name) => `\\include{${name}}`),
      '\\input{missing}',
      '\\input{thesis}',
      '\\input{link}',
    ];
    write(
      join(folder, 'thesis.tex'),
      `\\documentclass{book}\n\\begin{document}\n${lines.join('\n')}\n\\input{${far}}\n\\input{/dev/zero}\n\\end{document}\n`,
    );
    for (const name of names) write(join(folder, `${name}.tex`), '\\chapter{One}\n\nThe patients were followed.');
    write(introduction(), `\\chapter{Introduction}\n\n${about('nafamostat')}`);
    write(results(), '\\chapter{Results}\n\nThe trial ended early.');
    write(far, about('zelofaxiban'));
    symlinkSync(far, join(folder, 'link.tex'));
    workbench = await Workbench.open(await sharedBrowser(), await sharedServer(), { folder, files: [results()] });
    await workbench.waitForStatusItem(/BioGPT/);
  });

  after(async () => {
    await workbench?.close();
    for (const each of [folder, outside]) if (each !== undefined) rmSync(each, { recursive: true, force: true });
  });

  const bringToFront = async (path: string): Promise<void> => {
    const { page } = workbench;
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input').first().fill(basename(path));
    await page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: basename(path) })
      .first()
      .click();
    await workbench.focusEnd(path);
  };

  it('lends its words to another chapter', async () => {
    await workbench.focusEnd(results());
    const [half, rest] = NAFAMOSTAT;
    assert.match(await finished(workbench, half, rest, 30), new RegExp(`^${rest}`));
  });

  it('lends what has just been written in another chapter, saved or not', async () => {
    await bringToFront(introduction());
    await workbench.type(` ${about('ulinastatin')}`, 5);
    await bringToFront(results());
    await workbench.type('ostat. ');
    const [half, rest] = ULINASTATIN;
    assert.match(await finished(workbench, half, rest, 30), new RegExp(`^${rest}`));
  });

  it('is not read outside of its folder, however it is named', async () => {
    await workbench.focusEnd(results());
    await workbench.type('tatin. ');
    assert.doesNotMatch(await finished(workbench, 'zelof', 'axiban', 3), /^axiban/);
  });
});

describe('a Quarto book', function () {
  let folder: string;
  let browser: Browser;
  let server: CodeServer;
  let workbench: Workbench;

  before(async function () {
    requireChromium(this);
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-book-'));
    const names = Array.from({ length: 12 }, (_, i) => `chapter${i + 1}.qmd`);
    const chapters = ['index.qmd', ...names].map((name) => `    - ${name}\n`).join('');
    writeFileSync(join(folder, '_quarto.yml'), `project:\n  type: book\nbook:\n  chapters:\n${chapters}`);
    for (const name of ['index.qmd', ...names])
      writeFileSync(join(folder, name), '# A chapter\n\nThe patients were followed.\n');
    writeFileSync(join(folder, 'chapter1.qmd'), '# Introduction\n\n{{< include _drug.qmd >}}\n');
    writeFileSync(join(folder, '_drug.qmd'), about('nafamostat'));
    writeFileSync(join(folder, 'chapter9.qmd'), '# Results\n\nThe trial ended early.');
    mkdirSync(join(folder, '.vscode'));
    // Without Quarto's extension its files are plain text.
    writeFileSync(
      join(folder, '.vscode', 'settings.json'),
      JSON.stringify({ 'files.associations': { '*.qmd': 'markdown' } }),
    );
    browser = await launchChromium();
    server = await startCodeServer({ extension: await packagedExtension() });
    workbench = await Workbench.open(browser, server, { folder, files: [join(folder, 'chapter9.qmd')] });
  });

  after(async () => {
    await workbench?.close();
    await browser?.close();
    await server?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('lends the words of one chapter to another', async () => {
    await workbench.focusEnd(join(folder, 'chapter9.qmd'));
    const [half, rest] = NAFAMOSTAT;
    assert.match(await finished(workbench, half, rest, 30), new RegExp(`^${rest}`));
  });
});
