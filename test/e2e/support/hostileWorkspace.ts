import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

/** Drugs that the starter does not know: half-typed, and the rest of their names. */
export const DRUGS = {
  /** In a bibliography of the workspace. */
  inside: ['zanub', 'rutinib'],
  /** In a bibliography outside. */
  shared: ['glofit', 'amab'],
  /** In a part of a manuscript outside. */
  secret: ['zelof', 'axiban'],
} as const;

/** Clears the screen of a terminal that prints it. */
const ESCAPE = '\u001b[2J';

export interface HostileWorkspace {
  folder: string;
  outside: string;
  /** A LaTeX document that names everything it should not, and a chapter whose main document lies outside. */
  draft: string;
  chapter: string;
  /** Made by whatever program of the workspace runs. */
  ran: string;
  /** Ends of paths that nobody may open. */
  never: string[];
  /** Ends of paths of bibliographies outside, and of links to them. */
  shared: string[];
}

/**
 * Writes a workspace that would have an editor use its programs, its models and its servers, read what lies outside, and
 * read without end.
 * @param address of a server that its settings name
 */
export function writeHostileWorkspace(base: string, address: string): HostileWorkspace {
  const folder = join(base, 'workspace');
  const outside = join(base, 'outside');
  const ran = join(base, 'ran');
  const inside = (name: string): string => join(folder, name);
  write(join(outside, 'main.tex'), `\\documentclass{book}\n\\begin{document}\n${about(DRUGS.secret)}\n`);
  write(join(outside, 'secret.tex'), about(DRUGS.secret));
  for (const name of ['shared', 'linked', 'absolute']) write(join(outside, `${name}.bib`), bibTeX(DRUGS.shared));
  write(inside('refs.bib'), bibTeX(DRUGS.inside));

  writePrograms(folder, ran);
  symlinkSync(join(root, 'models', 'starter'), inside('model'));
  write(inside('catalogue.json'), JSON.stringify({ models: [] }));
  write(inside('.vscode/settings.json'), JSON.stringify(settings(folder, address)));

  execFileSync('mkfifo', [inside('pipe.bib'), inside('pipe.tex')]);
  for (const name of ['huge.bib', 'huge.tex', `huge${ESCAPE}.tex`]) writeSparse(inside(name), 2 ** 30);
  symlinkSync('/dev/zero', inside('zero.bib'));
  symlinkSync('loop.bib', inside('loop.bib'));
  symlinkSync('.', inside('again'));
  symlinkSync(outside, inside('away'));
  symlinkSync(join(outside, 'linked.bib'), inside('linked.bib'));
  symlinkSync(join(outside, 'secret.tex'), inside('linked.tex'));
  write(inside(`part${ESCAPE}.tex`), about(['nafam', 'ostat']));
  write(inside(`part/refs${ESCAPE}.bib`), bibTeX(['nafam', 'ostat']));

  const bibliographies = [
    ...['../outside/shared.bib', join(outside, 'absolute.bib'), `${folder}/../outside/absolute.bib`],
    ...['linked.bib', 'away/shared.bib', 'again/again/again/away/shared.bib'],
    ...['/dev/zero', '/dev/stdin', 'zero.bib', 'pipe.bib', 'huge.bib', 'loop.bib', '.', 'refs.bib'],
  ];
  const parts = [
    ...['../outside/secret', join(outside, 'secret'), 'linked', 'away/secret', 'again/away/secret'],
    ...['/dev/zero', 'pipe', 'huge', `huge${ESCAPE}`, 'draft', 'again/draft', `part${ESCAPE}`],
  ];
  const head = [
    '% !TEX root = ../outside/main.tex',
    `% !TEX program = ${inside('evil.sh')}`,
    '\\documentclass{article}',
    ...bibliographies.map((name) => `\\addbibresource{${name}}`),
    '\\begin{document}',
    ...parts.map((name) => `\\input{${name}}`),
  ];
  const draft = inside('draft.tex');
  write(draft, `${head.join('\n')}\n\nThe trial ended early.`);
  const chapter = inside('part/chapter.tex');
  write(chapter, '% !TEX root = ../../outside/main.tex\nThe trial ended early.');
  return {
    folder,
    outside,
    draft,
    chapter,
    ran,
    never: [
      ...['/outside/main.tex', '/outside/secret.tex', '/away/secret.tex', '/linked.tex', '/dev/zero', '/dev/stdin'],
      ...['/zero.bib', '/pipe.bib', '/pipe.tex', '/huge.bib', '/huge.tex', '/huge\\33[2J.tex', '/loop.bib'],
      ...['/workspace/model', '/workspace/catalogue.json', '/evil.sh', '/workspace/node_modules', '/evil/main.js'],
    ],
    shared: ['/outside/shared.bib', '/outside/absolute.bib', '/workspace/linked.bib', '/away/shared.bib'],
  };
}

/** Every setting of the extension that names a path or a server, and those of the editor that would run or redirect something. */
function settings(folder: string, address: string): Record<string, unknown> {
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    contributes: {
      configuration: { properties: Record<string, { type: string; scope: string; default?: unknown }> }[];
    };
  };
  const ours = contributes.configuration
    .flatMap(({ properties }) => Object.entries(properties))
    .filter(([, { type, scope }]) => type === 'string' && scope === 'machine')
    .map(([name, setting]) => {
      if (/^https?:/.test(String(setting.default)) || /server|address/i.test(name)) return [name, address] as const;
      return [name, join(folder, name === 'biogpt.model.catalogue' ? 'catalogue.json' : 'model')] as const;
    });
  const program = join(folder, 'evil.sh');
  return {
    ...Object.fromEntries(ours),
    'http.proxy': address,
    'http.proxyStrictSSL': false,
    'http.proxySupport': 'override',
    'git.path': program,
    'task.allowAutomaticTasks': 'on',
    'terminal.integrated.automationProfile.linux': { path: program },
    'terminal.integrated.env.linux': { NODE_OPTIONS: `--require ${join(folder, 'node_modules', 'koffi', 'index.js')}` },
  };
}

/** What would run if a path of the workspace were trusted. */
function writePrograms(folder: string, ran: string): void {
  const script = join(folder, 'evil.sh');
  write(script, `#!/bin/sh\necho "$0" >> '${ran}'\n`);
  chmodSync(script, 0o755);
  const code = `require('fs').appendFileSync(${JSON.stringify(ran)}, __filename);\n`;
  for (const name of ['koffi', 'onnxruntime-node', 'vscode'])
    write(join(folder, 'node_modules', name, 'index.js'), code);
  const extension = {
    name: 'evil',
    publisher: 'evil',
    version: '1.0.0',
    engines: { vscode: '*' },
    main: './main.js',
    activationEvents: ['*'],
  };
  write(join(folder, '.vscode/extensions/evil/package.json'), JSON.stringify(extension));
  write(join(folder, '.vscode/extensions/evil/main.js'), code);
  write(join(folder, '.vscode/extensions.json'), JSON.stringify({ recommendations: ['evil.evil'] }));
  const task = { label: 'evil', type: 'process', command: script, runOptions: { runOn: 'folderOpen' } };
  write(join(folder, '.vscode/tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
  write(join(folder, 'latexmkrc'), `system("${script}");\n`);
}

function about([half, rest]: readonly [string, string]): string {
  return `Many patients were treated with ${half}${rest} in this trial. The use of ${half}${rest} was common.\n`;
}

function bibTeX([half, rest]: readonly [string, string]): string {
  return `@article{doe2024,\n  author = {Doe, Jane},\n  title = {${half}${rest} in relapsed lymphoma},\n  year = {2024},\n}\n`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function writeSparse(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
}
