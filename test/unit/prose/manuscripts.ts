/** A whole number below `bound` at each call, from a seed (mulberry32). */
export function randomFrom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * bound);
  };
}

/** What random edits insert: text, and markup whole and broken. */
export const SNIPPETS = [
  '',
  'a',
  ' ',
  '\n',
  '\n\n',
  'mice ',
  '.',
  '$',
  '$$',
  '`',
  '```',
  '```\n',
  '~~~',
  '*',
  '**',
  '_',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '](',
  '[^',
  '[@',
  '@',
  '<',
  '<!--',
  '-->',
  '<div>',
  '\\',
  '\\begin{',
  '\\begin{equation}',
  '\\end{equation}',
  '\\end{itemize}',
  '\\cite{',
  '\\textbf{',
  '\\footnote{',
  '%',
  '% x\n',
  '\\[',
  '\\]',
  '\\verb|',
  '|',
  '---',
  '---\n',
  '# ',
  '- ',
  '    ',
  '> ',
  '\\section{',
  '\\begin{verbatim}',
  '\\end{verbatim}',
  '\\end{document}',
  '\\documentclass{x}',
  '\\iffalse',
  '\\fi',
  '&',
  '~',
  "\\'",
  '\t',
  '\r\n',
  'é',
  '😀',
  '\\SI{5}{',
  '|---|',
  ':::',
  '\\title{',
  '\\item ',
  '---\ntitle: x\n',
  '...\n',
  'key: value\n',
  '--- ---\n',
  '-----\n',
  ' a  b\n',
  '%%',
  '%%\n',
  '{%',
  '%}',
  '{#',
  '[[',
  ']]',
  '![[',
  '|alias',
  '> [!note] ',
  '==',
  ' ^id',
  '::: mermaid\n',
  '!!! note\n',
  ':   ',
  '| ',
  '{=latex}',
  '\\newcommand{\\drug}{aspirin}\n',
  '\\drug{}',
  '\\be\n',
  '\\ee\n',
  '\\newcommand{\\be}{\\begin{equation}}\n',
  '\\newcommand{\\ee}{\\end{equation}}\n',
  '\\MakeShortVerb{\\|}\n',
  '\\def\\x#1{\\textit{#1}}',
  '\\x{a b}',
  '\\begin{tblr}{ll}\n',
  '\\cites(see){a}[b]{c}',
  '\\url|',
  '\\SetCell{',
];

/** A manuscript in Markdown, its body `times` over. */
export function markdownManuscript(times: number): string {
  const body = `## Results of cohort study {#sec:results}

We measured *in vivo* TNF-$\\alpha$ in $n = 45$ patients [@smith2020; @jones21] (see [Figure 1](#fig1)); 5% had
**5 mg** doses, at 37 °C. The serum levels of interleukin-6[^elisa] rose in the treated group compared with controls,
as fitted with \`lme4\` and shown at <https://example.org/x>. As @smith2020 showed, CO~2~ fell.

[^elisa]: Measured by ELISA in duplicate, as *described* before.

$$
E = mc^2
$$

1. The first criterion was hypertension.
2. The second was an age over 18 years,

   \`\`\`r
   x <- subset(d, age > 18)
   \`\`\`

   as in the protocol.

| Drug | Dose |
|:-----|-----:|
| Aspirin | 100 mg |
| Ibuprofen | 400 mg |

\`\`\`{r model, echo=FALSE}
fit <- lmer(y ~ x + (1 | id))

summary(fit)
\`\`\`

> Patients were told that *nothing* would change
> in their care.

<!-- check with the

statistician -->

![Survival of mice after treatment.](fig1.png){#fig1}

`;
  return `---\ntitle: "IL-6 in sepsis"\nbibliography: refs.bib\n---\n\n# Introduction\n\n${body.repeat(times)}`;
}

/** A manuscript in LaTeX, its body `times` over. */
export function latexManuscript(times: number): string {
  const body = String.raw`\section{Results of cohort study}\label{sec:res}
We measured \textit{in vivo} TNF-$\alpha$ in $n = 45$ patients~\cite{smith2020,jones21} (see Fig.~\ref{fig:one});
5\% had \SI{5}{\milli\gram} doses. % a comment with { and $
The serum levels of interleukin-6\footnote{Measured by ELISA \citep[see][p.~3]{kit} in duplicate.} rose in the
treated group compared with controls \href{https://example.org/a%20b}{as registered}.

\begin{equation}
  E = mc^2 + \frac{a}{b}
\end{equation}
where $E$ is the energy and na\"{\i}ve cells were \verb|x_%| typed.

\begin{figure}[ht]
  \centering\includegraphics[width=\textwidth]{fig1.pdf}
  \caption[Survival]{Survival of mice {\bf treated} with \emph{drug}.}\label{fig:one}
\end{figure}

\begin{itemize}
\item First thing that matters for hypertension.
\item[Second] thing, \gene{TP53} and \rev{words of a reviewer}.
\end{itemize}

\begin{table}
\begin{tabular}{lr}
Drug & Dose \\ \hline
Aspirin & 100~mg \\
\end{tabular}
\end{table}

\begin{lstlisting}[language=R]
fit <- lmer(y ~ x) % $

summary(fit)
\end{lstlisting}

`;
  return (
    String.raw`\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\newcommand{\gene}[1]{\textit{#1}}
\title{Interleukin-6 in sepsis}
\author{A. Writer}
\begin{document}
\maketitle
\begin{abstract}
Sepsis kills.
\end{abstract}
` +
    body.repeat(times) +
    '\\bibliography{refs}\n\\end{document}\n'
  );
}
