// Checks the English of everything a person reads: the texts of the extension and the Markdown files.
// `node scripts/checkLanguage.mjs` checks all of it; `… FILE.md` checks some files.
import { argv } from 'node:process';
import { Grammar } from './language/grammar.mjs';
import { linkProblems } from './language/links.mjs';
import { documentProblems, manifestProblems, wordingProblems } from './language/rules.mjs';
import { markdownFiles, readManifest, readMarkdown, readStrings } from './language/texts.mjs';

const files = argv.length > 2 ? argv.slice(2) : markdownFiles();
const documents = files.map(readMarkdown);
const texts = argv.length > 2 ? documents : [...documents, ...readStrings()];
const manifest = readManifest();

const problems = [];
for (const document of documents) {
  problems.push(...linkProblems(document), ...documentProblems(document, manifest));
}
if (argv.length === 2) problems.push(...manifestProblems(manifest, documents));
const grammar = await Grammar.load();
for (const text of texts) problems.push(...wordingProblems(text), ...(await grammar.problems(text)));

for (const { file, line, problem, suggestion } of problems) {
  console.log(`${file}:${line}: ${problem}${suggestion ? ` → ${suggestion}` : ''}`);
}
const count = `${documents.length} documents and ${texts.length - documents.length} strings`;
if (problems.length === 0) console.log(`${count}: no problems.`);
else {
  console.log(`\n${count}: ${problems.length} problems. A term of ours belongs in scripts/language/terms.txt.`);
  process.exitCode = 1;
}
