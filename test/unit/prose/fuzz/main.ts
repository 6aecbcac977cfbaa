/** `npm run fuzz:prose [-- EDITS SEED]`: the whole fuzz of the scopes; the unit tests run a part of it. */
import { compileSample } from './latexBuild';
import { papersFor } from './papers';
import { fuzz } from './session';

const LATEX_DOCUMENTS = 40;

async function main(): Promise<void> {
  const [edits = 100_000, seed = 1] = process.argv.slice(2).map(Number);
  const papers = await papersFor(400);
  const start = performance.now();
  const counts = fuzz(papers, edits, seed);
  console.log(`${counts.edits} edits, ${counts.scopes} scopes, ${counts.insertions} suggestions in ${papers.length} papers; nothing wrong`);
  console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
  console.log(await compileSample(papers, LATEX_DOCUMENTS, seed));
}

void main();
