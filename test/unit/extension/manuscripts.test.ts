import { TestWorkspace, type TestDocument } from './support/workspace';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProseDocuments } from '../../../src/completion/documents';
import { Manuscripts } from '../../../src/extension/manuscript/manuscripts';
import type { KeptText } from '../../../src/protocol/decoder';

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe('the manuscript of a document', () => {
  let folder: string;
  let outside: string;
  let workspace: TestWorkspace;
  let manuscripts: Manuscripts;
  let kept: readonly KeptText[];
  let defined: Map<string, string>;
  const log: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-manuscript-'));
    outside = mkdtempSync(join(tmpdir(), 'biogpt-outside-'));
    workspace = new TestWorkspace(folder);
    kept = [];
    defined = new Map();
    log.length = 0;
    manuscripts = new Manuscripts(
      {
        keep: (texts) => (kept = texts),
        define: ({ uri }, definitions) => void defined.set(uri.toString(), definitions),
      },
      (line) => log.push(line),
    );
  });
  afterEach(() => {
    manuscripts.dispose();
    for (const each of [folder, outside]) rmSync(each, { recursive: true, force: true });
  });

  /** The other files' texts, nearest first, once nothing more is read. */
  async function othersOf(document: TestDocument): Promise<string[]> {
    const texts = (): string[] =>
      manuscripts.textsFor(document.document).map((id) => kept.find((text) => text.id === id)?.text ?? '?');
    texts();
    await manuscripts.idle();
    return texts();
  }

  /** Waits until something holds. @returns milliseconds that it took */
  async function until(holds: () => boolean, most = 5_000): Promise<number> {
    const started = performance.now();
    while (!holds()) {
      if (performance.now() - started > most) assert.fail(`not within ${most} ms`);
      await sleep(5);
    }
    return performance.now() - started;
  }

  const thesis = (body: string, head = ''): void =>
    workspace.write('thesis.tex', `\\documentclass{book}\n${head}\n\\begin{document}\n${body}\n\\end{document}\n`);

  it('is its main document with all that it reads, the nearest first', async () => {
    thesis('\\include{chapters/a}\n\\include{chapters/b}\n\\include{chapters/c}');
    workspace.write('chapters/a.tex', 'Alpha.');
    workspace.write('chapters/b.tex', 'Beta. \\input{chapters/table}');
    workspace.write('chapters/table.tex', 'Table.');
    workspace.write('chapters/c.tex', 'Gamma.');
    workspace.write('chapters/unrelated.tex', 'Nothing.');
    assert.deepEqual(await othersOf(await workspace.open('chapters/c.tex')), ['Table.', 'Beta.', 'Alpha.', '']);
  });

  it('is a Quarto book', async () => {
    workspace.write(
      '_quarto.yml',
      'book:\n  chapters:\n    - index.qmd\n    - part: One\n      chapters: [a.qmd, b.qmd]\n',
    );
    workspace.write('index.qmd', 'Index.\n\n{{< include _part.qmd >}}\n');
    workspace.write('_part.qmd', 'Part.');
    workspace.write('a.qmd', 'Alpha.');
    workspace.write('b.qmd', 'Beta.');
    workspace.write('c.qmd', 'Gamma.');
    assert.deepEqual(await othersOf(await workspace.open('a.qmd')), ['Part.', 'Beta.', 'Index.']);
    assert.deepEqual(await othersOf(await workspace.open('c.qmd')), []);
  });

  it('ends, whatever reads what', async () => {
    thesis('\\input{a}\\input{thesis}\\input{missing}\\input{a}');
    workspace.write('a.tex', '% !TEX root = b.tex\nAlpha. \\input{b}\\input{a}');
    workspace.write('b.tex', '% !TEX root = a.tex\nBeta. \\input{a}\\input{thesis}');
    assert.deepEqual(await othersOf(await workspace.open('a.tex')), ['Beta.', '']);
    assert.deepEqual(await othersOf(await workspace.open('b.tex')), ['Alpha.', '']);
    assert.deepEqual(log, []);
  });

  it('is found among hundreds of files, and each is read once', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `chapter${i}`);
    thesis(names.map((name) => `\\input{${name}}`).join('\n'));
    for (const name of names) workspace.write(`${name}.tex`, `The ${name} is here.`);
    const document = await workspace.open('chapter280.tex');
    const others = await othersOf(document);
    assert.equal(others.length, 300);
    assert.equal(others[0], 'The chapter279 is here.');
    // Each for what it reads, and for its prose; main documents are looked for once.
    assert.ok(workspace.read.length <= 2 * 301, String(workspace.read.length));
    workspace.read.length = workspace.asked = 0;
    const neighbor = await workspace.open('chapter281.tex');
    await othersOf(neighbor);
    workspace.edit(neighbor, 'Sivelestat.');
    await until(() => kept.some(({ text }) => text === 'Sivelestat.'));
    // The neighbor is open now; its first neighbor was not yet wanted as text.
    assert.ok(workspace.read.length <= 2, workspace.read.join('\n'));
    assert.equal(workspace.asked, 0);
  });

  it('is as much as fits, and what does not fit is not read again', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `long${i}`);
    thesis(names.map((name) => `\\input{${name}}`).join('\n'));
    for (const [i, name] of names.entries())
      workspace.write(
        `${name}.tex`,
        Array.from(
          { length: 4_000 },
          (_, n) => `Sentence ${i * 4_000 + n} of this file is about the plasma of patients.`,
        ).join('\n\n'),
      );
    const document = await workspace.open('long0.tex');
    const texts = await othersOf(document);
    const total = texts.reduce((sum, text) => sum + text.length, 0);
    assert.ok(total > 1_000_000 && total <= 1_500_000, String(total));
    workspace.read.length = 0;
    workspace.write('long1.tex', 'Short.', false);
    await until(() => kept.some(({ text }) => text === 'Short.'));
    assert.ok(workspace.read.length <= 4, workspace.read.join('\n'));
  });

  it('holds nothing from outside of its folder, nothing too large, and nothing that is no file', async function () {
    this.timeout(30_000);
    workspace.write(join(outside, 'far.tex'), 'Tirofiban.');
    workspace.write(join(outside, 'root.tex'), '\\documentclass{book}\\begin{document}\\input{secret}\\end{document}');
    symlinkSync(join(outside, 'far.tex'), join(folder, 'link.tex'));
    symlinkSync(outside, join(folder, 'linked'));
    symlinkSync('/dev/zero', join(folder, 'device.tex'));
    execFileSync('mkfifo', [join(folder, 'pipe.tex')]);
    const up = `../${outside.split('/').at(-1)!}`;
    const names = [
      'near',
      'link',
      'linked/far',
      `${up}/far`,
      join(outside, 'far'),
      'near/../../../etc/passwd',
      '/dev/zero',
      'device',
      'pipe',
      'large',
      'binary',
      'folder.tex',
      '~/far',
      '$HOME/far',
    ];
    thesis(names.map((name) => `\\input{${name}}`).join('\n'));
    workspace.write('near.tex', 'Near.');
    workspace.write('large.tex', 'Large. '.repeat(750_000));
    workspace.write('binary.tex', 'Binary\0.');
    workspace.write('folder.tex/x.tex', 'Folder.');
    workspace.write('last.tex', `% !TEX root = ${up}/root.tex\nLast.`);
    const near = await workspace.open('near.tex');
    const last = await workspace.open('last.tex');
    const started = performance.now();
    assert.deepEqual(await othersOf(near), ['']);
    assert.deepEqual(await othersOf(last), []);
    assert.ok(performance.now() - started < 10_000);
    assert.deepEqual(log, ['large.tex: 5 MB, not read with the manuscript.']);
    assert.deepEqual(
      workspace.read.filter((path) => !path.startsWith(`${folder}/`) || /link|device|pipe|large|folder/.test(path)),
      [],
    );
  });

  it('is not looked for in a file of 5 MB, which others may read', async () => {
    thesis('\\input{large}\\input{a}');
    workspace.write('a.tex', 'Alpha.');
    workspace.write('large.tex', 'Large. '.repeat(750_000));
    const large = await workspace.open('large.tex');
    assert.deepEqual(await othersOf(large), []);
    assert.deepEqual(await othersOf(await workspace.open('a.tex')), ['']);
    // What was small when it was opened may grow.
    const a = workspace.documents.at(-1)!;
    workspace.edit(a, 'Alpha. '.repeat(750_000));
    await sleep(50);
    assert.deepEqual(await othersOf(a), ['']);
  });

  describe('when one of its files changes', () => {
    let own: TestDocument;
    beforeEach(async () => {
      thesis('\\input{a}\\input{b}');
      workspace.write('a.tex', 'Alpha.');
      workspace.write('b.tex', 'Beta.');
      own = await workspace.open('b.tex');
      assert.deepEqual(await othersOf(own), ['Alpha.', '']);
    });
    const holds = (text: string) => (): boolean => kept.some((each) => each.text.includes(text));

    it('has it within a second, saved or not, however long the writer goes on', async () => {
      const other = await workspace.open('a.tex');
      let text = 'Alpha. Sivelestat was given.';
      let typing = true;
      const typist = (async () => {
        for (; typing; await sleep(40)) workspace.edit(other, (text += ' And'));
      })();
      const took = await until(holds('Sivelestat'));
      assert.ok(took < 1_000, `${took} ms`);
      const later = text.length;
      const again = await until(() => kept.some((each) => each.text.length > later + 4));
      typing = false;
      await typist;
      assert.ok(again < 1_000, `${again} ms`);
    });

    it('has what was written on disk, what is new, and not what is gone', async () => {
      workspace.write('a.tex', 'Alpha. Ulinastatin.', false);
      assert.ok((await until(holds('Ulinastatin'))) < 1_000);
      thesis('\\input{a}\\input{b}\\input{c}');
      workspace.write('c.tex', 'Gamma.');
      await until(holds('Gamma'));
      workspace.delete('a.tex');
      await until(() => !holds('Ulinastatin')());
    });

    it('has what is on disk when an edit is discarded', async () => {
      const other = await workspace.open('a.tex');
      workspace.edit(other, 'Nonsense.');
      await until(holds('Nonsense'));
      workspace.close(other);
      await until(() => holds('Alpha.')() && !holds('Nonsense')());
    });

    it('lets go of all texts when nobody writes any more', async () => {
      workspace.close(own);
      await until(() => kept.length === 0);
    });
  });

  describe('defines', () => {
    const HEAD =
      '\\usepackage{tcolorbox}\n\\newcommand{\\drug}{aspirin}\n\\input{macros}\n\\renewcommand{\\dose}{81 mg}';
    let documents: ProseDocuments;
    beforeEach(() => {
      documents = new ProseDocuments();
      manuscripts.dispose();
      manuscripts = new Manuscripts(
        { keep: (texts) => (kept = texts), define: ({ uri }, text) => documents.defineElsewhere(uri.toString(), text) },
        (line) => log.push(line),
      );
      thesis('\\include{a}\\input{notation}\\include{b}', HEAD);
      workspace.write('macros.tex', '\\newtcblisting{rcode}{listing only}\n\\newcommand{\\dose}{%\n  100 mg}\n');
      workspace.write('notation.tex', 'Here is \\emph{notation}.\n\n\\newcommand{\\trial}{PARADIGM}\n\nIt is short.');
      workspace.write('a.tex', 'We gave \\drug{} to all in \\trial{}.');
      workspace.write('b.tex', 'We gave \\dose{} of \\drug{} in \\trial{}\n\\begin{rcode}\nx$y\n\\end{rcode}\nto all');
    });

    const scopeIn = (document: TestDocument, at: string) => {
      const text = document.getText();
      const open = documents.open(document.uri.toString(), 'latex', text.length, () => text);
      return open.scopeAt(text.indexOf(at));
    };

    it('what its main document and the files before it do, for a chapter and for what others read of it', async () => {
      const b = await workspace.open('b.tex');
      // Open before its manuscript is known, and after.
      scopeIn(b, 'to all');
      const others = await othersOf(b);
      assert.deepEqual(scopeIn(b, '$y'), { prose: false, reason: 'verbatim' });
      const scope = scopeIn(b, 'to all');
      assert.match((scope.prose && scope.textBefore) || '', /^We gave 81 mg of aspirin in PARADIGM/);
      // The notation comes behind the first chapter.
      assert.ok(
        others.includes('We gave aspirin to all in.') || others.includes('We gave aspirin to all in .'),
        others.join('|'),
      );
      documents.close(b.uri.toString());
      assert.deepEqual(scopeIn(b, '$y'), { prose: false, reason: 'verbatim' });
    });

    it('what its own head reads', async () => {
      workspace.write(
        'paper.tex',
        '\\documentclass{article}\n\\input{macros}\n\\begin{document}\nWe gave \\dose{} to all\n\\end{document}',
      );
      const paper = await workspace.open('paper.tex');
      await othersOf(paper);
      const scope = scopeIn(paper, 'to all');
      assert.equal(scope.prose && scope.textBefore, 'We gave 100 mg ');
    });

    it('anew when the head is changed, within a second', async () => {
      const b = await workspace.open('b.tex');
      const main = await workspace.open('thesis.tex');
      await othersOf(b);
      workspace.edit(main, main.getText().replace('aspirin', 'warfarin'));
      const took = await until(() => {
        const scope = scopeIn(b, 'to all');
        return scope.prose && scope.textBefore.includes('warfarin');
      });
      assert.ok(took < 1_000, `${took} ms`);
      await until(() => kept.some(({ text }) => text.includes('gave warfarin')));
    });
  });
});
