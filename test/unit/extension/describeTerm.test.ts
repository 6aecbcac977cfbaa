import { configuration } from './support/vscode';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ProseDocuments } from '../../../src/completion/documents';
import { DescribeTerm } from '../../../src/extension/describe/command';
import type { PanelView } from '../../../src/extension/describe/view';
import { Failures } from '../../../src/extension/failures';
import type { ShippedGlossary } from '../../../src/extension/glossary/shippedGlossary';
import { GlossaryError } from '../../../src/glossary/glossaryError';
import type { DescribeParams, DescribeResult } from '../../../src/protocol/decoder';
import { glossaryOf } from '../glossary/support';

/** *Describe Term* without an editor: a panel whose page is the test, and a model that says what it is told. */
class Desk {
  view!: PanelView;
  readonly asked: DescribeParams[] = [];
  readonly opened: string[] = [];
  readonly copied: string[] = [];
  fit = false;
  answer: Pick<DescribeResult, 'text' | 'finishReason'> = { text: 'Sepsis is one thing .', finishReason: 'endOfText' };
  glossary = {
    glossary: glossaryOf({ term: 'sepsis', definition: 'An infection of 3 kinds.', url: 'https://example.org/sepsis' }),
    contextOf: () => undefined,
  } as unknown as ShippedGlossary;
  private press: (message: unknown) => void = () => undefined;
  private command: DescribeTerm | undefined;

  constructor() {
    const editor = vscode as unknown as Record<string, Record<string, unknown>>;
    Object.assign(editor['Uri']!, { joinPath: () => '', parse: (url: string) => url });
    Object.assign(editor['env']!, {
      clipboard: { writeText: async (text: string) => void this.copied.push(text) },
      openExternal: async (url: string) => this.opened.push(url),
    });
    Object.assign(editor['workspace']!, { fs: { readFile: async () => new Uint8Array() } });
    Object.assign(editor['window']!, {
      activeTextEditor: undefined,
      createWebviewPanel: () => ({
        webview: {
          postMessage: async (view: PanelView) => void (this.view = view),
          onDidReceiveMessage: (take: (message: unknown) => void) => void (this.press = take),
        },
        onDidDispose: () => undefined,
        reveal: () => undefined,
        dispose: () => undefined,
      }),
    });
  }

  async describe(term: string): Promise<void> {
    this.command = new DescribeTerm({
      extensionUri: '' as unknown as vscode.Uri,
      decoder: {
        describe: async (params) => {
          this.asked.push(params);
          return { term, tokens: 1, timings: {} as DescribeResult['timings'], ...this.answer };
        },
      },
      glossary: this.glossary,
      documents: new ProseDocuments(),
      model: async () => ({ name: 'small', describes: this.fit }),
      modelName: () => 'small',
      memory: { get: (_key, otherwise) => otherwise, update: async () => undefined },
      failures: new Failures(() => undefined),
    });
    await this.command.run(term);
  }

  /** Presses something in the panel, and waits for what comes of it. */
  async act(message: unknown): Promise<void> {
    this.press(message);
    await new Promise(setImmediate);
  }
}

describe('Describe Term', () => {
  let desk: Desk;
  beforeEach(() => (desk = new Desk()));
  afterEach(() => (configuration.values = {}));

  it('shows definitions, and does not ask a model that is not fit', async () => {
    await desk.describe('sepsis');
    assert.equal(desk.view.glossary.meanings[0]?.best.text, 'An infection of 3 kinds.');
    assert.equal(desk.view.model?.phase, 'notAsked');
    assert.deepEqual(desk.asked, []);
  });

  it('asks it when its user says so; it may state what the definitions do', async () => {
    await desk.describe('sepsis');
    await desk.act({ do: 'ask' });
    assert.deepEqual(desk.asked[0]?.grounds, ['sepsis: An infection of 3 kinds.']);
    assert.equal(desk.asked[0]?.facts, 'documentOnly');
    assert.equal(desk.view.model?.text, 'Sepsis is one thing.');
    await desk.act({ do: 'copy' });
    assert.deepEqual(desk.copied, ['Sepsis is one thing.']);
  });

  it('asks a fit one at once, and any one where the setting says always', async () => {
    desk.fit = true;
    await desk.describe('sepsis');
    assert.equal(desk.asked.length, 1);
    desk.fit = false;
    configuration.values = { 'biogpt.describe.model': 'always', 'biogpt.describe.facts': 'allow' };
    await desk.describe('sepsis');
    assert.equal(desk.asked[1]?.facts, 'allow');
  });

  it('asks none where the setting says never', async () => {
    desk.fit = true;
    configuration.values = { 'biogpt.describe.model': 'never' };
    await desk.describe('sepsis');
    assert.equal(desk.view.model, null);
    await desk.describe('glurbosis');
    assert.match((desk.view as PanelView).model?.message ?? '', /biogpt\.describe\.model/);
    assert.deepEqual(desk.asked, []);
  });

  it('says how long a description is', async () => {
    desk.fit = true;
    desk.answer = { text: 'Infection.', finishReason: 'endOfText' };
    await desk.describe('sepsis');
    assert.equal(desk.view.model?.message, 'Done: 1 word.');
    desk.answer = { text: 'An infection.', finishReason: 'fact' };
    await desk.act({ do: 'regenerate' });
    assert.match(desk.view.model?.message ?? '', /^Done: 2 words\. .*\(setting biogpt\.describe\.facts\)\.$/);
  });

  it('says why a description is empty', async () => {
    desk.fit = true;
    desk.answer = { text: '', finishReason: 'fact' };
    await desk.describe('sepsis');
    assert.match(
      desk.view.model?.message ?? '',
      /not shown because it states facts .* The setting biogpt\.describe\.facts controls this\.$/,
    );
    assert.deepEqual(desk.view.model?.buttons, { regenerate: true });
    desk.answer = { text: '', finishReason: 'repetition' };
    await desk.act({ do: 'regenerate' });
    assert.match(desk.view.model?.message ?? '', /no complete sentence/);
    assert.equal(desk.asked[1]?.decoding.strategy, 'sample');
  });

  it('asks the model that was chosen instead', async () => {
    await desk.describe('glurbosis');
    assert.equal(desk.view.status, 'The glossary has no definition of this term.');
    desk.fit = true;
    await desk.act({ do: 'choose' });
    assert.equal(desk.asked.length, 1);
  });

  it('opens and copies only what it shows, by its own knowledge of it', async () => {
    await desk.describe('sepsis');
    const { entry } = desk.view.glossary.meanings[0]!.best;
    for (const message of [
      { do: 'open', entry: entry + 1 },
      { do: 'open', entry: 'https://example.org/evil' },
      { do: 'open', url: 'https://example.org/evil' },
      { do: 'erase' },
      'open',
      null,
    ])
      await desk.act(message);
    assert.deepEqual(desk.opened, []);
    await desk.act({ do: 'open', entry });
    assert.deepEqual(desk.opened, ['https://example.org/sepsis']);
    await desk.act({ do: 'copy', entry });
    assert.deepEqual(desk.copied, ['An infection of 3 kinds.']);
  });

  it('says that the glossary is damaged, and asks the model all the same', async () => {
    desk.fit = true;
    desk.glossary = {
      glossary: {
        lookup: () => {
          throw new GlossaryError('damaged', 'a test');
        },
      },
    } as unknown as ShippedGlossary;
    await desk.describe('sepsis');
    assert.equal(desk.view.status, 'The glossary is damaged. Reinstall the extension BioGPT Writer.');
    assert.equal(desk.asked.length, 1);
  });
});
