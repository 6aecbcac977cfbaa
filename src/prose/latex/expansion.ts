import { knownEnvironment, type CommandSpec } from './commands';
import { NO_DEFINITIONS, type Definitions, type Macro } from './definitions';
import type { Frame } from './frames';
import { expanded, substituted, type MacroSource } from './macros';
import { LatexPlainText } from './plainText';
import { LatexScanner } from './scanner';

/** Stand for a macro's arguments, in its body. */
const FIRST_PLACE = 0xe000;
/** What an argument is where it stands at several places: the first of these. */
const PRECEDENCE = 'bapukmq';

/** What a macro does, told from what it stands for. */
export function macroOf(
  name: string,
  source: MacroSource,
  sources: ReadonlyMap<string, MacroSource>,
  environments: Definitions['environments'],
): Macro {
  const definitions: Definitions = { ...NO_DEFINITIONS, environments };
  const { begins, ends, balanced } = environmentsIn(source.body);
  const verbatim = begins.some((name) => (environments.get(name) ?? knownEnvironment(name))?.mode === 'verbatim');
  const spec = specOf(source, sources, definitions);
  const isText = begins.length + ends.length === 0 && !balanced && !/[ab]/.test(spec.args);
  let alone: string | undefined;
  const text = (args: readonly string[]): string => {
    if (args.length > 0) return textOf(expanded(substituted(source, args), sources, [name]), definitions);
    return (alone ??= textOf(expanded(source.body, sources, [name]), definitions));
  };
  return {
    params: source.params,
    spec,
    // TeX finds no end of verbatim text that a macro begins.
    begins: verbatim ? [] : begins,
    ends,
    text: isText ? text : () => null,
  };
}

/** Environments that a text ends and begins, and whether it holds one whole. */
function environmentsIn(body: string): { begins: string[]; ends: string[]; balanced: boolean } {
  const begins: string[] = [];
  const ends: string[] = [];
  let balanced = false;
  for (const [, how, name] of body.matchAll(/\\(begin|end)[ \t]*\{([^{}]*)\}/g)) {
    if (how === 'begin') begins.push(name!);
    else if (begins.length > 0) balanced = begins.pop() !== undefined;
    else ends.push(name!);
  }
  return { begins, ends, balanced };
}

function textOf(laTeX: string, definitions: Definitions): string {
  const plain = new LatexPlainText(laTeX, 0, 0, null);
  new LatexScanner(laTeX, 0, null, plain, definitions).run(laTeX.length);
  return plain
    .finish(laTeX.length)
    .blocks.map(({ text }) => text)
    .join(' ');
}

/** What the arguments hold is what holds them in the body. */
function specOf(source: MacroSource, sources: ReadonlyMap<string, MacroSource>, definitions: Definitions): CommandSpec {
  const places = source.params.map((_, i) => String.fromCharCode(FIRST_PLACE + i));
  const body = expanded(substituted(source, places), sources);
  let args = '';
  let spec: Omit<CommandSpec, 'args'> = { reason: 'commandArgument' };
  places.forEach((place, i) => {
    let letter = 'q';
    for (let at = body.indexOf(place); at >= 0; at = body.indexOf(place, at + 1)) {
      const scanner = new LatexScanner(body, 0, null, null, definitions);
      scanner.run(at);
      const here = scanner.pos > at ? 'q' : letterOf(scanner.top);
      if (here === 'q' && spec.reason === 'commandArgument')
        spec = { ...spec, reason: scanner.pos > at ? scanner.token.reason : scanner.top!.reason };
      if (here === 'b' && scanner.top?.block) spec = { ...spec, block: scanner.top.block };
      if (here === 'a') spec = { ...spec, block: 'footnote' };
      if (PRECEDENCE.indexOf(here) < PRECEDENCE.indexOf(letter)) letter = here;
    }
    // Where one argument only is that of a command that is not known, it may be a key.
    if (letter === 'u' && places.length > 1) letter = 'p';
    args += source.params[i]!.default === null ? letter : 'bapu'.includes(letter) ? 'O' : 'o';
  });
  return { ...spec, args };
}

function letterOf(top: Frame | null): string {
  if (top?.mode === 'math') return 'm';
  if (top?.role === 'k') return 'k';
  if (top !== null && top.mode !== 'prose') return 'q';
  let frame = top;
  while (frame !== null && frame.kind === 'group') frame = frame.parent;
  return frame !== null && 'bau'.includes(frame.role || '-') ? frame.role : 'p';
}
