import tseslint from 'typescript-eslint';

/** The house rule: which folders of `src` each folder may import (see CONTRIBUTING.md). */
const mayImport = {
  protocol: [],
  ipc: [],
  tokenizer: [],
  prose: [],
  completion: ['protocol', 'prose'],
  model: ['protocol', 'ipc', 'tokenizer'],
  decoder: ['protocol', 'ipc', 'tokenizer', 'model'],
  installer: ['protocol', 'ipc', 'tokenizer', 'model', 'decoder'],
  extension: ['protocol', 'ipc', 'prose', 'completion', 'model'],
  cli: ['protocol', 'ipc', 'prose', 'completion', 'tokenizer', 'model', 'decoder'],
};
const folders = Object.keys(mayImport);
/** Pure code: no Node, no editor, no packages with either. */
const pure = ['protocol', 'tokenizer', 'prose', 'completion'];

/** How deep folders may nest below `src/<folder>`. */
const DEPTHS = [1, 2, 3];

/** Imports of a folder's files that the table forbids. Imports between folders of `src` are relative. */
function forbiddenImports(folder, depth) {
  const others = folders.filter((other) => other !== folder && !mayImport[folder].includes(other));
  const patterns = [
    {
      // So many steps up lead out of the folder; fewer stay inside, whatever the name that follows.
      regex: `^(\\.\\./){${depth}}(${others.join('|')})(/|$)`,
      message: `src/${folder} may import only: ${mayImport[folder].join(', ') || 'nothing of ours'}.`,
    },
  ];
  if (folder !== 'cli') patterns.push({ regex: '^(\\.\\./)+bench/', message: 'Only src/cli builds on the benches.' });
  if (folder !== 'extension') patterns.push({ regex: '^vscode$', message: 'Only src/extension knows the editor.' });
  if (pure.includes(folder)) patterns.push({ regex: '^node:', message: `src/${folder} is pure: no Node.` });
  return {
    files: [`src/${folder}/${'*/'.repeat(depth - 1)}*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['**/node_modules/**', 'dist/**', 'out/**', '.cache/**', '.vscode-test/**', '**/.venv/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['bench/quality/**/*.ts', 'bench/lib/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^vscode$|src/extension(/|$)', message: 'The yardstick measures without an editor.' }] },
      ],
    },
  },
  ...folders.flatMap((folder) => DEPTHS.map((depth) => forbiddenImports(folder, depth))),
);
