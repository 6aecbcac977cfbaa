import { configuration, editor, resetEditor, told } from './support/vscode';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { forkDecoder } from '../../../src/client/forkDecoder';
import { Supervisor } from '../../../src/client/supervisor';
import { systemClock } from '../../../src/completion/clock';
import { ProseDocuments } from '../../../src/completion/documents';
import { Failures } from '../../../src/extension/failures';
import { ShippedGlossary } from '../../../src/extension/glossary/shippedGlossary';
import { MineText } from '../../../src/extension/mining/command';
import { Miners } from '../../../src/extension/mining/miningDecoder';
import type { MiningView } from '../../../src/extension/mining/view';
import { makeTaskModels, type TaskModels } from '../../e2e/support/taskModels';
import { bundleOf } from '../../support/bundle';
import { TestUri, TestWorkspace, type TestDocument } from './support/workspace';

const GLOSSARY = join(__dirname, '..', '..', '..', 'glossary');
const ABSTRACT = 'In twelve patients cisplatin led to nephrotoxicity. Amphotericin did not cause hypokalemia.';

/** The commands of text mining with the real decoder; the panel's page is the test. */
class Desk {
  readonly views: MiningView[] = [];
  readonly workspace: TestWorkspace;
  readonly folder = mkdtempSync(join(tmpdir(), 'biogpt-desk-'));
  readonly decoder: Supervisor;
  readonly glossary = new ShippedGlossary(GLOSSARY);
  readonly command: MineText;
  /** Called with each view. */
  onView: (view: MiningView) => void = () => undefined;
  private press: (message: unknown) => void = () => undefined;
  private closed: () => void = () => undefined;
  private readonly miners: Miners;

  /** @param modelDir of the model that writes */
  constructor(modulePath: string, modelDir: string) {
    this.workspace = new TestWorkspace(this.folder);
    const launch = (): ReturnType<typeof forkDecoder> => forkDecoder({ modulePath, onOutput: () => undefined });
    const shared = { launch, clock: systemClock, idleMinutes: () => 0, log: () => undefined };
    this.decoder = new Supervisor({
      ...shared,
      models: { choose: async () => ({ modelDir, threads: 1 }), refused: () => false },
      onStateChange: () => undefined,
      onGiveUp: () => undefined,
    });
    this.miners = new Miners({ ...shared, writing: this.decoder, inUse: async () => modelDir, threads: () => 1 });
    Object.assign(editor.window, {
      activeTextEditor: undefined,
      visibleTextEditors: [],
      activeColorTheme: { kind: 1 },
      createTextEditorDecorationType: () => ({ dispose: () => undefined }),
      showSaveDialog: async () => TestUri.file(join(this.folder, 'exported')),
      createWebviewPanel: () => ({
        webview: {
          postMessage: async (view: MiningView) => {
            this.views.push(view);
            this.onView(view);
          },
          onDidReceiveMessage: (take: (message: unknown) => void) => void (this.press = take),
        },
        onDidDispose: (listener: () => void) => void (this.closed = listener),
        reveal: () => undefined,
        dispose: () => undefined,
      }),
    });
    const { fs } = editor.workspace as unknown as { fs: Record<string, unknown> };
    fs['writeFile'] = ({ path }: TestUri, bytes: Uint8Array) => writeFile(path, bytes);
    fs['readFile'] = async () => new Uint8Array();
    this.command = new MineText({
      extensionUri: TestUri.file('/') as unknown as vscode.Uri,
      documents: new ProseDocuments(),
      miners: this.miners,
      glossary: this.glossary,
      models: {
        roots: () => [],
        inUse: async () => modelDir,
        installed: async () => [],
        installPubMedQa: async () => undefined,
      },
      failures: new Failures(() => undefined),
      log: () => undefined,
    });
  }

  async dispose(): Promise<void> {
    this.command.dispose();
    this.glossary.dispose();
    await this.miners.dispose();
    await this.decoder.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Opens a file with the cursor at its beginning, or with a part of it selected. */
  async open(name: string, text: string, selected: [from: number, to: number] = [0, 0]): Promise<TestDocument> {
    this.workspace.write(name, text);
    const document = await this.workspace.open(name);
    const [start, end] = selected;
    Object.assign(editor.window, {
      activeTextEditor: { document, selection: { isEmpty: start === end, start, end, active: end } },
    });
    return document;
  }

  /** Presses something in the panel. */
  act(message: unknown): void {
    this.press(message);
  }

  closePanel(): void {
    this.closed();
  }

  get view(): MiningView {
    return this.views.at(-1)!;
  }

  /** Waits until the panel shows what is asked for. */
  async shown(fits: (view: MiningView) => boolean): Promise<MiningView> {
    while (this.views.length === 0 || !fits(this.view)) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.view;
  }

  async exported(format: string): Promise<string> {
    const before = this.views.length;
    this.act({ do: 'export', format });
    await this.shown(() => this.views.length > before);
    await this.shown(({ status }) => status.startsWith('Exported'));
    return readFileSync(join(this.folder, 'exported'), 'utf8');
  }
}

describe('text mining in the editor, with the real decoder', function () {
  this.timeout(60_000);
  let bundle: { path: string; remove: () => Promise<void> };
  let models: TaskModels;
  let endless: TaskModels;
  let desk: Desk;

  before(async () => {
    bundle = await bundleOf('decoder');
    [models, endless] = [await makeTaskModels(), await makeTaskModels({ endless: true })];
  });
  after(async () => {
    models?.remove();
    endless?.remove();
    await bundle?.remove();
  });
  beforeEach(() => resetEditor());
  afterEach(async () => {
    configuration.values = {};
    await desk.dispose();
  });

  const cells = ({ table }: MiningView): (string | number | null)[][] => table!.rows.map((row) => row.cells);

  it('shows each relation as soon as it is written, and its probability in the end', async () => {
    desk = new Desk(bundle.path, models.relations);
    await desk.open('a.md', ABSTRACT);
    await desk.command.run('relations');
    const { views, view } = desk;
    assert.deepEqual([views[0]!.phase, view.phase], ['loading', 'done']);
    const counts = views.map(({ table, apart }) => (table?.rows.length ?? 0) + (apart?.rows.length ?? 0));
    const [first, second] = [counts.indexOf(1), counts.indexOf(2)];
    assert.ok(first > 0 && second > first && views[first]!.phase === 'reading', counts.join(' '));
    assert.equal(cells(views[first]!)[0]!.at(-2), null);
    for (const row of cells(view)) assert.ok((row.at(-2) as number) > 0);
    assert.equal(view.status, '3 relations found (1 not in the text).');
  });

  it('gives names the identifiers of the glossary, and exports them', async () => {
    desk = new Desk(bundle.path, models.relations);
    await desk.open('a.md', ABSTRACT);
    await desk.command.run('relations');
    assert.deepEqual(
      cells(desk.view).map(([first]) => first),
      ['cisplatin (CHEBI:27899)', 'Amphotericin'],
    );
    for (const format of ['tsv', 'jsonl', 'pubtator', 'bioc-json'])
      assert.match(await desk.exported(format), /CHEBI:27899/, format);
  });

  it('reads a document in the form of PubTator with what is marked in it', async () => {
    desk = new Desk(bundle.path, models.relations);
    const [title, text] = ['Cisplatin and nephrotoxicity', ABSTRACT];
    const marks = ['7\t0\t9\tCisplatin\tChemical\tD002945', '7\t14\t28\tnephrotoxicity\tDisease\tD007674'];
    const block = `7|t|${title}\r\n7|a|${text}\r\n${marks.join('\r\n')}\r\n`;
    const before = '6|t|Another\n6|a|Of no concern.\n\n';
    const document = await desk.open('a.txt', before + block, [before.length + 3, before.length + 3]);
    await desk.command.run('relations');
    assert.deepEqual(cells(desk.view)[0]!.slice(0, 2), ['Cisplatin (D002945)', 'nephrotoxicity (D007674)']);
    const written = await desk.exported('pubtator');
    assert.ok(written.startsWith(`7|t|${title}\n7|a|${text}\n${marks[0]}\n${marks[1]}\n`), written);
    assert.match(written, /^7\tcauses\tD002945\tD007674$/m);
    // Where the evidence stands in the file.
    const ranges: string[] = [];
    Object.assign(editor, {
      Range: class {
        constructor(from: number, to: number) {
          ranges.push(document.getText().slice(from, to));
        }
      },
    });
    desk.act({ do: 'mark', row: desk.view.table!.rows[0]!.id });
    await new Promise(setImmediate);
    assert.deepEqual(ranges.slice(0, 2), ['Cisplatin', 'cisplatin']);
    assert.ok(ranges.includes('In twelve patients cisplatin led to nephrotoxicity.'), ranges.join(' / '));
  });

  it('stops midway: the panel says so and shows what was whole, and the decoder is free', async () => {
    desk = new Desk(bundle.path, endless.relations);
    await desk.open('a.md', ABSTRACT);
    desk.onView = ({ phase, table }) => {
      if (phase === 'reading' && table) desk.act({ do: 'stop' });
    };
    await desk.command.run('relations');
    desk.onView = () => undefined;
    const { phase, status, progress, table } = desk.view;
    assert.deepEqual([phase, progress], ['stopped', null]);
    assert.match(status, /^Stopped\. \d relations? found/);
    assert.ok(table!.rows.length >= 1);
    const shown = desk.views.length;
    const { tokens } = await desk.decoder.complete({
      textBefore: 'Cisplatin',
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 2 },
    });
    assert.equal(tokens, 2);
    assert.equal(desk.views.length, shown, 'nothing comes behind the end');
    assert.equal(desk.decoder.state.kind, 'ready');
    desk.act({ do: 'again' });
    await desk.shown((view) => view.phase === 'done');
    assert.ok(cells(desk.view).every((row) => row.at(-2) !== null));
  });

  it('a panel that is closed midway, or another text, ends the run before', async () => {
    desk = new Desk(bundle.path, endless.relations);
    await desk.open('a.md', ABSTRACT);
    const running = desk.command.run('relations');
    await desk.shown(({ phase, table }) => phase === 'reading' && table !== null);
    desk.closePanel();
    const shown = desk.views.length;
    await running;
    assert.equal(desk.views.length, shown);
    const first = desk.command.run('relations');
    await desk.shown(({ phase, source }) => phase === 'reading' && source.includes('a.md'));
    await desk.open('b.md', 'Cisplatin did harm.');
    await desk.command.run('relations');
    await first;
    assert.match(desk.view.source, /b\.md/);
    assert.equal(desk.view.phase, 'done');
    assert.equal(desk.decoder.state.kind, 'ready');
  });

  it('says what is wrong with a text or a model, and opens no panel', async () => {
    desk = new Desk(bundle.path, models.relations);
    const said = async (name?: string, text = '', selected?: [number, number]): Promise<string> => {
      if (name === undefined) Object.assign(editor.window, { activeTextEditor: undefined });
      else await desk.open(name, text, selected);
      resetEditor();
      await desk.command.run('relations');
      assert.equal(desk.views.length, 0);
      return told.map(({ message }) => message).join();
    };
    const code = '```python\nprint("cisplatin")\n```\n';
    const long = 'Cisplatin harms kidneys.\n\n'.repeat(8000);
    assert.match(await said(), /^Open a Markdown, LaTeX, or plain text file first/);
    assert.match(await said('empty.md'), /^There is no running text at the cursor/);
    assert.match(await said('blank.md', ' \n\n \n', [0, 4]), /^The selection contains no running text/);
    assert.match(await said('code.md', code, [0, code.length]), /^The selection contains no running text/);
    assert.match(await said('code.tex', '\\section{}%x\n', [0, 12]), /^The selection contains no running text/);
    assert.match(
      await said('long.md', long, [0, long.length]),
      /^The text is too long \(208,000 characters\)\. Select at most 100,000 characters at a time\./,
    );
    const marked = '1|t|A title\n1|a|x\n1\t3\t8\ttitle\tDisease\tD1\n';
    assert.match(
      await said('wrong.txt', `\n${marked}`, [5, 5]),
      /^This PubTator document cannot be read\. Check line 4:/,
    );

    const broken = join(desk.folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'model.json'), '{"task": 1');
    for (const [model, problem] of [
      [models.classes, /Tiny classes is fine-tuned for hoc and cannot extract relations\./],
      [broken, /The model .*broken, set in biogpt\.mining\.relationModel, cannot be used\. .*JSON/],
    ] as const) {
      configuration.values = { 'biogpt.mining.relationModel': model };
      assert.match(await said('fine.md', ABSTRACT), problem);
    }
  });
});
