// An ESLint rule for the editor's side: what a person may read comes from `vscode.l10n.t`, so that it is in the bundle.
//
// Words are told from identifiers by what they look like: two of them with a blank between, or a capitalised one. Where
// the editor shows a string in any case (a message, a title, a label …) one letter is enough.

/** Functions whose strings only the log shows. */
const LOGS = /^(log|info|debug)$/;
/** Functions of the editor whose strings a person reads. */
const SHOWS =
  /^(show(Information|Warning|Error)Message|setStatusBarMessage|showQuickPick|showInputBox|createWebviewPanel)$/;
/** Properties of the editor's objects, and attributes of a page, that a person reads. */
const SHOWN =
  /^(title|label|description|detail|tooltip|placeHolder|placeholder|prompt|message|openLabel|saveLabel|text|condition|problem)$/;
const SHOWN_ATTRIBUTES = /\b(title|aria-label|alt|placeholder)="([^"]*)"/g;
/** Names that are the same in every language. */
const NAMES = new Set(['BioGPT', 'BioGPT Writer', 'Markdown', 'LaTeX', 'Quarto', 'R Markdown', 'Sweave']);

/** Of a setting, a command, a view. */
const IDENTIFIER = /^[\w-]+(\.[\w-]+)+$/;
const WORDS = /\p{L}{2,}[,.:;]?\s+\p{L}|^(\$\([\w~-]+\)\s*)?\p{Lu}\p{Ll}+[….!?]?$/u;

/** The fixed parts of a string or template, values as `\0`; undefined for any other node. */
function textOf(node) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  return node.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.cooked).join('\0') : undefined;
}

/** What a reader of a page sees of its source. */
function seenOf(html) {
  const attributes = [...html.matchAll(SHOWN_ATTRIBUTES)].map(([, , text]) => text);
  const body = html.replace(/<(style|script)\b[^>]*>.*?<\/\1>/gs, ' ').replace(/<[^>]*>/g, ' ');
  return [...attributes, body].join(' ');
}

function calledName({ callee }) {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

const isL10n = (call) =>
  calledName(call) === 't' && call.callee.type === 'MemberExpression' && /\bl10n$/.test(nameOf(call.callee.object));

function nameOf(node) {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' && node.property.type === 'Identifier' ? node.property.name : '';
}

/** How a string is used: in the bundle, in the log, as a name in code, shown to a person for certain, or anyhow. */
function useOf(node) {
  for (let [child, at] = [node, node.parent]; at; [child, at] = [at, at.parent]) {
    switch (at.type) {
      case 'CallExpression': {
        if (child === at.callee) break;
        if (isL10n(at)) return 'bundle';
        const name = calledName(at) ?? '';
        if (LOGS.test(name)) return 'log';
        if (SHOWS.test(name)) return 'shown';
        break;
      }
      case 'Property':
        if (child === at.key && !at.computed) return 'code';
        if (SHOWN.test(nameOf(at.key))) return 'shown';
        return 'any';
      case 'AssignmentExpression':
        if (child === at.right && SHOWN.test(nameOf(at.left))) return 'shown';
        break;
      case 'BinaryExpression':
        if (/^[=!]==?$/.test(at.operator)) return 'code';
        break;
      case 'ImportDeclaration':
      case 'ImportExpression':
      case 'TSLiteralType':
      case 'TSImportType':
        return 'code';
    }
  }
  return 'any';
}

const userText = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node) => {
      if (node.parent.type === 'TaggedTemplateExpression') return;
      const text = textOf(node);
      if (text === undefined || IDENTIFIER.test(text) || NAMES.has(text.replaceAll('\0', '').trim())) return;
      const use = useOf(node);
      if (use === 'bundle' || use === 'log' || use === 'code') return;
      const isPage = /<\/\w+>/.test(text);
      const seen = isPage ? seenOf(text) : text;
      const words = seen.replace(/\$\([\w~-]+\)/g, '').replace(/\bBioGPT( Writer)?\b/g, '');
      if (!WORDS.test(seen) && !((isPage || use === 'shown') && /\p{L}/u.test(words))) return;
      context.report({
        node,
        message: 'What a person reads goes through vscode.l10n.t; `npm run l10n` then bundles it.',
      });
    };
    return {
      Literal: check,
      TemplateLiteral: check,
      CallExpression(call) {
        const [text] = call.arguments;
        if (!isL10n(call) || !text || (textOf(text) !== undefined && !text.expressions?.length)) return;
        context.report({ node: text, message: 'The bundle can only hold a string that stands here.' });
      },
    };
  },
};

export default { rules: { 'user-text': userText } };
