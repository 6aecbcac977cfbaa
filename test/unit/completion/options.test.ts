import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPLETION_DEFAULTS } from '../../../src/completion/options';
import { DESCRIPTION_DEFAULTS } from '../../../src/completion/description';

interface Manifest {
  contributes: { configuration: { properties: Record<string, { default: unknown }> }[] };
}

/** What package.json shows a user as defaults of one group of settings. */
function shownDefaults(group: string): Record<string, unknown> {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as Manifest;
  const settings = manifest.contributes.configuration.flatMap(({ properties }) => Object.entries(properties));
  const prefix = `biogpt.${group}.`;
  return Object.fromEntries(
    settings.filter(([name]) => name.startsWith(prefix)).map(([name, it]) => [name.slice(prefix.length), it.default]),
  );
}

describe('defaults', () => {
  it('of ghost text are those that the settings show', () => {
    const { enabled, trigger, exclude, ...options } = shownDefaults('completion');
    assert.deepEqual([enabled, trigger, exclude], [true, 'automatic', []]);
    assert.deepEqual(options, { ...COMPLETION_DEFAULTS });
  });

  it('of descriptions are those that the settings show', () => {
    const { facts, model, ...options } = shownDefaults('describe');
    assert.deepEqual([facts, model], ['documentOnly', 'whenFit']);
    assert.deepEqual(options, { ...DESCRIPTION_DEFAULTS });
  });
});
