/** Which of several definitions of a term a reader is better served by. */
import type { RawEntry, Rule } from '../rawEntry';

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
    /^(?:OAE|BCIO|PSI-MS|PSI-MI|NBO|ENVO|CIDO|FoodOn)$/.test(source) ? 6 : undefined,
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
    /^An? [^.]{3,60} that (?:is located in|has material basis in|is_?a|results in|occurs in) [^.]{3,60}\.$/.test(
      definition,
    )
      ? rank + 2
      : undefined,
  ),
  ranks('texts that speak to a patient', ({ source, definition, rank }) =>
    /^(?:NIH|CDC)/.test(source) && /\b[Yy]ou(?:r|rs)?\b/.test(definition) ? rank + 2 : undefined,
  ),
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
