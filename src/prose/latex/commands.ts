import type { BlockKind, ScopeReason } from '../scope';

/**
 * What an argument holds, one letter each, in a command's signature:
 * `o` optional, not prose · `O` optional, prose · `q` mandatory, not prose, within one paragraph ·
 * `Q` mandatory, not prose, may hold paragraphs · `k` mandatory, not to be completed but read as
 * text (a glossary key, code) · `p` prose in the sentence · `b` prose that is a block of its own (heading,
 * caption) · `a` prose beside the sentence (footnote) · `m` math · `u` unknown: prose once it has a space.
 * A `+` at the end: all of it again, as often as it comes.
 */
export type Signature = string;

export interface CommandSpec {
  args: Signature;
  /** Why non-prose arguments are silent. */
  reason: ScopeReason;
  /** The block kind of `b` and `a` arguments. */
  block?: BlockKind;
  /** Nothing is written behind it on its line: `\begin{…}`, `\label{…}`, `\centering`. */
  structural?: boolean;
  /** `b` arguments are prose even in the preamble. */
  frontMatter?: boolean;
}

const COMMANDS = new Map<string, CommandSpec>();

function define(names: string, args: Signature, more: Partial<CommandSpec> = {}): void {
  for (const name of names.split(' ')) COMMANDS.set(name, { args, reason: 'commandArgument', ...more });
}

define(
  'textbf textit emph text textrm textsf texttt textsc textup textsl textmd textnormal underline uline mbox hbox ' +
    'textsuperscript textsubscript enquote hl st sout textquote MakeUppercase MakeLowercase fbox highlight added ' +
    'textln textin intertext',
  'p',
);
define('part chapter section subsection subsubsection paragraph subparagraph', 'ob', {
  block: 'heading',
  structural: true,
});
define('title subtitle abstract frametitle framesubtitle', 'ob', {
  block: 'heading',
  structural: true,
  frontMatter: true,
});
define('caption subcaption', 'ob', { block: 'caption', structural: true });
define('captionof', 'qob', { block: 'caption', structural: true });
define('footnote footnotetext sidenote', 'oa', { block: 'footnote' });
define('thanks marginpar marginnote todo tablefootnote endnote tnote', 'oa', { block: 'footnote' });
define('item', 'O');
define('ref eqref autoref cref Cref pageref nameref vref labelcref', 'q', { reason: 'label' });
define('crefrange Crefrange cpagerefrange vrefrange', 'qq', { reason: 'label' });
define('label', 'q', { reason: 'label', structural: true });
define('hyperref', 'op', { reason: 'label' });
define('url path nolinkurl doi', 'q', { reason: 'url' });
define('href', 'oqp', { reason: 'url' });
define('includegraphics includesvg', 'oq', { structural: true });
define('input include includeonly subfile import bibliographystyle addbibresource graphicspath', 'oq', {
  structural: true,
});
define('bibliography printbibliography', 'oq', { reason: 'bibliography', structural: true });
define('bibitem', 'oq', { reason: 'bibliography' });
define('usepackage RequirePackage documentclass LoadClass', 'oqo', { structural: true });
define('hypersetup geometry lstset tikzset sisetup pgfplotsset captionsetup DeclareCaptionFormat', 'oQ', {
  structural: true,
});
define('vspace pagestyle thispagestyle pagenumbering selectlanguage', 'q', { structural: true });
define('setlength addtolength setcounter addtocounter fontsize', 'qq', { structural: true });
define('color pagecolor', 'oq', { structural: true });
define('definecolor', 'oqqq', { structural: true });
define('colorlet', 'oqoq', { structural: true });
define('textcolor colorbox', 'oqp');
define('hspace Sexpr', 'q');
define('deleted', 'oQ');
define('replaced', 'opQ');
define('newcommand renewcommand providecommand DeclareRobustCommand newcommandx', 'qooQ', { structural: true });
define('NewDocumentCommand RenewDocumentCommand ProvideDocumentCommand DeclareDocumentCommand', 'qQQ', {
  structural: true,
});
define(
  'NewDocumentEnvironment RenewDocumentEnvironment ProvideDocumentEnvironment DeclareDocumentEnvironment',
  'qQQQ',
  { structural: true },
);
define('DeclareMathOperator', 'qQ', { structural: true });
define('newenvironment renewenvironment', 'qooQQ', { structural: true });
define('newtcblisting newtcolorbox newtcbtheorem renewtcolorbox renewtcblisting', 'oqooQQ', { structural: true });
define('NewTCBListing DeclareTCBListing RenewTCBListing ProvideTCBListing NewTColorBox DeclareTColorBox', 'oqQQ', {
  structural: true,
});
define('lstnewenvironment', 'qooQQ', { structural: true });
define('DefineVerbatimEnvironment CustomVerbatimEnvironment RecustomVerbatimEnvironment', 'qqQ', { structural: true });
define('newminted newmint newmintinline newmintedfile', 'oqQ', { structural: true });
define('excludecomment includecomment newverbatim', 'q', { structural: true });
define('newtheorem', 'qoqo', { structural: true });
define('newacronym newglossaryentry DeclareAcronym acrodef longnewglossaryentry', 'oqQQ', { structural: true });
define('addcontentsline', 'qqQ', { structural: true });
define('addtocontents numberwithin settowidth settoheight settodepth', 'qQ', { structural: true });
define('cellcolor rowcolor columncolor', 'oqoo');
define(
  'column linespread setstretch enlargethispage theoremstyle usetheme usecolortheme nocite phantom hphantom vphantom',
  'q',
  { structural: true },
);
define('specialrule crefname Crefname', 'qqq', { structural: true });
define('addlinespace', 'o', { structural: true });
define('lstinputlisting includepdf verbatiminput inputminted', 'oqq', { structural: true });
define('setlist setenumerate setitemize', 'oQ', {
  structural: true,
});
define('DeclareUnicodeCharacter setbeamertemplate setbeamercolor setbeamerfont', 'qQ', { structural: true });
define('makebox framebox', 'oop');
define('fcolorbox', 'qqp');
define('shortstack makecell thead', 'op');
define('SetCell SetCells SetRow SetRows SetColumn SetColumns SetHline SetHlines SetVline SetVlines', 'ooq');
define('TblrNote', 'q', { reason: 'label' });
define('pretocmd apptocmd', 'qQQQ', { structural: true });
define('patchcmd xpatchcmd', 'oqQQQQ', { structural: true });
define('titleformat', 'qoQQQQo', { structural: true });
define('titlespacing', 'qQQQ', { structural: true });
define('UseVerb', 'oq', { reason: 'verbatim' });
// Pseudo-code of algorithm2e and algorithmicx.
define('KwData KwResult KwIn KwOut KwInput KwOutput KwRet KwTo tcp tcc', 'Q', { reason: 'codeBlock' });
define('While For ForEach ForAll If uIf ElseIf uElseIf lIf lFor lForEach Switch Case uCase Repeat', 'qQ', {
  reason: 'codeBlock',
});
define('Else uElse lElse Other lOther Begin', 'Q', { reason: 'codeBlock' });
define('eIf', 'qQQ', { reason: 'codeBlock' });
define('multicolumn', 'qqp');
define('multirow', 'oqoqop');
define('cline cmidrule', 'oq', { structural: true });
define('hline toprule midrule bottomrule', 'o', { structural: true });
define('rule', 'oqq');
define('raisebox', 'qoop');
define('parbox', 'oooqp');
define('scalebox rotatebox', 'oqp');
define('resizebox', 'qqp');
define('foreignlanguage hypertarget hyperlink', 'qp');
define(
  'author date affil affiliation affiliations address institute email orcid ead corref fnref tnoteref cortext',
  'oQ',
  { structural: true },
);
define('index glossary pdfbookmark refstepcounter', 'oq');
define('gls Gls glspl Glspl acrshort acrlong acrfull ac acs acl acf acp Ac glsentryshort glsentrylong', 'ok', {
  reason: 'label',
});
define('ce num si unit SI qty SIrange qtyrange numrange numlist SIlist qtylist ang', 'oqqq');
define('ensuremath', 'm');
define('verb lstinline', 'ok', { reason: 'verbatim' });
define('mintinline', 'oqk', { reason: 'verbatim' });
define('noindent indent bfseries itshape small footnotesize scriptsize normalsize large Large LARGE huge', '');
define('tag', 'q');
define(
  'centering raggedright raggedleft maketitle tableofcontents listoffigures listoftables newpage clearpage ' +
    'cleardoublepage pagebreak appendix linenumbers ' +
    'frontmatter mainmatter backmatter bigskip medskip smallskip vfill hfill printglossaries hrule',
  '',
  { structural: true },
);

/**
 * Commands that set something up, by the names that packages give them: `\SetTblrInner`, `\UseTblrLibrary`,
 * `\AtBeginEnvironment`, `\DeclareFieldFormat`. Nothing that they are told is text.
 */
const SETUP_NAME =
  /^(?:Set|Use|New|Renew|Provide|Declare|Define|Def|At(?:Begin|End|Every)|(?:Before|After)(?:Begin|End)|Add|Undef|Patch)[A-Z]/;
const SETUP: CommandSpec = { args: 'oQ+', reason: 'commandArgument', structural: true };
const UNKNOWN: CommandSpec = { args: 'ou', reason: 'commandArgument' };
const CITATION: CommandSpec = { args: 'ooq', reason: 'citation' };
/** Of biblatex, as many as there are. */
const MULTICITE: CommandSpec = { args: 'ooq+', reason: 'citation' };
const REFERENCE: CommandSpec = { args: 'q', reason: 'label' };

/** @param name without the backslash and without a star. */
export function commandSpec(name: string): CommandSpec {
  const known = COMMANDS.get(name);
  if (known !== undefined) return known;
  if (/cite/i.test(name)) return /cites$/i.test(name) ? MULTICITE : CITATION;
  if (/ref$/.test(name)) return REFERENCE;
  if (SETUP_NAME.test(name)) return SETUP;
  return UNKNOWN;
}

/** Whether a command has a meaning of its own in LaTeX or in a package that is known. */
export function isKnownCommand(name: string): boolean {
  return COMMANDS.has(name) || SYMBOLS.has(name);
}

/** Characters that a control word stands for in text. */
export const SYMBOLS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ss: 'ß',
    ae: 'æ',
    AE: 'Æ',
    oe: 'œ',
    OE: 'Œ',
    o: 'ø',
    O: 'Ø',
    aa: 'å',
    AA: 'Å',
    l: 'ł',
    L: 'Ł',
    i: 'ı',
    j: 'ȷ',
    dots: '…',
    ldots: '…',
    textellipsis: '…',
    textendash: '–',
    textemdash: '—',
    textdegree: '°',
    degree: '°',
    textmu: 'μ',
    micro: 'μ',
    textregistered: '®',
    texttrademark: '™',
    textcopyright: '©',
    copyright: '©',
    S: '§',
    textless: '<',
    textgreater: '>',
    textpm: '±',
    texttimes: '×',
    textpercent: '%',
    textasciitilde: '~',
    textasciicircum: '^',
    textbar: '|',
    textbackslash: '\\',
    textunderscore: '_',
    textbullet: '•',
    dag: '†',
    ddag: '‡',
    pounds: '£',
    euro: '€',
    textquoteright: '’',
    textquoteleft: '‘',
    textquotedblleft: '“',
    textquotedblright: '”',
    celsius: '°C',
    slash: '/',
    LaTeX: 'LaTeX',
    TeX: 'TeX',
    quad: ' ',
    qquad: ' ',
    enspace: ' ',
    thinspace: ' ',
    space: ' ',
    newline: ' ',
    par: ' ',
    textrightarrow: '→',
    textleftarrow: '←',
    textdaggerdbl: '‡',
    textdagger: '†',
    textonehalf: '½',
  }),
);

/** Combining characters of the accent commands. */
export const ACCENTS: ReadonlyMap<string, string> = new Map([
  ["'", '\u0301'],
  ['`', '\u0300'],
  ['^', '\u0302'],
  ['"', '\u0308'],
  ['~', '\u0303'],
  ['=', '\u0304'],
  ['.', '\u0307'],
  ['u', '\u0306'],
  ['v', '\u030c'],
  ['H', '\u030b'],
  ['c', '\u0327'],
  ['d', '\u0323'],
  ['b', '\u0331'],
  ['r', '\u030a'],
  ['k', '\u0328'],
]);

export interface EnvironmentSpec {
  args: Signature;
  /** `inherit`: as around it. `verbatim`: raw until its `\end`. */
  mode: 'inherit' | 'prose' | 'math' | 'quiet' | 'verbatim';
  reason: ScopeReason;
  block?: BlockKind;
}

const ENVIRONMENTS = new Map<string, EnvironmentSpec>();

function environment(
  names: string,
  mode: EnvironmentSpec['mode'],
  args: Signature,
  reason: ScopeReason,
  block?: BlockKind,
): void {
  for (const name of names.split(' '))
    ENVIRONMENTS.set(name, { mode, args, reason, ...(block === undefined ? {} : { block }) });
}

environment(
  'equation align gather multline eqnarray math displaymath flalign dmath IEEEeqnarray split aligned gathered cases ' +
    'matrix pmatrix bmatrix vmatrix Bmatrix smallmatrix',
  'math',
  '',
  'math',
);
environment('alignat xalignat array subarray empheq', 'math', 'oq', 'math');
environment(
  'verbatim Verbatim lstlisting minted alltt filecontents BVerbatim lstcode luacode Sinput Soutput Schunk',
  'verbatim',
  '',
  'verbatim',
);
environment('comment', 'verbatim', '', 'comment');
environment('tikzpicture pgfpicture picture axis circuitikz forest', 'quiet', 'o', 'graphics');
environment('thebibliography', 'quiet', 'q', 'bibliography');
environment('algorithmic algorithm2e', 'quiet', 'o', 'codeBlock');
environment('abstract', 'prose', 'o', 'commandArgument');
environment('document', 'prose', '', 'preamble');
environment(
  'itemize enumerate description tablenotes compactitem compactenum compactdesc asparaenum asparaitem inparaenum inparaitem inparadesc',
  'inherit',
  'o',
  'commandArgument',
  'listItem',
);
environment('quote quotation displayquote verse', 'inherit', '', 'commandArgument', 'quote');
environment('tabular longtable array supertabular', 'inherit', 'oq', 'commandArgument', 'tableCell');
environment('tabularx tabulary xltabular tabular*', 'inherit', 'qoq', 'commandArgument', 'tableCell');
// Its settings may go over paragraphs.
environment('tblr longtblr talltblr booktabs longtabs talltabs', 'inherit', 'oQ', 'commandArgument', 'tableCell');
environment('figure table figure* table* sidewaystable sidewaysfigure algorithm', 'inherit', 'o', 'commandArgument');
environment('minipage', 'inherit', 'oooq', 'commandArgument');
environment('wrapfigure wraptable', 'inherit', 'oqoq', 'commandArgument');
environment('subfigure subtable', 'inherit', 'ooq', 'commandArgument');
environment('subequations', 'inherit', '', 'commandArgument');
environment('multicols', 'inherit', 'qo', 'commandArgument');
environment('adjustwidth', 'inherit', 'qq', 'commandArgument');
environment('adjustbox spacing otherlanguage', 'inherit', 'q', 'commandArgument');
environment('column', 'inherit', 'oq', 'commandArgument');
environment('frame', 'inherit', 'obb', 'commandArgument');
environment('block alertblock exampleblock', 'inherit', 'b', 'commandArgument');

export const PLAIN_ENVIRONMENT: EnvironmentSpec = { mode: 'inherit', args: 'o', reason: 'commandArgument' };
ENVIRONMENTS.set('array', { mode: 'math', args: 'oq', reason: 'math' });

export const MATH_ENVIRONMENT: EnvironmentSpec = { mode: 'math', args: 'o', reason: 'math' };

/** A starred form without an entry of its own is as the plain one. */
export function knownEnvironment(name: string): EnvironmentSpec | undefined {
  return ENVIRONMENTS.get(name) ?? ENVIRONMENTS.get(name.replace(/\*$/, ''));
}

/** Whether an environment that is not known is named after one of math: `boxedalign`, `myequation`. */
export function namesMath(name: string): boolean {
  return /align|equation|eqn|gather|multline|math|cases/i.test(name);
}

/** Whether an environment's first lines hold what stands in math only, outside of `$…$` and of arguments. */
export function showsMath(lines: string): boolean {
  if (!/[_^]/.test(lines)) return false;
  const bare = lines
    .replace(/\\[_^$%&#{}\\]|(?<!\\)%.*/g, '')
    .replace(/\$[^$]*\$|\\\(.*?\\\)|\$[^$]*$/g, '')
    .replace(
      /\\(?:[a-zA-Z]*(?:ref|cite)[a-zA-Z]*|label|includegraphics|input|url|href|path|bibliography|ensuremath|ce|SI|texttt|lstinline|verb.*)\*?(?:\[[^\]]*\])?\{[^{}]*\}?/g,
      '',
    )
    .replace(/^(?:\[[^\]]*\]|\{[^{}]*\})+/, '');
  return /[\w)}\]][_^](?:[\w{\\+*-])/.test(bare);
}

/** Lists within a sentence, of paralist and of enumitem. */
export function isInlineList(name: string): boolean {
  return /^(?:inpara(?:enum|item|desc)|(?:enumerate|itemize|description)\*)$/.test(name);
}
