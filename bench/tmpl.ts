import { ProseDocument } from '../src/prose';
import { latexManuscript } from '../test/unit/prose/manuscripts';
let count = 0;
const text = latexManuscript(Math.ceil(1e6 / (latexManuscript(2).length - latexManuscript(1).length))).replace(/^(We measured|## Results|\\section\{Results)/gm, (s) => `${s} ${++count}`);
const at = text.indexOf('compared with controls', 0) + 22;
const S = 'Interleukin-6 was measured in the plasma of all patients on day 3, as ';
for (const opener of ['\n\\begin{equation}\nx\n', '\n\\begin{verbatim}\nx\n', '\n\\iffalse\nold\n', '\n\\newcommand{\\x}{\n', '\n\\end{document}\n']) {
  for (let rep = 0; rep < 3; rep++) {
    const d = new ProseDocument('latex', text); let pos = at; d.scopeAt(pos);
    const out: [number, string][] = [];
    for (const k of opener + S) { const t = performance.now(); d.edit({ from: pos, to: pos, insert: k }); const m = performance.now(); d.scopeAt(++pos); const e = performance.now(); out.push([e - t, JSON.stringify(k) + ' ' + (m - t).toFixed(2) + '+' + (e - m).toFixed(2)]); }
    const s = [...out].sort((a, b) => b[0] - a[0]);
    if (rep) console.log(JSON.stringify(opener), 'p50', s[s.length >> 1]![0].toFixed(2), s.slice(0, 4).map(([t, k]) => t.toFixed(2) + ' ' + k).join(' | '));
  }
}
