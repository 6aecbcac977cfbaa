import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Linter } from 'eslint';
import rooms from '../../../scripts/lint/rooms.mjs';

const root = join(__dirname, '..', '..', '..');

/** What the rule says of a file that imports something. */
function told(file: string, specifier: string): string[] {
  const config = { files: ['**/*.ts'], plugins: { rooms }, rules: { 'rooms/walls': 'error' } } as Linter.Config;
  const path = join(root, file);
  return new Linter({ cwd: root }).verify(`import '${specifier}';`, [config], path).map(({ message }) => message);
}

describe('the walls between rooms', () => {
  for (const depth of [0, 1, 3, 6]) {
    const file = `src/prose/${'deeper/'.repeat(depth)}file.ts`;
    const up = '../'.repeat(depth + 1);

    it(`stand ${depth} folders below a room`, () => {
      assert.deepEqual(told(file, 'vscode'), ['Only src/extension knows the editor.']);
      assert.deepEqual(told(file, 'node:fs'), ['src/prose is pure: no Node.']);
      assert.deepEqual(told(file, `${up}decoder/engine`), ['src/prose may import only: nothing of ours.']);
      assert.deepEqual(told(file, `${up}prose/scope`), []);
    });
  }

  it('keep the benches out of src', () => {
    assert.deepEqual(told('src/cli/commands/eval.ts', '../../../bench/eval').length, 1);
  });
});
