import { activeExtensions, configuration, resetEditor, told } from './support/vscode';
import assert from 'node:assert/strict';
import { CopilotNotice } from '../../../src/extension/copilot';
import { Failures } from '../../../src/extension/failures';
import { settle } from '../completion/support/fakeClock';

describe('work that nobody waits for', () => {
  let logged: string[];
  let failures: Failures;

  beforeEach(() => {
    resetEditor();
    logged = [];
    failures = new Failures((line) => logged.push(line));
  });

  it('that fails is logged, and its user is told', async () => {
    failures.watch(Promise.reject(new Error('The disk is full.')));
    await settle();
    assert.deepEqual(told, [{ kind: 'error', message: 'The disk is full.', buttons: [] }]);
    assert.match(logged[0]!, /Error: The disk is full\.\n +at /);
  });

  it('that was called off is no failure', async () => {
    failures.watch(Promise.reject(AbortSignal.abort().reason));
    await failures.run(() => AbortSignal.abort().throwIfAborted());
    await settle();
    assert.deepEqual([told, logged], [[], []]);
  });

  it('never rejects when it was asked for', async () => {
    await failures.run(() => {
      throw new Error('No.');
    });
    await failures.run(() => Promise.reject(new Error('Not that either.')));
    assert.deepEqual(
      told.map(({ message }) => message),
      ['No.', 'Not that either.'],
    );
  });
});

describe('a setting that cannot be written', () => {
  const kept = new Map<string, unknown>();
  const memory = {
    get: <T>(key: string, otherwise?: T): T => (kept.get(key) as T | undefined) ?? otherwise!,
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
  const refusal = new Error('Unable to write into user settings. Please correct the errors in it.');

  beforeEach(() => {
    kept.clear();
    configuration.written.length = 0;
    activeExtensions.add('GitHub.copilot');
    resetEditor(({ buttons }) => buttons[0]);
  });
  afterEach(() => {
    activeExtensions.clear();
    configuration.refusal = undefined;
  });

  const ask = async (): Promise<void> => {
    new Failures(() => undefined).watch(new CopilotNotice(memory).check({ languageId: 'latex' }));
    await settle();
  };

  it('by a choice between Copilot and this extension is told, and asked about again', async () => {
    configuration.refusal = refusal;
    await ask();
    assert.deepEqual(
      told.map(({ kind, message }) => [kind, /Unable to write/.test(message)]),
      [
        ['information', false],
        ['error', true],
      ],
    );
    assert.equal(kept.size, 0);

    configuration.refusal = undefined;
    await ask();
    assert.deepEqual(configuration.written, [{ name: 'github.copilot.enable', value: { latex: false } }]);
    assert.deepEqual([...kept.values()], [true]);
  });
});
