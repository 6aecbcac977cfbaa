/** What is rough in terms and synonyms, and how it is mended. */
import { isAllCapital, termKey } from '../../../src/glossary/normalForm';
import { wellKnownAbbreviations, wellKnownTerm } from '../../../src/glossary/wellKnown';
import type { RawEntry, Rule, Vocabulary } from '../rawEntry';
import { LOST_LETTERS } from './text';

function renames(
  name: string,
  rename: (entry: RawEntry, vocabulary: Vocabulary) => Partial<RawEntry> | undefined,
): Rule {
  return {
    name,
    apply: (entry, vocabulary) => {
      const change = rename(entry, vocabulary);
      return change === undefined ? entry : { ...entry, ...change };
    },
  };
}

/** Synonyms with others before them, each once, the term itself aside. */
function withSynonyms(entry: RawEntry, term: string, first: readonly string[]): Partial<RawEntry> {
  const seen = new Set([term]);
  const synonyms: string[] = [];
  for (const synonym of [...first, ...entry.synonyms]) {
    const bare = synonym.trim();
    if (bare.length > 1 && !seen.has(bare)) synonyms.push(bare);
    seen.add(bare);
  }
  return { term, synonyms };
}

const ABBREVIATION = /^[A-Z][A-Za-z0-9-]{0,7}[A-Z0-9]s?$/;

export const NAME_RULES: readonly Rule[] = [
  renames('names that lost a letter', (entry) => {
    const mend = (name: string): string =>
      LOST_LETTERS.reduce((mended, [lost, whole]) => mended.replace(lost, whole), name);
    const term = mend(entry.term);
    return term === entry.term ? undefined : withSynonyms({ ...entry, synonyms: entry.synonyms.map(mend) }, term, []);
  }),

  renames('labels before synonyms', (entry) => {
    const synonyms = entry.synonyms
      .filter((synonym) => !/^[A-Z]{2,10}:\d+$|^(?:fam|INSDC qualifier|INSDC feature|mod|PR|has)\s?:/i.test(synonym))
      .map((synonym) => synonym.replace(/^(?:synonyms?|abbreviation|acronym|short name|also)\s*:\s*/i, ''));
    return synonyms.join() === entry.synonyms.join()
      ? undefined
      : withSynonyms({ ...entry, synonyms: [] }, entry.term, synonyms);
  }),

  renames('headings of pages', (entry) => {
    const match = /^(?:Parasites|Diseases|Conditions) - (.+?)(?:\s*\((?:also (?:known as|called) )?([^()]+)\))?$/.exec(
      entry.term,
    );
    return match === null
      ? undefined
      : withSynonyms(entry, match[1]!, match[2] === undefined ? [] : [match[2].replace(/ infection$/i, ' infection')]);
  }),

  renames('"(adverse event)"', (entry) =>
    entry.term.endsWith(' (adverse event)') ? withSynonyms(entry, entry.term.slice(0, -16), []) : undefined,
  ),

  renames('an abbreviation inside a name', (entry) => {
    const match = /^(.+?) \(([^()]+)\)(.*)$/.exec(entry.term);
    if (match === null || !ABBREVIATION.test(match[2]!)) return undefined;
    const first = match[1]!.charAt(0).toLowerCase();
    if (match[2]!.charAt(0).toLowerCase() !== first) return undefined;
    return withSynonyms(entry, `${match[1]}${match[3]}`, [match[2]!]);
  }),

  renames('names in the definition’s opening', (entry) => {
    const also =
      /^\((?:also,?|plural ?=?|singular ?=?|pl\.|or|abbreviated) ?(?:called |known as |as )?([^()]{2,60})\)/i.exec(
        entry.definition,
      );
    const called = /^Also (?:called|known as) (?:an? |the )?([^;.,]{3,40});/.exec(entry.definition);
    const names = (also?.[1] ?? called?.[1])
      ?.split(/,\s*|\s+or\s+/)
      .map((name) => name.replace(/^(?:or|and|an?|the) /, '').trim());
    return names === undefined
      ? undefined
      : withSynonyms(
          entry,
          entry.term,
          names.filter((name) => name.split(' ').length <= 5),
        );
  }),

  renames('"not otherwise specified"', (entry) => {
    const bare = entry.term.replace(/,? (?:not otherwise specified|NOS|unspecified)$/i, '');
    return bare === entry.term ? undefined : withSynonyms(entry, bare, [entry.term]);
  }),

  renames('brackets that say what kind of thing it is', (entry) => {
    const bare = entry.term.replace(
      / \((?:disease|disorder|procedure|finding|symptom|qualifier|concept|molecule|statistics|psychology|medical)\)$/i,
      '',
    );
    return bare === entry.term ? undefined : withSynonyms(entry, bare, []);
  }),

  renames('names of genes', (entry) => {
    const match = /^(.{2,15}?) Gene$/.exec(entry.term);
    return match === null || entry.source !== 'NCI Thesaurus'
      ? undefined
      : { ...withSynonyms(entry, entry.term, [match[1]!]), kind: 'gene' };
  }),

  renames('well-known abbreviations', (entry) => {
    const writtenOut = wellKnownTerm(entry.term);
    if (writtenOut !== undefined && entry.kind !== 'gene') return withSynonyms(entry, entry.term, [writtenOut]);
    const keys = [entry.term, ...entry.synonyms].map(termKey);
    const missing = keys
      .flatMap(wellKnownAbbreviations)
      .filter((abbreviation) => !entry.synonyms.includes(abbreviation) && entry.term !== abbreviation);
    return missing.length === 0 || entry.kind === 'gene' ? undefined : withSynonyms(entry, entry.term, missing);
  }),

  renames('kinds', (entry) =>
    entry.source === 'NCI Thesaurus' && /\b(?:Allele|Gene)$/.test(entry.term) && entry.kind !== 'gene'
      ? { kind: 'gene' }
      : undefined,
  ),

  renames('the Greek letter of cytokines', (entry) => {
    // Papers write "interleukin-1 beta" and "IL-1β" where the gene's name is IL1B.
    const match = /^(interleukin) (\d+) (alpha|beta)$/.exec(entry.synonyms[0] ?? '');
    return match === null || entry.kind !== 'gene'
      ? undefined
      : withSynonyms(entry, entry.term, [entry.synonyms[0]!, `IL-${match[2]} ${match[3]}`]);
  }),

  renames('capitals of titles', (entry, vocabulary) => {
    const words = entry.term.split(' ');
    if (words.length < 2 || !/^(?:NCI Thesaurus|NIH|CDC|MeSH|MFOMD|ONS|OpenStax|STATO)/.test(entry.source))
      return undefined;
    if (
      !words.every((word) =>
        /^[A-Z0-9('"]|^(?:and|of|the|in|with|for|by|to|or|a|an|on|due|from|at|not|without|is|as)$/.test(word),
      )
    )
      return undefined;
    const lowered = words.map((word) =>
      word
        .split('-')
        .map((part) =>
          /^[A-Z][a-z]{2,}[,)]?$/.test(part) && vocabulary.lower(bare(part)) > vocabulary.capital(bare(part))
            ? part.toLowerCase()
            : part,
        )
        .join('-'),
    );
    const term = lowered.join(' ');
    return term === entry.term ? undefined : { term };
  }),
];

/** Synonyms that look-up takes for another name anyway add nothing; an abbreviation is not a word of its letters. */
export const SAME_NAMES: Rule = renames('names that differ only in spelling', (entry) => {
  const seen = new Set([formKey(entry.term)]);
  const synonyms = entry.synonyms.filter((synonym) => {
    const key = formKey(synonym);
    return key !== '' && !seen.has(key) && seen.add(key);
  });
  return synonyms.length === entry.synonyms.length ? undefined : { synonyms };
});

const formKey = (name: string): string => `${termKey(name)}${isAllCapital(name) ? ' in capitals' : ''}`;

const bare = (word: string): string => word.replace(/[^A-Za-z]/g, '');
