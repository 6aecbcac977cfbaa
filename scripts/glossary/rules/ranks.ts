/** Which of several definitions of a term a reader is better served by. */
import { wordKeys } from '../../../src/glossary/normalForm';
import type { RawEntry, Rule } from '../rawEntry';
import { sentencesOf } from '../sentences';

function ranks(name: string, rank: (entry: RawEntry) => number | undefined): Rule {
  return {
    name,
    apply: (entry) => {
      const changed = rank(entry);
      return changed === undefined || changed === entry.rank ? entry : { ...entry, rank: changed };
    },
  };
}

/** How ChEBI describes a structure; what a substance is for is in other sentences. */
const STRUCTURE =
  /\b(?:substitut|at position|hydroxy group|hydrogens?|carbon atoms?|carrying|obtained by (?:formal )?condensation|consisting of [a-z-]*(?:ane|ene|yl)|stereoisomer|enantiomer|conjugate (?:acid|base)|oxo group|moiety|skeleton|derived from|configuration|ring\b|[a-z]oic acid|compound that is|member of the class)/;
const USE =
  /\b(?:used|treat|inhibit|antagonist|agonist|drug|hormone|antibiotic|agent|vitamin|role|neurotransmitter|anti[a-z]+ )/;

/** Sentences that say how frequent, grave or old something is, whom it strikes or what brings it about. */
const FACT =
  /\b(?:one of the|is an?|are an?|is the|are the) (?:[a-z]+ )?(?:most|second most|third most|leading|least) [a-z]+ (?:causes?|reasons?|of|types?|forms?|kinds?|cancers?|infections?|problems?|(?:[a-z-]+ ){0,2}cancers?)\b|\bmost common\b|\b(?:[a-z]+th|second|third) most common\b|^(?:[A-Z][\w'’-]*(?: [\w'’()-]+){0,5}|It) (?:is|are) (?:usually |often |mainly |sometimes |mostly )?(?:caused by|common|uncommon|very common|rare|spread|due to|often|usually|important|serious,)\b|\b(?:affects|kills) (?:about |approximately |more than |nearly |one in |an estimated |\d|millions|people|women|men|all)|\bfirst appeared\b|\bkills? more\b|^(?:The |An? )?[\w'’-]+(?: [\w'’-]+){0,3} (?:often|usually|mostly|commonly|rarely) occurs?\b(?<!(?:that|which) \w+ \w+)|^Each year|^Every year|^About \d|^In the United States|^More than \d|^(?:Most|Many|Some) (?:people|cases)|\b(?:is|are) an? (?:[a-z]+ ){0,3}problem\b(?! (?:that|with|of|in which|where))|\b(?:is|are) serious,|\boften described as\b|\bYou (?:can|may) (?:get|have)\b/;
/** A genus that says nothing else: "Depression is a serious medical illness." */
const BARE =
  /^[^.]{3,60}? (?:is|are) (?:an? )?(?:real|serious|common|rare|chronic|deadly|complex|medical|mental|severe|life-threatening|lifelong|long-term|dangerous|type of|very|and|,| )+(?:[a-z-]+ )?(?:illness|disease|disorder|condition|problem|emergency|infection|reaction|conditions|diseases|disorders|problems)\.$/;
const MOST_WORDS_OF_BARE = 12;

const stems = (text: string): string[] => wordKeys(text.replace(/\s*\([^()]*\)/g, '')).map((word) => word.slice(0, 6));

/** A clause about a case or a time, before anything is said about the term: "After testicular cancer has been diagnosed, …". */
const CLAUSE = /^(?:After|Before|During|If|Once|When|While)\b/;

export const RANK_RULES: readonly Rule[] = [
  ranks('structures of substances', ({ source, definition }) =>
    source === 'ChEBI' && STRUCTURE.test(definition) ? (USE.test(definition) ? 5 : 6) : undefined,
  ),
  ranks('substances by what they do', ({ source, definition, kind }) =>
    source === 'XCO' && kind === 'method' && /^(?:An?|The|Any|One) /.test(definition) && !/condition/.test(definition)
      ? 5
      : undefined,
  ),
  ranks('formal sources', ({ source }) =>
    /^(?:OAE|BCIO|PSI-MS|PSI-MI|NBO|ENVO|CIDO|FoodOn)$/.test(source) ? 6 : source === 'IDO' ? 5 : undefined,
  ),
  ranks('narrow sources', ({ source }) =>
    /^(?:Clinical Measurement Ontology|Sequence Ontology|GENO|Vaccine Ontology|MMO)$/.test(source) ? 5 : undefined,
  ),
  ranks('plants and animals', ({ source, definition, rank }) =>
    /^OpenStax Biology/.test(source) &&
    /\b(?:plants?|flowers?|leaf|leaves|stem|roots?|seeds?|fung(?:i|us)|algae?|insects?|arthropods?|mollus[kc]s?|sponges?|worms?|fish(?:es)?|birds?|reptiles?|amphibians?|ecosystems?|species|populations?|soil|phylum|pollen)\b/i.test(
      definition,
    )
      ? Math.max(rank, 6)
      : undefined,
  ),
  ranks('tests by their distribution', ({ source, definition, rank }) =>
    /^(?:OBI|OBCS|STATO)$/.test(source) && /statistical hypothesis test/.test(definition) ? rank + 1 : undefined,
  ),
  ranks('definitions that name only a parent', ({ source, definition, rank }) =>
    source === 'Disease Ontology' &&
    /^An? [^.]{3,60} that (?:is located in|has material basis in|is caused by|is_?a|results in|occurs in) [^.]{3,60}\.$/.test(
      definition,
    )
      ? rank + 2
      : undefined,
  ),
  ranks('texts that speak to a patient', ({ source, definition, rank }) =>
    /^(?:NIH|CDC)/.test(source) && /\b[Yy]ou(?:r|rs)?\b/.test(definition) ? rank + 2 : undefined,
  ),
  ranks('facts rather than definitions', ({ source, term, synonyms, definition, rank }) => {
    if (!/^(?:NIH|CDC)/.test(source)) return undefined;
    const [opening = ''] = sentencesOf(definition);
    if (FACT.test(opening) || (BARE.test(opening) && opening.split(' ').length <= MOST_WORDS_OF_BARE)) return rank + 3;
    if (CLAUSE.test(opening)) return rank + 3;
    // The sentence may speak of another thing: "The ovaries are part of …" for ovarian cancer.
    const subject = /^(?:The |An? )?([A-Za-z'’ -]{3,60}?) (?:is|are) (?!.*\b(?:called|known as)\b)/.exec(opening)?.[1];
    if (subject === undefined) return undefined;
    const said = new Set(stems(subject));
    const named = [term, ...synonyms].map(stems).some((name) => {
      return name.filter((word) => said.has(word)).length > name.length / 2;
    });
    return named ? undefined : rank + 3;
  }),
  ranks('pages about a topic', ({ source, term, definition, rank }) => {
    if (!/^(?:NIH|CDC)/.test(source)) return undefined;
    const wanted =
      term
        .toLowerCase()
        .match(/[a-z]{4,}/g)
        ?.map((word) => word.slice(0, 5)) ?? [];
    const opening = definition.slice(0, 160).toLowerCase();
    return wanted.length > 0 && !wanted.some((word) => opening.includes(word)) ? rank + 3 : undefined;
  }),
];
