// The walls of the house as an ESLint rule: which folders of `src` ("rooms") each room may import.
import { dirname, relative, resolve, sep } from 'node:path';
import { root } from '../lib/project.mjs';

/** The rooms, and what each may import; docs/architecture.md says why. */
export const MAY_IMPORT = {
  protocol: [],
  ipc: [],
  tokenizer: [],
  prose: [],
  glossary: [],
  mining: [],
  completion: ['protocol', 'prose', 'glossary'],
  modelFolder: [],
  conversion: ['protocol', 'tokenizer', 'modelFolder'],
  library: ['protocol', 'ipc', 'modelFolder'],
  installer: ['protocol', 'ipc', 'tokenizer', 'modelFolder', 'conversion', 'decoder'],
  decoder: ['protocol', 'ipc', 'tokenizer', 'modelFolder'],
  client: ['protocol', 'ipc'],
  extension: ['protocol', 'ipc', 'prose', 'glossary', 'mining', 'completion', 'modelFolder', 'library', 'client'],
  cli: [
    'protocol',
    'ipc',
    'prose',
    'glossary',
    'mining',
    'completion',
    'tokenizer',
    'modelFolder',
    'conversion',
    'library',
    'decoder',
    'client',
  ],
};

/** Rooms of pure code: no Node, no editor. */
const PURE = ['protocol', 'tokenizer', 'prose', 'glossary', 'mining', 'completion'];

/** The room of a file, `bench`, `test` … for one outside of `src`; undefined outside of the repository. */
function roomOf(path) {
  const [top, room, ...rest] = relative(root, path).split(sep);
  if (top === '..' || top === undefined) return undefined;
  return top === 'src' ? (rest.length > 0 ? room : 'src') : top;
}

function problemOf(room, file, specifier) {
  if (specifier === 'vscode') return room === 'extension' ? undefined : 'Only src/extension knows the editor.';
  if (PURE.includes(room) && specifier.startsWith('node:')) return `src/${room} is pure: no Node.`;
  if (!specifier.startsWith('.')) return undefined;
  const other = roomOf(resolve(dirname(file), specifier));
  if (other === room) return undefined;
  if (other !== undefined && MAY_IMPORT[room].includes(other)) return undefined;
  return `src/${room} may import only: ${MAY_IMPORT[room].join(', ') || 'nothing of ours'}.`;
}

const walls = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const room = roomOf(context.filename);
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const message = problemOf(room, context.filename, source.value);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      Program(node) {
        if (!(room in MAY_IMPORT))
          context.report({ node, message: `src/${room} is not a room: add it to ${'scripts/lint/rooms.mjs'}.` });
      },
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};

export default { rules: { walls } };
