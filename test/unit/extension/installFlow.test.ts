import { editor, resetEditor, told } from './support/vscode';
import assert from 'node:assert/strict';
import { deleteAccessToken, setAccessToken } from '../../../src/extension/models/accessTokenCommands';
import { OriginSecrets } from '../../../src/extension/originSecrets';
import { FailedChecks } from '../../../src/extension/models/chosenModel';
import { InstallStateKeys, type ModelContext } from '../../../src/extension/models/context';
import { Failures } from '../../../src/extension/failures';
import { install } from '../../../src/extension/models/installFlow';
import { Installations, type InstallRequest } from '../../../src/extension/models/installations';
import { HubError } from '../../../src/library/hub/hubError';
import type { InstalledModel, InstallOptions } from '../../../src/library/installation/types';
import { phrase } from '../../../src/modelFolder/phrase';
import { settle } from '../completion/support/fakeClock';

const biogpt: InstallRequest = { source: { kind: 'known', id: 'biogpt' }, precision: 'int8' };
const model = {
  name: 'biogpt-int8',
  dir: '/models/biogpt-int8',
  description: { name: 'BioGPT', precision: 'int8' },
} as InstalledModel;

describe('installing a model', () => {
  let context: ModelContext;
  let used: string[];
  let ends: { finish: (model: InstalledModel) => void; fail: (error: unknown) => void; options: InstallOptions }[];
  let secrets: Map<string, string>;
  let endpoint: string;

  beforeEach(() => {
    resetEditor();
    used = [];
    ends = [];
    secrets = new Map();
    endpoint = 'https://lab.example/hub';
    const kept = new Map<string, unknown>();
    const memory = {
      get: <T>(key: string, otherwise: T): T => (kept.get(key) as T | undefined) ?? otherwise,
      update: async (key: string, value: unknown) => void kept.set(key, value),
    };
    const failures = new Failures(() => undefined);
    context = {
      starterDir: '/starter',
      memory,
      failures,
      failedChecks: new FailedChecks(memory),
      installState: new InstallStateKeys(failures),
      installations: new Installations(
        (_source, options) => new Promise((finish, fail) => ends.push({ finish, fail, options })),
        () => false,
        () => undefined,
        () => 0,
      ),
      tokens: new OriginSecrets(
        {
          get: async (key: string) => secrets.get(key),
          store: async (key: string, value: string) => void secrets.set(key, value),
          delete: async (key: string) => void secrets.delete(key),
        } as unknown as ConstructorParameters<typeof OriginSecrets>[0],
        'hubToken',
      ),
      settings: () => ({ use: '', hubEndpoint: endpoint }) as ReturnType<ModelContext['settings']>,
      use: async (value) => void used.push(value),
      roots: () => ['/models'],
      server: () => undefined,
      backend: async () =>
        ({ catalogue: { models: [{ id: 'biogpt', name: 'BioGPT' }] } }) as unknown as Awaited<
          ReturnType<ModelContext['backend']>
        >,
      restart: () => undefined,
      hold: async () => () => undefined,
      log: () => undefined,
    };
  });

  it('is told once, however many ask for it at the same time', async () => {
    const asked = [install(context, biogpt), install(context, { ...biogpt })];
    await settle();
    assert.equal(ends.length, 1);
    ends[0]!.finish(model);
    await Promise.all(asked);
    assert.deepEqual(
      told.map(({ message }) => message),
      ['BioGPT (int8) is installed and in use.'],
    );
    assert.deepEqual(used, ['biogpt-int8']);
  });

  it('that fails says why, and offers to try again', async () => {
    resetEditor(({ buttons }) => (ends.length === 1 ? buttons[0] : undefined));
    const asked = install(context, biogpt);
    await settle();
    ends[0]!.fail(new Error('The Hub is away.'));
    await settle();
    ends[1]!.finish(model);
    await asked;
    assert.deepEqual(
      told.map(({ kind, message }) => [kind, message]),
      [
        ['error', 'BioGPT could not be installed. The Hub is away.'],
        ['information', 'BioGPT (int8) is installed and in use.'],
      ],
    );
  });

  it('that may need an access token offers to enter one, keeps it for that server, and goes on', async () => {
    resetEditor(({ buttons }) =>
      ends.length === 1 ? buttons.find((name) => name.startsWith('Set Access')) : undefined,
    );
    let prompt = '';
    const asking = { showInputBox: async (options: { prompt: string }) => ((prompt = options.prompt), ' hf_secret ') };
    Object.assign(editor.window, asking);
    const asked = install(context, biogpt);
    await settle();
    ends[0]!.fail(
      new HubError('lab/x', phrase`access was denied`, [phrase`Do it.`], { status: 401, access: 'needed' }),
    );
    await settle();
    ends[1]!.finish(model);
    await asked;
    assert.deepEqual(told[0]!.buttons, ['Set Access Token…', 'Try Again', 'Show Log']);
    assert.match(prompt, /lab\.example/);
    assert.deepEqual([...secrets], [['hubToken https://lab.example', 'hf_secret']]);
    assert.ok(!JSON.stringify(told).includes('hf_secret'));
    assert.equal(told.at(-1)!.message, 'BioGPT (int8) is installed and in use.');
  });

  it('keeps the tokens of servers apart, and forgets one on request', async () => {
    Object.assign(editor.window, { showInputBox: async () => 'hf_a' });
    assert.equal(await setAccessToken(context), true);
    for (const other of ['http://lab.example', 'https://lab.example:8443', 'https://huggingface.co', 'nowhere']) {
      assert.equal(await context.tokens.of(other), undefined, other);
    }
    assert.equal(await context.tokens.of('https://lab.example/other'), 'hf_a');
    await deleteAccessToken(context);
    assert.equal(secrets.size, 0);
    assert.match(told.at(-1)!.message, /lab\.example is deleted/);
    endpoint = 'nowhere';
    assert.equal(await setAccessToken(context), false);
    assert.equal(secrets.size, 0);
  });

  it('says which files could be checked by their size alone', async () => {
    const asked = install(context, biogpt);
    await settle();
    ends[0]!.options.onUnverified!(['merges.txt', 'vocab.json']);
    ends[0]!.finish(model);
    await asked;
    assert.equal(told[0]!.kind, 'warning');
    assert.match(
      told[0]!.message,
      /in use\. The server publishes no hash of merges\.txt, vocab\.json, so only the size/,
    );
  });
});
