/**
 * `npm run fuzz:prose [-- EDITS SEED DOCUMENTS]`: the whole fuzz of the scopes, of which the unit tests run a part;
 * then that many LaTeX documents are compiled.
 */
import { compileSample } from './latexBuild';
import { papersFor } from './papers';
import { fuzz } from './session';

async function main(): Promise<void> {
  const [edits = 100_000, seed = 1, documents = 40] = process.argv.slice(2).map(Number);
  const papers = await papersFor(400);
  const start = performance.now();
  const counts = fuzz(papers, edits, seed);
  console.log(
    `${counts.edits} edits, ${counts.scopes} scopes, ${counts.insertions} suggestions in ${papers.length} papers; nothing wrong`,
  );
  console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
  console.log(await compileSample(papers, documents, seed));
}

void main();
