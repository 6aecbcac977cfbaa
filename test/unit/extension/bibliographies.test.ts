import { TestWorkspace, type TestDocument } from './support/workspace';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { Bibliographies } from '../../../src/extension/bibliographies';

function bibTeX(title: string): string {
  return `@article{doe2024,\n  author = {Doe, Jane},\n  title = {${title}},\n  year = {2024},\n}\n`;
}

describe('the bibliographies of a document', () => {
  let folder: string;
  let outside: string;
  let workspace: TestWorkspace;
  let bibliographies: Bibliographies;
  let log: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-bibliography-'));
    outside = mkdtempSync(join(tmpdir(), 'biogpt-outside-'));
    workspace = new TestWorkspace(folder);
    log = [];
    bibliographies = new Bibliographies((line) => log.push(line));
    workspace.write('good.bib', bibTeX('zanubrutinib'));
    writeFileSync(join(outside, 'far.bib'), bibTeX('glofitamab'));
  });
  afterEach(() => {
    bibliographies.dispose();
    for (const each of [folder, outside]) rmSync(each, { recursive: true, force: true });
  });

  async function titlesOf(document: TestDocument, count: number): Promise<string[]> {
    const asked = document as unknown as vscode.TextDocument;
    for (let i = 0; i < 300 && bibliographies.titlesFor(asked).length < count; i++)
      await new Promise((done) => setTimeout(done, 10));
    // More may come behind what is waited for.
    await new Promise((done) => setTimeout(done, 100));
    return [...bibliographies.titlesFor(asked)].sort();
  }

  async function namingAll(): Promise<TestDocument> {
    const up = `../${outside.split('/').at(-1)!}/far.bib`;
    symlinkSync(join(outside, 'far.bib'), join(folder, 'linked.bib'));
    symlinkSync(outside, join(folder, 'away'));
    const names = [up, join(outside, 'far.bib'), `${folder}/${up}`, 'linked.bib', 'away/far.bib', 'good.bib'];
    workspace.write('named.tex', names.map((name) => `\\addbibresource{${name}}`).join('\n'));
    return workspace.open('named.tex');
  }

  it('may lie elsewhere in a workspace that is trusted', async () => {
    const titles = await titlesOf(await namingAll(), 2);
    assert.deepEqual([...new Set(titles)], ['glofitamab', 'zanubrutinib']);
  });

  it('are read from inside alone in one that is not, whatever names and links say, until it is trusted', async () => {
    workspace.trust(false);
    const document = await namingAll();
    assert.deepEqual(await titlesOf(document, 1), ['zanubrutinib']);
    assert.deepEqual(
      workspace.read.filter((path) => !path.endsWith('good.bib')),
      [],
    );
    assert.equal(log.filter((line) => line.includes('(outside)')).length, 5);
    workspace.trust(true);
    assert.deepEqual([...new Set(await titlesOf(document, 2))], ['glofitamab', 'zanubrutinib']);
  });

  it('are plain files of a bounded size; a name is one line of the log', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.bib')]);
    symlinkSync('/dev/zero', join(folder, 'zero.bib'));
    symlinkSync('loop.bib', join(folder, 'loop.bib'));
    mkdirSync(join(folder, 'folder.bib'));
    const huge = openSync(join(folder, 'huge.bib'), 'w');
    ftruncateSync(huge, 2 ** 30);
    closeSync(huge);
    symlinkSync('nowhere', join(folder, 'line\nbreak\u202e.bib'));
    for (const [name, text] of Object.entries({ 'all.md': 'Text.', 'root.tex': '% !TEX root = pipe.bib\nText.' })) {
      workspace.write(name, text);
      assert.deepEqual(await titlesOf(await workspace.open(name), 1), ['zanubrutinib'], name);
    }
    assert.deepEqual([...new Set(workspace.read.map((path) => path.split('/').at(-1)))], ['good.bib']);
    assert.deepEqual([...new Set(log)].sort(), [
      'folder.bib: not read (notPlain).',
      'good.bib: titles of 1 works in 1 entries.',
      'huge.bib: not read (tooLarge).',
      'line\\u{a}break\\u{202e}.bib: not read (absent).',
      'loop.bib: not read (absent).',
      'pipe.bib: not read (notPlain).',
      'zero.bib: not read (notPlain).',
    ]);
  });

  it('are a hundred at most', async () => {
    for (let i = 0; i < 150; i++) workspace.write(`many/${i}.bib`, bibTeX(`Title ${i}`));
    workspace.write('many/all.md', 'Text.');
    const document = await workspace.open('many/all.md');
    await titlesOf(document, 100);
    assert.equal(workspace.read.filter((path) => path.endsWith('.bib')).length, 100);
  });
});
