// Spelling and grammar by Harper (harper.js), which runs here, without a network.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dialect, LocalLinter } from 'harper.js';
import { binaryInlined } from 'harper.js/binaryInlined';
import { root } from '../lib/project.mjs';

/** Rules for prose of another kind than ours. */
const LEFT_OUT = [
  'SentenceCapitalization', // cells of tables
  'UseTitleCase', // headings are in sentence case
  'ExpandMemoryShorthands', // GB
  'ExpandTimeShorthands', // ms
  'ExpandControl', // Ctrl
  'ExpandMinimum', // min
  'CompoundNouns', // "plain text"
  'DisjointPrefixes', // "under way"
  'MassNouns', // "an Intel Xeon"
  'OrthographicConsistency', // kB, MyST
  'MissingTo', // "a model's prepared form"
  'ThatThan',
  'UnitedOrganizations',
  'QuantifierNumeralConflict', // "each 128"
  'LongSentences',
];

/** If the checker doesn't find these, it is not checking. */
const PLANTED = 'This sentense has an mistake. The the models is here.';

export class Grammar {
  constructor(linter) {
    this.linter = linter;
  }

  /** @throws Error if it misses mistakes that are known */
  static async load() {
    const linter = new LocalLinter({ binary: binaryInlined, dialect: Dialect.American });
    const off = Object.fromEntries(LEFT_OUT.map((rule) => [rule, false]));
    await linter.setLintConfig({ ...(await linter.getLintConfig()), ...off });
    const terms = readFileSync(join(root, 'scripts/language/terms.txt'), 'utf8').split('\n');
    await linter.importWords(terms.filter((term) => term && !term.startsWith('#')));
    const grammar = new Grammar(linter);
    const found = await grammar.problems({ file: 'planted', prose: PLANTED, lineAt: () => 1 });
    for (const mistake of ['sentense', 'an', 'The the']) {
      if (!found.some(({ problem }) => problem.includes(`"${mistake}"`))) {
        throw new Error(`The grammar checker no longer finds "${mistake}" in "${PLANTED}".`);
      }
    }
    return grammar;
  }

  /** @returns {Promise<{ file: string, line: number, problem: string, suggestion: string }[]>} */
  async problems({ file, prose, lineAt }) {
    const rules = await this.linter.organizedLints(prose, { language: 'markdown' });
    return Object.entries(rules).flatMap(([rule, lints]) =>
      lints.map((lint) => ({
        file,
        line: lineAt(codePointsToUnits(prose, lint.span().start)),
        problem: `"${lint.get_problem_text()}": ${lint.message()} (${rule})`,
        suggestion: lint
          .suggestions()
          .slice(0, 3)
          .map((suggestion) => suggestion.get_replacement_text())
          .join(' | '),
      })),
    );
  }
}

/** Harper counts code points, JavaScript UTF-16 units. */
function codePointsToUnits(text, codePoints) {
  return [...text].slice(0, codePoints).join('').length;
}
