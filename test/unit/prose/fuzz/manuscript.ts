import type { ProseLanguage } from '../../../../src/prose/scope';

/** A paper's text as it is published, without markup. */
export interface Paper {
  title: string;
  sections: { heading: string; paragraphs: string[] }[];
}

type Random = (bound: number) => number;

/** A paper as its authors may have written it: its text in a markup language's structures, chosen by `random`. */
export function manuscriptOf(language: ProseLanguage, paper: Paper, random: Random, maxChars: number): string {
  const write = language === 'latex' ? LATEX : language === 'markdown' ? MARKDOWN : PLAIN;
  const title = write.text(paper.title);
  let body = '';
  let count = 0;
  for (const { heading, paragraphs } of paper.sections) {
    body += write.heading(write.text(heading.replace(/^.*\./, '').slice(0, 80)) || 'Section', ++count);
    for (const paragraph of paragraphs) {
      const words = write.text(paragraph).split(' ');
      for (let i = 3 + random(9); i < words.length - 3; i += 8 + random(25))
        words[i] += write.inline[random(write.inline.length)]!(words[i]!, ++count);
      body += wrapped(words, random(2) === 0 ? 90 : Infinity);
      body += random(3) === 0 ? write.blocks[random(write.blocks.length)]!(words, ++count) : '\n\n';
      if (body.length > maxChars) return write.whole(title, body);
    }
  }
  return write.whole(title, body);
}

function wrapped(words: readonly string[], width: number): string {
  let text = '';
  let column = 0;
  for (const word of words) {
    const end = column + word.length > width;
    text += text === '' ? word : end ? `\n${word}` : ` ${word}`;
    column = end ? word.length : column + word.length + 1;
  }
  return text;
}

interface Writer {
  text(published: string): string;
  heading(title: string, count: number): string;
  /** What may follow a word. */
  inline: readonly ((word: string, count: number) => string)[];
  /** What may follow a paragraph; begins with its end. */
  blocks: readonly ((words: readonly string[], count: number) => string)[];
  whole(title: string, body: string): string;
}

const first = (words: readonly string[], count: number): string =>
  words
    .slice(0, count)
    .join(' ')
    .replace(/[{}$\\]/g, '');

const MARKDOWN: Writer = {
  text: (published) => published.replace(/[\\`*_[\]<>|$^~#@{}]/g, '\\$&'),
  heading: (title, count) => `${'#'.repeat(1 + (count % 3))} ${title} {#sec:s${count}}\n\n`,
  inline: [
    (_, count) => ` [@key${count}]`,
    (_, count) => ` [see @key${count}, p. 3; @other]`,
    () => ' *in vivo*',
    () => ' **5 mg/kg**',
    () => ' TNF-$\\alpha$',
    () => ' ($n = 45$)',
    () => ' Ca^2+^ and CO~2~',
    () => ' `lme4`',
    () => ' [the registry](https://example.org/a_b)',
    (_, count) => `[^n${count}]`,
    () => ' <!-- how many? -->',
    () => ' 5&nbsp;mg',
    () => ' (`r nrow(d)` mice)',
    () => '^[Bred by us.]',
    () => ' {cite}`smith`',
    () => ' H<sub>2</sub>O',
    () => ' (5--10)',
    () => ' “mild”',
    (_, count) => ` [[note ${count}|the note]] and [[IL-6#Sources]]`,
    () => ' ==the endpoint==',
    () => ' %%how many?%%',
    () => ' `\\newline`{=latex}',
    () => ' {% if adults %}adults{% endif %}',
    () => ' at 30 $/QALY (in $US)',
    () => ' CD4\\textsuperscript{+}',
    () => ' {{< meta n >}}',
  ],
  blocks: [
    (_, count) => `\n\n$$\nE = mc^2\n$$ {#eq:e${count}}\n\n`,
    () => '\n\n```{r model, echo=FALSE}\nfit <- lmer(y ~ x)\n\nsummary(fit)\n```\n\n',
    () => '\n\n| Drug | Dose |\n|:-----|-----:|\n| Aspirin | 100 mg |\n| Ibuprofen | 400 mg |\n\n: Doses\n\n',
    (words) => `\n\n- ${first(words, 4)}\n- ${first(words, 6)}\n\n  with *more*\n\n`,
    (words) => `\n\n1. ${first(words, 4)}\n2. ${first(words, 6)}\n\n`,
    (words) => `\n\n> ${first(words, 9)}\n> and so on.\n\n`,
    (words, count) => `\n\n![${first(words, 5)}](fig${count}.png){#fig:f${count} width=50%}\n\n`,
    (words, count) => `\n\n[^n${count}]: ${first(words, 8)}\n\n`,
    (words) => `\n\n:::{note}\n:class: tip\n\n${first(words, 8)}\n:::\n\n`,
    () => '\n\n<div class="x">\n<p>Text</p>\n</div>\n\n',
    () => '\n\n<!-- to do\n\nlater -->\n\n',
    (words, count) =>
      `\n\n[^n${count}]: ${first(words, 5)}\n\n    ${first(words, 7)}\n[^m${count}]: ${first(words, 4)}\n\n`,
    (words) => `\n\nTerm\n\n:   ${first(words, 6)}\n\n    ${first(words, 5)}\n\n`,
    () => '\n\nDrug       Dose\n---------  ------\nAspirin    100\nIbuprofen  400\n\n',
    (words) =>
      `\n\n1. ${first(words, 3)}\n\n   - ${first(words, 5)}\n\n     ${first(words, 4)}\n\n2. ${first(words, 2)}\n\n`,
    (words) =>
      `\n\n::: {.callout-note title="Of mice"}\n${first(words, 6)} {{< meta n >}} @key [p. 3] and\n\n- ${first(words, 3)}\n:::\n\n`,
    (words) =>
      `\n\n${first(words, 4)}\n=======\n\n[prot]: https://example.org/a_b "Title"\n\n![Of ${first(words, 3)}][prot]\n\n`,
    (words) => `\n\n> [!note] ${first(words, 3)}\n> ${first(words, 6)}\n> - ${first(words, 2)}\n\n`,
    (_, count) => `\n\n![[figure ${count}.png|300]]\n\n`,
    (words) => `\n\n---\nnocite: |\n  @all\n\nlang: en\n---\n\n${first(words, 6)}. ^id-1\n\n`,
    () =>
      '\n\n-------------------------\n Drug      Effect\n--------- ---------------\n Aspirin   lowers\n           fever\n\nIbuprofen  lowers  it\n-------------------------\n\n: Effects\n\n',
    (words) => `\n\n| ${first(words, 4)}\n| ${first(words, 3)}\n\n`,
    (words) => `\n\nTerm\n:   ${first(words, 5)}\n:   ${first(words, 4)}\n\n`,
    (words) => `\n\n%%\n${first(words, 4)}\n\n${first(words, 3)}\n%%\n\n`,
    () => '\n\n::: {.mermaid}\ngraph TD\n\nA --> B\n:::\n\n',
    (words) => `\n\n!!! note "Title"\n    ${first(words, 6)}\n\n    ${first(words, 5)}\n\n`,
    () => '\n\n\\begin{tabular}{lc}\nAge & 65 \\\\\n\\end{tabular}\n\n',
    () => '\n\n+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+\n\n\\newpage\n\n',
  ],
  whole: (title, body) =>
    `---\ntitle: "${title.replace(/["\\]/g, '')}"\nbibliography: refs.bib\n---\n\n# Introduction\n\n${body}`,
};

const PLAIN: Writer = {
  text: (published) => published,
  heading: (title) => `${title}\n\n`,
  inline: [() => ' [12]', () => ' (see below)'],
  blocks: [() => '\n\n'],
  whole: (title, body) => `${title}\n\n${body}`,
};

const LATEX_SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '$<$',
  '>': '$>$',
  '±': '$\\pm$',
  α: '$\\alpha$',
  β: '$\\beta$',
  γ: '$\\gamma$',
  κ: '$\\kappa$',
  μ: '$\\mu$',
  '–': '--',
  '—': '---',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
};

const LATEX: Writer = {
  text: (published) =>
    published
      .replace(/[%&_#${}]/g, '\\$&')
      .replace(/\\(?![%&_#${}])|[~^<>±αβγκμ–—≤≥]/g, (sign) => LATEX_SPECIAL[sign]!)
      .replace(/[^\x00-\x7f]/g, ''),
  heading: (title, count) => `\\${['section', 'subsection'][count % 2]!}{${title}}\\label{sec:s${count}}\n`,
  inline: [
    (_, count) => `~\\cite{key${count},other}`,
    () => ' \\textit{in vivo}',
    () => ' \\textbf{5~mg/kg}',
    () => ' TNF-$\\alpha$',
    () => ' ($n = 45$)',
    () => ' Ca\\textsuperscript{2+}',
    () => ' \\verb|lme4_x%|',
    (_, count) => ` (Fig.~\\ref{fig:f${count}})`,
    () => "\\footnote{Bred by \\emph{us} in ``our'' house.}",
    () => ' % how many?\n',
    () => ' 5\\,mg',
    () => ' na\\"{\\i}ve',
    () => ' (5--10)',
    () => ' {\\bfseries bold} text',
    () => ' \\mbox{22 degrees}',
    () => ' and \\(x^2\\)',
    () => ' \\href{https://example.org/a\\%20b}{the registry}',
    () => ' \\citep[see][p.~3]{other}',
    () => ' \\lstinline{lmer(y ~ x)}',
    () => ' \\textcolor{red}{treated mice}',
    () => '\\footnote{Of \\textbf{C57BL/6 \\emph{sub}} ($n=5$), see~\\cite{other}.}',
    () => '%\n',
    () => ' {\\color{blue}others} and',
    () => ' \\textit{et al.}\\ in',
    () => ' of \\drug{} in \\gene{BRCA1 carriers}',
    () => ' (\\pval{0.03})',
    () => ' $\\Var(x) \\geq \\Rzero$',
    () => ' \\url|https://example.org/a%20b|',
    () => ' \\addcontentsline{toc}{section}{Of mice} and',
  ],
  blocks: [
    (_, count) => `\n\\begin{equation}\\label{eq:e${count}}\n  E = mc^2 + \\frac{a}{b}\n\\end{equation}\n`,
    () => '\n\\begin{align*}\n  a &= b \\\\\n  c &= \\text{if } d\n\\end{align*}\nwhere $a$ is new.\n\n',
    () => '\n\n\\begin{verbatim}\nfit <- lmer(y ~ x) % $ {\n\\end{verbatim}\n\n',
    () =>
      '\n\n\\begin{table}[ht]\n\\caption{Doses of drugs.}\n\\begin{tabular}{lr}\nDrug & Dose \\\\ \\hline\nAspirin & 100~mg \\\\\nOther & \\multicolumn{1}{c}{low} \\\\\n\\end{tabular}\n\\end{table}\n\n',
    (words) => `\n\n\\begin{itemize}\n\\item ${words.length} words\n\\item[Second] thing\n\\end{itemize}\n\n`,
    (_, count) =>
      `\n\n\\begin{figure}[ht]\n  \\centering\n  \\rule{2cm}{1cm}\n  \\caption[Survival]{Survival of \\emph{mice}.}\\label{fig:f${count}}\n\\end{figure}\n\n`,
    () => '\n\n\\begin{quote}\nThe committee finds no harm.\n\\end{quote}\n\n',
    () => '\n\\[ a = b, \\]\nas before.\n\n',
    () => '\n\n% to do: { $ later\n\n',
    () =>
      '\n\n\\begin{table}\n\\caption[Doses]{Doses of \\emph{drugs}.}\n\\begin{tabularx}{\\textwidth}{@{}lX>{\\raggedright\\arraybackslash}p{3cm}@{}}\n\\toprule\n' +
      'Drug & Effect & Note \\\\\n\\midrule\nAspirin & lowers \\textbf{fever} & low \\\\\n\\addlinespace\nOther & \\multicolumn{2}{c}{none} \\\\[2pt]\n\\bottomrule\n\\end{tabularx}\n\\end{table}\n\n',
    () => '\n\n\\begin{lstlisting}[language=R, caption={A fit}]\nfit <- lmer(y ~ x) % $\n\\end{lstlisting}\n\n',
    (words) =>
      `\n\n\\begin{enumerate}\n\\item ${words.length} mice\n\n  of age\n  \\begin{itemize}\n  \\item[--] male\n  \\item female\n  \\end{itemize}\n\\item rats\n\\end{enumerate}\n\n`,
    (_, count) =>
      `\n\n\\begin{figure}[ht]\n\\begin{subfigure}[b]{0.4\\textwidth}\n\\rule{2cm}{1cm}\n\\caption{Weight of mice}\n\\end{subfigure}\n\\hfill\n\\caption{(\\textbf{a})~Weight.\\label{fig:s${count}}}\n\\end{figure}\n\n`,
    () => '\n\\begin{subequations}\n\\begin{gather}\na = b \\\\\nc = d\n\\end{gather}\n\\end{subequations}\n\n',
    (_, count) =>
      `\n\n\\providecommand\\x${'abcdefghij'[count % 10]!}${'klmnopqrst'[Math.floor(count / 10) % 10]!}{mice}\n\\setlength\\parindent{1em}\n\\noindent Rats too.\n\n`,
    () => '\n\n\\paragraph{Animals.} Mice.\\label{par:a}\n\n\\begin{center}\nBred here.\n\\end{center}\n\n',
    () => '\n\\be\n  a = b\n\\ee\nas before.\n\n',
    () => '\n\n\\begin{out}\np-value = 0.03 % $ {\n\\end{out}\n\n',
    () => '\n\n\\begin{eqs}\n  a &= b\n\\end{eqs}\n\n',
    () => '\n\n\\emph\n  {Of mice}\n\n',
    () => '\n\n\\begin{description}\n\\item[Mice] of age\n\\item[Rats] too\n\\end{description}\n\n',
  ],
  whole: (title, body) =>
    `\\documentclass[11pt]{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n\\usepackage{amsmath}\n\\usepackage[numbers]{natbib}\n\\usepackage{tabularx,booktabs,xcolor,listings,subcaption}\n\\usepackage{hyperref}\n` +
    `\\newcommand{\\gene}[1]{\\textit{#1}}\n\\newcommand{\\drug}{aspirin}\n\\newcommand{\\pval}[1]{$p = #1$}\n\\newcommand{\\Rzero}{R_0}\n\\DeclareMathOperator{\\Var}{Var}\n` +
    `\\newcommand{\\be}{\\begin{equation}}\n\\newcommand{\\ee}{\\end{equation}}\n\\newenvironment{eqs}{\\align}{\\endalign}\n\\usepackage{fancyvrb}\n\\DefineVerbatimEnvironment{out}{Verbatim}{}\n\\title{${title}}\n\\author{A. Writer}\n\\date{2020}\n\\begin{document}\n\\maketitle\n` +
    `\\begin{abstract}\nSepsis kills.\n\\end{abstract}\n${body}\n\\begin{thebibliography}{9}\n\\bibitem{other} Other. 2020.\n\\end{thebibliography}\n\\end{document}\n`,
};
