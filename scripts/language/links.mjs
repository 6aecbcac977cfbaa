// Relative links and pictures of Markdown files, and the anchors they name.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/project.mjs';

/** Links that lead nowhere. A document is `{ file, text, lineAt }`, its file relative to the repository. */
export function linkProblems({ file, text, lineAt }) {
  const withoutCode = text.replace(/^```[\s\S]*?^```|`[^`\n]*`/gm, (match) => match.replace(/[^\n]/g, ' '));
  return [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(({ 1: target, index }) => {
    const problem = problemOf(file, text, target);
    return problem ? [{ file, line: lineAt(index), problem, suggestion: '' }] : [];
  });
}

function problemOf(file, text, target) {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path, anchor] = target.split('#');
  let content = text;
  if (path !== '') {
    const there = join(root, dirname(file), decodeURIComponent(path));
    if (!existsSync(there)) return `The link leads nowhere: ${target}`;
    if (anchor === undefined || statSync(there).isDirectory()) return undefined;
    content = readFileSync(there, 'utf8');
  }
  return anchorsOf(content).has(anchor) ? undefined : `There is no heading for #${anchor}: ${target}`;
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(markdown) {
  const headings = [...markdown.matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
