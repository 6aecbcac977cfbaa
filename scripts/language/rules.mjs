// What a grammar checker doesn't know: our own rules of wording, and the names of our commands and settings.

export const README_LINES = 90;

/** Wordings that have stood here and read oddly, or that VS Code's guidelines advise against. */
const BANNED = [
  [/\bserves? (in place of|instead)\b/i, 'is used instead of'],
  [/\bhardly to be\b/i, 'say what it is, plainly'],
  [/\bto be told from\b/i, 'to be distinguished from'],
  [/\babove all\b/i, 'especially'],
  [/\bmust rest\b/i, 'pause'],
  [/\bis no whole\b/i, 'is not a complete'],
  [/\bis no good\b/i, 'cannot be used'],
  [/\btogether with it\b/i, 'with it'],
  [/\bgoes? on\b(?! (to|in|your|this|a|the) )/i, 'continues, resumes'],
  [/\bcalled off\b/i, 'canceled'],
  [/\bin vain\b/i, 'without success'],
  [/\banew\b/i, 'again'],
  [/\bhas? by heart\b|\bhave by heart\b/i, 'memorized'],
  [/\bwhatever it is\b/i, 'any'],
  [/\bone may\b/i, 'you can'],
  [/\bplease\b(?!,? (note|report))/i, 'ask without "please"'],
  [/\b(simply|just|easily) (click|run|press|open|select)\b/i, 'leave the adverb out'],
  [/\bhas been successfully\b|\bsuccessfully\b/i, 'leave "successfully" out'],
  [/\be\.g\.|\bi\.e\.|\betc\./i, 'for example, that is, and so on'],
  [/\b(whilst|amongst|upon)\b/i, 'while, among, on'],
  [/\bclick on\b/i, 'select'],
  [/\binvalid\b/i, 'say what is wrong, and what is expected'],
  [/\bHub's\b.*\bHub's\b/, 'one of them'],
  [/\.\.\.(?!\/)/, '…'],
  [/!(?=\s|$)(?<!\[!)/, 'no exclamation mark'],
];

/** Words that stay small in a title, as in VS Code's own commands. */
const SMALL = new Set('a an and as at but by for from in into of on or the to up with'.split(' '));

/** Awkward wordings of a text. */
export function wordingProblems({ file, prose, lineAt }) {
  const text = prose.replace(/`[^`\n]*`/g, (code) => 'x'.repeat(code.length));
  return BANNED.flatMap(([pattern, suggestion]) =>
    [...text.matchAll(new RegExp(pattern.source, `g${pattern.flags}`))].map(({ 0: found, index }) => ({
      file,
      line: lineAt(index),
      problem: `"${found}"`,
      suggestion,
    })),
  );
}

/** A document's length, and the commands and settings that it names. */
export function documentProblems({ file, text, lineAt }, { commands, settings }) {
  const problems = [];
  const report = (index, problem, suggestion = '') => problems.push({ file, line: lineAt(index), problem, suggestion });
  const lines = text.trimEnd().split('\n').length;
  if (file === 'README.md' && lines > README_LINES) report(text.length, `The README has ${lines} lines.`, README_LINES);
  const titles = new Set(commands.values());
  for (const { 1: title, index } of text.matchAll(/\*BioGPT:\s+([^*]+)\*/g)) {
    if (!titles.has(title.replace(/\s+/g, ' '))) report(index, `There is no command "BioGPT: ${title}".`);
  }
  for (const { 1: id, index } of text.matchAll(/`(biogpt\.[a-z]+(?:\.[a-zA-Z]+)?)(?::[^`]*)?`/g)) {
    if (!settings.has(id) && !commands.has(id)) report(index, `There is no setting or command "${id}".`);
  }
  return problems;
}

/** Titles of commands in title case; every setting, with its default, in docs/settings.md. */
export function manifestProblems({ commands, settings }, documents) {
  const problems = [];
  for (const title of commands.values()) {
    if (!isTitleCase(title)) {
      problems.push({ file: 'package.nls.json', line: 1, problem: `"${title}" is not in title case.`, suggestion: '' });
    }
  }
  const file = 'docs/settings.md';
  const documented = documents.find((document) => document.file === file)?.text ?? '';
  for (const [id, { default: value }] of settings) {
    const shown = value === '' ? 'empty' : `\`${typeof value === 'object' ? JSON.stringify(value) : value}\``;
    if (!documented.includes(`| \`${id}\` | ${shown}`)) {
      problems.push({ file, line: 1, problem: `No row for ${id} with its default`, suggestion: shown });
    }
  }
  return problems;
}

export function isTitleCase(title) {
  const words = title.replace(/…$/, '').split(' ');
  return words.every((word, index) =>
    SMALL.has(word) ? index > 0 && index < words.length - 1 : /^[\p{Lu}\p{N}(]/u.test(word),
  );
}
