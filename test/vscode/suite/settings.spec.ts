import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, extension, openAt, staysAsItIs, use } from '../support/editor';

interface Manifest {
  contributes: {
    configuration:
      { properties?: Record<string, { scope?: string }> }[] | { properties: Record<string, { scope?: string }> };
  };
}

describe('settings', () => {
  afterEach(closeAll);

  it('that name a path or steer the process belong to the machine', () => {
    const { configuration } = (extension().packageJSON as Manifest).contributes;
    const sections = Array.isArray(configuration) ? configuration : [configuration];
    const properties = Object.assign({}, ...sections.map((section) => section.properties)) as Record<
      string,
      { scope?: string }
    >;
    const machine = Object.keys(properties).filter((name) => /^biogpt\.(model|hub|decoder)\./.test(name));
    assert.ok(machine.includes('biogpt.model.use') && machine.includes('biogpt.hub.endpoint'));
    for (const name of machine) assert.equal(properties[name]?.scope, 'machine', name);
  });

  it('of the machine cannot be set by a workspace', async () => {
    const { ConfigurationTarget, workspace } = vscode;
    for (const [name, value] of [
      ['model.use', '/some/folder'],
      ['hub.endpoint', 'http://evil.example'],
      ['decoder.threads', 1],
    ] as const) {
      const setting = workspace.getConfiguration('biogpt');
      await assert.rejects(Promise.resolve(setting.update(name, value, ConfigurationTarget.Workspace)), name);
      assert.equal(workspace.getConfiguration('biogpt').inspect(name)?.workspaceValue, undefined, name);
    }
  });

  it('turn ghost text off and on in one language', async () => {
    const update = (enabled: boolean | undefined): Thenable<void> =>
      vscode.workspace
        .getConfiguration('biogpt', { languageId: 'latex' })
        .update('completion.enabled', enabled, vscode.ConfigurationTarget.Global, true);
    await update(false);
    try {
      const started = Date.now();
      await accept(await openAt('markdown', 'Patients were randomly █'));
      const enough = 2 * (Date.now() - started) + 500;
      assert.ok(await staysAsItIs(await openAt('latex', 'Patients were randomly █'), enough));
    } finally {
      await update(undefined);
    }
    await accept(await openAt('latex', 'Patients were randomly █'));
  });

  it('that name a missing model fall back to the starter', async () => {
    await use('/no/such/model');
    try {
      await accept(await openAt('markdown', 'The patients were randomly █'));
    } finally {
      await use(undefined);
    }
  });
});
