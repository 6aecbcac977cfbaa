import type { ProseLanguage } from '../../prose/scope';

const BIB_RESOURCE = /\\(?:bibliography|addbibresource|addglobalbib|addsectionbib)\s*(?:\[[^\]]*\])?\s*\{([^{}]*)\}/g;
const ROOT = /^%+\s*!TEX\s+root\s*=\s*(\S.*)$/im;
const FRONT_MATTER = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;
const CITED =
  /\\[a-zA-Z]*cite[a-zA-Z]*\*?\s*(?:\[[^\]]*\]\s*)*\{([^{}]*)\}|(?<![\p{L}\p{N}])@\{?([\p{L}\p{N}_][\p{L}\p{N}_:.#$%&+?<>~/-]*)/gu;

/** The files of the bibliographies that a document names, relative to its folder; extension included. */
export function namedBibliographies(language: ProseLanguage, text: string): string[] {
  if (language === 'latex') {
    const names = [...text.matchAll(BIB_RESOURCE)].flatMap(([, list]) => list!.split(','));
    return unique(
      names
        .map((name) => name.trim())
        .filter(Boolean)
        .map((name) => (name.endsWith('.bib') ? name : `${name}.bib`)),
    );
  }
  const frontMatter = FRONT_MATTER.exec(text.slice(0, 20_000).replace(/\r/g, ''))?.[0] ?? '';
  return unique(frontMatter.match(/[^\s"',:[\]]+\.bib(?![\w.])/g) ?? []);
}

/** The main document of a part of a LaTeX document, if it names one, relative to the part's folder. */
export function rootOf(text: string): string | undefined {
  return ROOT.exec(text.slice(0, 2_000))?.[1]?.trim();
}

/** The keys of the works that a document cites, one at each turn, some several times. */
export function* citedKeys(text: string): Generator<string> {
  for (const [, list, key] of text.matchAll(CITED)) {
    for (const cited of list?.split(',') ?? [key!]) yield cited.trim().replace(/[.:?]+$/, '');
  }
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
