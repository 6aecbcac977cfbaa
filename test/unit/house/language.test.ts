import assert from 'node:assert/strict';
import { linkProblems } from '../../../scripts/language/links.mjs';
import { documentProblems, isTitleCase, manifestProblems, wordingProblems } from '../../../scripts/language/rules.mjs';
import { markdown, readManifest, strings, type Problem } from '../../../scripts/language/texts.mjs';

const told = (problems: Problem[]): string[] => problems.map(({ line, problem }) => `${line}: ${problem}`);

describe('the checks of language', () => {
  const manifest = readManifest();

  it('find links that lead nowhere, and anchors without a heading', () => {
    const text =
      '# A heading, with code\n[a](#a-heading-with-code) [b](../README.md)\n[c](gone.md) [d](#gone) `[e](gone.md)`';
    assert.deepEqual(told(linkProblems(markdown('docs/x.md', text))), [
      '3: The link leads nowhere: gone.md',
      '3: There is no heading for #gone: #gone',
    ]);
  });

  it('find awkward wordings, but not in code', () => {
    const text = 'It serves in place of the model.\n\n`e.g.` is code.\n\n```\ne.g.\n```\nFor models, e.g. BioGPT!';
    const problems = wordingProblems(markdown('x.md', text));
    assert.deepEqual(told(problems).sort(), ['1: "serves in place of"', '8: "!"', '8: "e.g."']);
  });

  it('find commands and settings that there are not', () => {
    const text =
      'Run *BioGPT: Describe Term*, then **BioGPT: Sing**.\n`biogpt.completion.enabled` and `biogpt.sing.loud`';
    assert.deepEqual(told(documentProblems(markdown('x.md', text), manifest)), [
      '1: There is no command "BioGPT: Sing".',
      '2: There is no setting or command "biogpt.sing.loud".',
    ]);
  });

  it('find a README that is too long, and no other file', () => {
    const text = 'A line.\n'.repeat(91);
    assert.deepEqual(told(documentProblems(markdown('README.md', text), manifest)), ['92: The README has 91 lines.']);
    assert.deepEqual(documentProblems(markdown('docs/x.md', text), manifest), []);
  });

  it('find a setting that is not documented with its default', () => {
    const settings = new Map([
      ['biogpt.a.b', { default: 3 }],
      ['biogpt.a.c', { default: '' }],
    ]);
    const documents = [markdown('docs/settings.md', '| `biogpt.a.b` | `4` | |\n| `biogpt.a.c` | empty | |')];
    const commands = new Map([['biogpt.x', 'Restart the model']]);
    assert.deepEqual(
      manifestProblems({ commands, settings }, documents).map(({ problem }) => problem),
      ['"Restart the model" is not in title case.', 'No row for biogpt.a.b with its default'],
    );
  });

  it('know title case', () => {
    for (const title of ['Accept Suggestion up to End of Line', 'Choose Model…', 'Turn Ghost Text On']) {
      assert.ok(isTitleCase(title), title);
    }
    for (const title of ['Choose model', 'Describe a term', 'the Model']) assert.ok(!isTitleCase(title), title);
  });

  it('read strings with their lines, placeholders as names', () => {
    const source = '{\n  "a": "Using {0} in `{name}`",\n  "b": { "message": "$(gear) Settings", "comment": ["x"] }\n}';
    const read = strings('x.json', source);
    assert.deepEqual(
      read.map(({ prose, lineAt }) => [lineAt(0), prose.trim()]),
      [
        [2, 'Using BioGPT in BioGPT'],
        [3, 'Settings'],
      ],
    );
  });
});
