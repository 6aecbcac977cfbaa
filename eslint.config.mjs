import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The house rule: which folders of `src` each folder may import (see CONTRIBUTING.md). */
const mayImport = {
  protocol: [],
  tokenizer: [],
  prose: [],
  model: ['tokenizer'],
  decoder: ['protocol', 'tokenizer', 'model'],
  extension: ['protocol', 'prose', 'model'],
  cli: ['protocol', 'prose', 'tokenizer', 'model', 'decoder'],
};
const folders = Object.keys(mayImport);

const zones = folders.flatMap((folder) =>
  folders
    .filter((other) => other !== folder && !mayImport[folder].includes(other))
    .map((other) => ({
      target: `./src/${folder}`,
      from: `./src/${other}`,
      message: `src/${folder} may import only: ${mayImport[folder].join(', ') || 'nothing of ours'}.`,
    })),
);

export default tseslint.config(
  { ignores: ['**/node_modules/**', 'dist/**', 'out/**', '.cache/**', '.vscode-test/**', '**/.venv/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,mts,mjs}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/extension/**'],
    rules: { 'no-restricted-imports': ['error', { paths: [{ name: 'vscode', message: 'Only src/extension knows the editor.' }] }] },
  },
  {
    files: ['src/prose/**/*.ts', 'src/tokenizer/**/*.ts', 'src/protocol/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*', 'vscode', 'fs', 'path'], message: 'Pure code: no Node, no editor.' }] }],
    },
  },
);
