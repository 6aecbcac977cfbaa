import './support/vscode';
import assert from 'node:assert/strict';
import { parseHubName, precisionItems } from '../../../src/extension/models/newModel';
import { parametersOf } from '../../../src/library/catalogue/estimate';
import { installNote, overallFraction, progressText } from '../../../src/extension/models/progress';
import type { InstallRequest } from '../../../src/extension/models/installations';
import { formatBytes, formatDuration, formatPercent } from '../../../src/extension/units';
import type { InstallProgress } from '../../../src/library/installation/types';

describe('units', () => {
  it('name sizes as disks do', () => {
    const cases: [number, string][] = [
      [0, '0 bytes'],
      [999, '999 bytes'],
      [1000, '1 kB'],
      [430e6, '430 MB'],
      [999.4e6, '999 MB'],
      [999.6e6, '1.0 GB'],
      [1.56e9, '1.6 GB'],
      [99.96e9, '100 GB'],
    ];
    for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
  });

  it('never call something complete that is not', () => {
    assert.equal(formatPercent(0.9999), '99%');
    assert.equal(formatPercent(1), '100%');
    assert.equal(formatPercent(-0.1), '0%');
  });

  it('tell times as exactly as an estimate deserves', () => {
    const cases: [number, string][] = [
      [3, 'a few seconds'],
      [42, '40 s'],
      [58, '1 min'],
      [130, '2 min'],
      [3595, '1 h'],
      [3900, '1 h 5 min'],
    ];
    for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
  });
});

describe('progress of an installation', () => {
  const known: InstallRequest = { source: { kind: 'known', id: 'biogpt' }, precision: 'int8' };
  const local: InstallRequest = { source: { kind: 'local', path: '/checkpoint' }, precision: 'int4' };
  const download = {
    phase: 'download',
    doneBytes: 430e6,
    totalBytes: 1.56e9,
    bytesPerSecond: 12e6,
    secondsLeft: 94,
  } as const;

  it('is told in words', () => {
    const cases: [InstallProgress | null, string][] = [
      [null, 'Starting…'],
      [{ phase: 'waiting' }, 'Waiting: another VS Code window is installing BioGPT.'],
      [{ phase: 'resolve' }, 'Looking up the files…'],
      [download, '430 MB of 1.6 GB, 12 MB/s, 2 min left'],
      [{ ...download, bytesPerSecond: null, secondsLeft: null }, '430 MB of 1.6 GB'],
      [{ phase: 'verify', fraction: 0.5 }, 'Verifying the files: 50%'],
      [{ phase: 'convert', fraction: 0.4 }, 'Converting to int8: 40%'],
      [{ phase: 'check', fraction: 0 }, 'Comparing with published results: 0%'],
    ];
    for (const [progress, text] of cases) assert.equal(progressText(progress, 'BioGPT', known), text);
    assert.equal(progressText({ phase: 'check', fraction: 0.2 }, 'mine', local), 'Testing the model: 20%');
  });

  it('never goes back over the phases, and ends at the whole', () => {
    const phases = (request: InstallRequest): number[] =>
      [
        null,
        ...(request === known
          ? [{ ...download, doneBytes: 0 }, download, { ...download, doneBytes: download.totalBytes }]
          : []),
        ...(['verify', 'convert', 'check'] as const).flatMap((phase) =>
          [0, 0.5, 1].map((fraction) => ({ phase, fraction })),
        ),
      ].map((progress) => overallFraction(progress, request));
    for (const request of [known, local]) {
      const fractions = phases(request);
      assert.deepEqual(
        fractions,
        [...fractions].sort((a, b) => a - b),
      );
      assert.equal(fractions[0], 0);
      assert.ok(Math.abs(fractions.at(-1)! - 1) < 1e-9);
    }
  });

  it('fits the status bar', () => {
    assert.deepEqual(installNote('BioGPT', known, download), {
      icon: '$(cloud-download)',
      text: '27%',
      words: 'Installing BioGPT (int8): 430 MB of 1.6 GB, 12 MB/s, 2 min left',
    });
    assert.equal(installNote('BioGPT', known, { phase: 'convert', fraction: 0.4 }).text, '40%');
    assert.equal(installNote('BioGPT', known, null).text, '');
  });
});

describe('name of a repository on the Hub', () => {
  const source = (text: string): unknown => {
    const parsed = parseHubName(text);
    return 'source' in parsed ? parsed.source : undefined;
  };

  it('is read with and without a revision, and from a page’s address', () => {
    assert.deepEqual(source(' microsoft/biogpt '), { kind: 'hub', repo: 'microsoft/biogpt' });
    assert.deepEqual(source('lab/my.model_2@refs/pr/17'), {
      kind: 'hub',
      repo: 'lab/my.model_2',
      revision: 'refs/pr/17',
    });
    assert.deepEqual(source('https://huggingface.co/microsoft/BioGPT-Large'), {
      kind: 'hub',
      repo: 'microsoft/BioGPT-Large',
    });
    assert.deepEqual(source('https://huggingface.co/microsoft/biogpt/tree/eb0d815'), {
      kind: 'hub',
      repo: 'microsoft/biogpt',
      revision: 'eb0d815',
    });
  });

  for (const text of [
    '',
    'biogpt',
    'a/b/c',
    '../secrets',
    '/etc/passwd',
    'a/..',
    'a/b@',
    'a/b@../x',
    'a b/c',
    'a/b@x@y',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      const parsed = parseHubName(text);
      assert.ok('problem' in parsed && /such as microsoft\/biogpt/.test(parsed.problem));
    });
  }
});

describe('choice of a precision', () => {
  const need = (precision: string): { diskBytes: number; memoryBytes: number } =>
    precision === 'fp32' ? { diskBytes: 6.3e9, memoryBytes: 7e9 } : { diskBytes: 1.7e9, memoryBytes: 2.5e9 };

  it('puts what suits the machine first and warns of what does not', () => {
    const items = precisionItems('int4', need, 4e9);
    assert.deepEqual(
      items.map(({ precision }) => precision),
      ['int4', 'int8', 'fp16', 'fp32'],
    );
    assert.equal(items[0]!.description, '1.7 GB on disk · about 2.5 GB of memory · recommended for this computer');
    assert.match(items[3]!.detail, /more memory than this computer has \(4\.0 GB\)/);
    assert.doesNotMatch(items[1]!.detail, /warning/);
  });

  it('promises no sizes it does not know', () => {
    const items = precisionItems('int8', undefined, 4e9);
    assert.equal(items[0]!.description, 'recommended');
    assert.equal(items[1]!.description, '');
  });
});

describe('number of parameters', () => {
  it('is that of the published models', () => {
    const shape = { scaleEmbedding: true };
    const base = {
      ...shape,
      hiddenSize: 1024,
      layers: 24,
      heads: 16,
      ffnSize: 4096,
      maxPositions: 1024,
      vocabSize: 42384,
    };
    const large = {
      ...shape,
      hiddenSize: 1600,
      layers: 48,
      heads: 25,
      ffnSize: 6400,
      maxPositions: 2048,
      vocabSize: 57717,
    };
    assert.equal(parametersOf(base), 346_763_264);
    assert.equal(parametersOf(large), 1_571_188_800);
  });
});
