import assert from 'node:assert/strict';
import { compileSample, hasLatex } from './latexBuild';
import { ownPapers } from './papers';
import { fuzz } from './session';

/** A part of `npm run fuzz:prose`, always the same. */
describe('random edits to manuscripts', () => {
  it('find the same scopes as a document opened anew; suggestions leave the rest alone', async function () {
    this.timeout(60_000);
    const counts = fuzz(await ownPapers(), 2000, 1);
    // Many edits must lead to prose and be written to, or the run has compared nothing.
    assert.ok(counts.edits >= 2000 && counts.scopes > counts.edits && counts.insertions > 200, JSON.stringify(counts));
  });

  it('leave LaTeX that compiles', async function () {
    this.timeout(60_000);
    if (!hasLatex()) {
      console.log('      no pdflatex here (Debian: texlive-latex-base, texlive-latex-recommended)');
      this.skip();
    }
    assert.match(await compileSample(await ownPapers(), 3, 1), /compile$/);
  });
});
