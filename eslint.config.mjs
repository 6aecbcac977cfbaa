import tseslint from 'typescript-eslint';
import rooms from './scripts/lint/rooms.mjs';
import userText from './scripts/lint/userText.mjs';

/** Of Node's globals those that the scripts use. */
const NODE_GLOBALS = [
  ...['__dirname', '__filename', 'module', 'require', 'exports'],
  ...['Buffer', 'URL', 'console', 'fetch', 'performance', 'process', 'setTimeout', 'clearTimeout', 'setImmediate'],
];

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
    // TypeScript's own check does not read these.
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])) },
    rules: { 'no-undef': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { rooms },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'rooms/walls': 'error',
      // A promise that is let go must say what becomes of its failure; the editor's Thenables count.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false, checkThenables: true }],
    },
  },
  {
    files: ['src/extension/**/*.ts'],
    plugins: { strings: userText },
    rules: { 'strings/user-text': 'error' },
  },
  {
    files: ['bench/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^vscode$|src/extension(/|$)', message: 'The benches measure without an editor.' }] },
      ],
    },
  },
);
