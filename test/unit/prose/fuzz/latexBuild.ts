import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal } from '../../../../src/completion/trigger';
import { insertionFor } from '../../../../src/prose/insertion';
import { repairSpacing } from '../../../../src/prose/spacing';
import { scopeAt } from '../../../../src/prose/proseDocument';
import { randomFrom } from '../manuscripts';
import { answersFrom } from './answers';
import { manuscriptOf, type Paper } from './manuscript';

const SUGGESTIONS = 60;

/** Whether TeX Live is there. */
export function hasLatex(): boolean {
  return spawnSync('pdflatex', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Accepts suggestions at random places of manuscripts and compiles them with pdfLaTeX.
 * @returns one line for people.
 * @throws Error with TeX's complaint and the suggestion that it is about, as far as that shows.
 */
export async function compileSample(papers: readonly Paper[], documents: number, seed: number): Promise<string> {
  if (!hasLatex())
    return 'LaTeX was not compiled: there is no pdflatex (Debian: texlive-latex-base, texlive-latex-recommended).';
  let suggestions = 0;
  for (let i = 0; i < documents; i++) {
    const random = randomFrom(seed * 1000 + i);
    const base = manuscriptOf('latex', papers[random(papers.length)]!, random, 4000);
    const untouched = complaint(base);
    if (untouched !== null)
      throw new Error(`The manuscript itself does not compile (seed ${seed}, document ${i}):\n${untouched}`);
    const { text, written } = withSuggestions(base, papers, random);
    suggestions += written.length;
    const wrong = complaint(text);
    if (wrong !== null) throw new Error(`Seed ${seed}, document ${i}:\n${wrong}\n${written.join('\n')}`);
  }
  return `${documents} LaTeX documents with ${suggestions} suggestions compile`;
}

function withSuggestions(
  base: string,
  papers: readonly Paper[],
  random: (bound: number) => number,
): { text: string; written: string[] } {
  const answer = answersFrom(papers, random);
  const written: string[] = [];
  let text = base;
  for (let tries = 0; written.length < SUGGESTIONS && tries < 20 * SUGGESTIONS; tries++) {
    const at = random(text.length + 1);
    const scope = scopeAt('latex', text, at);
    if (!scope.prose) continue;
    const lineEnd = text.indexOf('\n', at);
    const lineSuffix = text.slice(at, lineEnd < 0 ? text.length : lineEnd);
    if (refusal({ explicit: true, lastEdit: 'typed', oneCursor: true, lineSuffix }) !== undefined) continue;
    const insertion = insertionFor(
      'latex',
      scope,
      { linePrefix: scope.linePrefix, lineSuffix },
      repairSpacing(answer()),
    );
    written.push(`${scope.linePrefix.slice(-30)}█${insertion.text}█${lineSuffix.slice(insertion.covers, 30)}`);
    text = text.slice(0, at) + insertion.text + text.slice(at + insertion.covers);
  }
  return { text, written };
}

/** TeX's first error, null where there is none. */
function complaint(text: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'prose-latex-'));
  try {
    writeFileSync(join(folder, 'm.tex'), text);
    const options = ['-interaction=nonstopmode', '-halt-on-error', '-draftmode', 'm.tex'];
    const { status, stdout } = spawnSync('pdflatex', options, { cwd: folder, encoding: 'latin1', timeout: 60_000 });
    if (status === 0) return null;
    const error = stdout.split('\n');
    const at = error.findIndex((line) => line.startsWith('!'));
    return error.slice(Math.max(0, at), at + 8).join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
