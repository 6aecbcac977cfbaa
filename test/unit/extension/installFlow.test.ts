import { resetEditor, told } from './support/vscode';
import assert from 'node:assert/strict';
import { FailedChecks } from '../../../src/extension/models/chosenModel';
import { InstallStateKeys, type ModelContext } from '../../../src/extension/models/context';
import { Failures } from '../../../src/extension/failures';
import { install } from '../../../src/extension/models/installFlow';
import { Installations, type InstallRequest } from '../../../src/extension/models/installations';
import type { InstalledModel } from '../../../src/library/installation/types';
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
  let ends: { finish: (model: InstalledModel) => void; fail: (error: unknown) => void }[];

  beforeEach(() => {
    resetEditor();
    used = [];
    ends = [];
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
        () => new Promise((finish, fail) => ends.push({ finish, fail })),
        () => false,
        () => undefined,
        () => 0,
      ),
      settings: () => ({ use: '' }) as ReturnType<ModelContext['settings']>,
      use: async (value) => void used.push(value),
      roots: () => ['/models'],
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
});
