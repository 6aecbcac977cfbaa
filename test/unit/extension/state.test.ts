import './support/vscode';
import assert from 'node:assert/strict';
import { ProseDocuments } from '../../../src/completion/documents';
import type { DecoderState } from '../../../src/client/supervisor';
import { proseLanguageOf } from '../../../src/extension/languages';
import { statusText } from '../../../src/extension/status';
import type { ModelInfo } from '../../../src/protocol/decoder';

describe('status item', () => {
  const model = {
    name: 'Starter',
    modelDir: '/m',
    precision: 'fp16',
    parameters: 1,
    maxPositions: 1,
    backend: 'plain',
    describes: true,
    loadMs: 1,
  } as const;
  const failure = { code: 'modelRefused', error: new Error('No model.') } as const;
  const cases: [DecoderState, string, RegExp][] = [
    [{ kind: 'idle' }, '$(beaker) BioGPT', /loads when it is first needed/],
    [{ kind: 'loading' }, '$(loading~spin) BioGPT', /Loading/],
    [{ kind: 'ready', model }, '$(beaker) BioGPT', /Starter \(fp16\) is ready/],
    [{ kind: 'generating', model }, '$(loading~spin) BioGPT', /is writing/],
    [
      { kind: 'restarting', end: { kind: 'killed', signal: 'SIGKILL' }, retryInMs: 500 },
      '$(sync) BioGPT',
      /was killed.*starting again/,
    ],
    [{ kind: 'failed', failure }, '$(error) BioGPT', /could not be loaded\. No model\./],
  ];
  for (const [state, text, label] of cases) {
    it(`says "${state.kind}" in an icon and in words`, () => {
      const shown = statusText(state, 'automatic');
      assert.equal(shown.text, text);
      assert.match(shown.accessibilityLabel, label);
      assert.equal(shown.warning, state.kind === 'failed');
    });
  }

  it('says that ghost text is off, but an error comes first', () => {
    assert.equal(statusText({ kind: 'ready', model }, 'off').text, '$(circle-slash) BioGPT');
    assert.match(statusText({ kind: 'ready', model }, 'off').accessibilityLabel, /off for this language/);
    assert.equal(statusText({ kind: 'failed', failure }, 'off').text, '$(error) BioGPT');
  });

  it('tells of an installation, and of the model behind it', () => {
    const note = { icon: '$(cloud-download)', text: '43%', words: 'Installing BioGPT (int8): 680 MB of 1.6 GB' };
    const shown = statusText({ kind: 'ready', model }, 'automatic', note);
    assert.equal(shown.text, '$(cloud-download) BioGPT 43%');
    assert.match(shown.accessibilityLabel, /Installing BioGPT \(int8\): 680 MB of 1\.6 GB/);
    assert.match(shown.tooltip, /Starter \(fp16\) is ready/);
    assert.equal(statusText({ kind: 'failed', failure }, 'automatic', note).text, '$(error) BioGPT');
    assert.equal(statusText({ kind: 'idle' }, 'automatic', { ...note, text: '' }).text, '$(cloud-download) BioGPT');
  });
});

describe('status item of a model on a server', () => {
  const host = 'gpu.example.org';
  const lacks = [{ text: 'Only whole words are suggested.', args: [] }];
  const model = { name: 'BioGPT', precision: 'int8', server: { host, lacks } } as unknown as ModelInfo;
  const inUse = { kind: 'inUse', host } as const;
  const shown = (state: DecoderState, mode: 'automatic' | 'off' = 'automatic') =>
    statusText(state, mode, undefined, inUse);

  it('always names the server', () => {
    for (const state of [{ kind: 'idle' }, { kind: 'loading' }, { kind: 'ready', model }] as DecoderState[]) {
      assert.match(shown(state).text, /^\$\([\w~-]+\) BioGPT: gpu\.example\.org$/);
      assert.match(shown(state).accessibilityLabel, /Your text is sent to gpu\.example\.org\./);
    }
    assert.match(shown({ kind: 'ready', model }, 'off').text, /^\$\(circle-slash\) BioGPT: gpu/);
    const note = { icon: '$(cloud-download)', text: '43%', words: 'Installing BioGPT (int8)' };
    assert.equal(
      statusText({ kind: 'ready', model }, 'automatic', note, inUse).text,
      '$(cloud-download) BioGPT: gpu.example.org 43%',
    );
  });

  it('says what it does, and what the server lacks', () => {
    assert.match(shown({ kind: 'loading' }).tooltip, /^Connecting to gpu\.example\.org\./);
    assert.match(
      shown({ kind: 'ready', model }).tooltip,
      /^BioGPT on gpu\.example\.org is ready\. Only whole words are suggested\./,
    );
    assert.equal(shown({ kind: 'generating', model }).text, '$(loading~spin) BioGPT: gpu.example.org');
  });

  it('is a warning only where nothing changes by itself', () => {
    const local = { kind: 'ready', model: { name: 'BioGPT', precision: 'int8' } as ModelInfo } as const;
    const lost = (retries: boolean) =>
      statusText(local, 'automatic', undefined, { kind: 'lost', host, problem: 'It is away.', retries });
    assert.deepEqual([lost(true).text, lost(true).warning], ['$(debug-disconnect) BioGPT', false]);
    assert.match(lost(true).tooltip, /^BioGPT \(int8\) is ready\. .*until the server answers again\. It is away\./);
    assert.equal(lost(false).warning, true);
    const unusable = statusText(local, 'automatic', undefined, { kind: 'unusable', problem: 'Enter an address.' });
    assert.equal(unusable.warning, true);
    assert.match(unusable.tooltip, /biogpt\.server\.url cannot be used\. Enter an address\./);
  });
});

describe('languages', () => {
  it('are Markdown and LaTeX', () => {
    assert.equal(proseLanguageOf('markdown'), 'markdown');
    assert.equal(proseLanguageOf('latex'), 'latex');
    assert.equal(proseLanguageOf('bibtex'), undefined);
    assert.equal(proseLanguageOf('toString'), undefined);
  });
});

describe('documents', () => {
  it('are read once and follow edits', () => {
    const documents = new ProseDocuments();
    let reads = 0;
    const open = (text: string, offset: number) =>
      documents
        .open('file:///a.md', 'markdown', text.length, () => {
          reads++;
          return text;
        })
        .scopeAt(offset);
    const first = open('It was ', 7);
    assert.ok(first.prose && first.textBefore === 'It was ');
    documents.edit('file:///a.md', [{ rangeOffset: 7, rangeLength: 0, text: 'raised' }]);
    const second = open('It was raised', 13);
    assert.ok(second.prose && second.textBefore === 'It was raised');
    assert.equal(reads, 1);
  });

  it('are read again when an edit was missed', () => {
    const documents = new ProseDocuments();
    const open = (text: string) =>
      documents.open('file:///a.md', 'markdown', text.length, () => text).scopeAt(text.length);
    open('It was ');
    const scope = open('It was not ');
    assert.ok(scope.prose && scope.textBefore === 'It was not ');
  });
});
