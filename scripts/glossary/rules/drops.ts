/** What is no definition of a term that a writer looks up, and is left out. */
import { wordKeys } from '../../../src/glossary/normalForm';
import { drops, type RawEntry, type Rule } from '../rawEntry';

const from = (source: RegExp, what: (entry: RawEntry) => boolean) => (entry: RawEntry) =>
  source.test(entry.source) && what(entry);

const FILLERS = new Set(
  wordKeys(
    `a an the of in on at by for with and or to from as is are was be been that which this it its into any some one more
    other such has have can may used using type kind form something where when who whose also part portion located found
    within each being having given consisting characterized region area any all both located occurring term refer refers
    relating related associated involving involve affecting set group class`,
  ),
);

/** How many words a definition says that its names don't. */
export function newWords({ term, synonyms, definition }: Pick<RawEntry, 'term' | 'synonyms' | 'definition'>): number {
  const stem = (word: string): string => word.slice(0, 6);
  const known = new Set([term, ...synonyms].flatMap((name) => wordKeys(name).map(stem)));
  return new Set(wordKeys(definition).filter((word) => !FILLERS.has(word) && !known.has(stem(word)))).size;
}

/** Words in the longest name that is kept, for sources that put names together by rule. */
const MOST_WORDS: readonly (readonly [RegExp, number])[] = [
  [/^(?:PSI-MS|PSI-MI|BCIO|Sequence Ontology|Vaccine Ontology|NBO|ENVO|FoodOn|CIDO|MAxO)$/, 3],
  [/^(?:CHMO|Clinical Measurement Ontology|OBI|MMO|XCO|OAE)$/, 4],
  [/^(?:Uberon|Gene Ontology|Cell Ontology|Protein Ontology)$/, 5],
];

/** Definitions that mislead: their source, the term, and the words by which they are known. */
const WRONG: readonly (readonly [source: RegExp, term: RegExp, definition: RegExp])[] = [
  [/^CIDO$/, /^(?:medical|surgical|disposable) (?:gloves?|goggles|gowns?|shoe)/i, /./],
  // Most assays end in a color; light is one variant.
  [/^OBI$/, /^enzyme-linked immunosorbent assay$/i, /chemiluminescent/],
  // What is held constant, not what is compared with.
  [/^OpenStax Biology/, /^control$/i, /does not change/],
  // That is the hypothalamus.
  [/^OpenStax/, /^hippocampus$/i, /autonomic nervous system/],
  // That is the null hypothesis.
  [/^OBI$/, /^ANOVA$/, /means of several groups are all equal/],
  [/^OpenStax/, /^statistical significance$/i, /assessment for random error/],
];

export const DROP_RULES: readonly Rule[] = [
  drops('nothing said', (entry) => entry.definition.length < 20 || newWords(entry) < 2),
  drops('remarks about a web page', ({ definition }) => /\b(?:this (?:web ?)?page|this web ?site)\b/i.test(definition)),
  drops('remarks about a web page', ({ definition }) => /\b(?:this (?:web ?)?page|this web ?site)\b/i.test(definition)),
  drops('cut off', ({ definition }) => definition.endsWith('…')),
  drops(
    'questions and doubts of editors',
    ({ definition, source }) =>
      /\?\?|\bTODO\b|\bTBD\b|XXX|\(\?[A-Z]|IS THIS|\?$/.test(definition) && !/^NIH/.test(source),
  ),
  drops('no beginning', ({ definition }) =>
    /^(?:Are|Was|Were|Has|Have|And|Or|But|Of|That is|Which)\s/.test(definition),
  ),
  drops('relations of ontologies', ({ definition }) =>
    /^(?:The inverse (?:property )?of|Inverse of|A relation(?:ship)? (?:between|that holds)|Has (?:specified|functional))/i.test(
      definition,
    ),
  ),
  drops(
    'obsolete',
    ({ term, definition }) =>
      /^obsolete|\ban obsolete term\b|^OBSOLETE|deprecated/i.test(definition) ||
      /^(?:obsolete|deprecated)\b/i.test(term),
  ),

  drops(
    'statistics of populations',
    from(/^BCIO$/, ({ term }) => /population statistic$|\brole$|\bpercentage\b|\bproportion\b|BCIO/.test(term)),
  ),
  drops(
    'advice in templates',
    from(
      /^MAxO$/,
      ({ definition, term }) =>
        /^(?:Avoid|Avoidance|Avoiding|All manners|Addition of .* to a diet|A medical requirement|A recommendation|The (?:avoidance|prevention) of)\b/i.test(
          definition,
        ) || /\b(?:avoidance|recommendation|supplementation|intake|agent therapy avoidance)$/i.test(term),
    ),
  ),
  drops(
    'measurements in templates',
    from(/^Clinical Measurement Ontology$/, ({ term }) =>
      /(?:mRNA|RNA|ribonucleic acid|protein|DNA) (?:level|amount)|^(?:calculated|single|both|total|in vitro|in vivo|ex vivo|percent)\b|\bto (?:total|body)\b|percentage|fraction of|(?:surface )?area (?:measurement|of)|(?:wet|dry) weight|body mass ratio| ratio$|morphological measurement|molecular composition|^(?:left|right) /i.test(
        term,
      ),
    ),
  ),
  drops(
    'parts of programs',
    from(
      /^PSI-M[SI]$/,
      ({ term, definition }) =>
        /\b(?:metric|score|threshold|parameters?|tolerance|value|file|format|software|search engine|database|identifier|accession|attribute|regular expression|number of|count|rank|ID)\b/i.test(
          term,
        ) ||
        /\b(?:database|ontology|software|web ?site|project|Institute|consortium|[Ss]earch engine|portal|user|curator|parameter|specify|Specif(?:y|ies) in|value slot|QC metric|Therapeutic category|Participants? (?:are|is|whose)|CV)\b/.test(
          definition,
        ),
    ),
  ),
  drops(
    'items of questionnaires and data models',
    from(
      /^NCI Thesaurus$/,
      ({ term, definition }) =>
        /^[A-Z][A-Z0-9]{1,6} - |\b(?:Unit|Indicator|Flag|Question|Questionnaire Question)$|\bCDISC\b|^(?:CES|PHQ|ADAS)/.test(
          term,
        ) || /\?\.?$|^(?:A question|Indicates? (?:whether|if)|The unit of measure)\b/.test(definition),
    ),
  ),
  drops(
    'reactions with long names',
    from(/^Gene Ontology$/, ({ term, definition }) => term.length > 36 && /^Catalysis of/.test(definition)),
  ),
  drops(
    'methods for one isotope',
    from(/^CHMO$/, ({ term }) => /^\d/.test(term) || term.length > 60),
  ),
  drops('names that nobody writes', ({ source, term, synonyms }) => {
    const most = MOST_WORDS.find(([sources]) => sources.test(source))?.[1] ?? 12;
    const shortest = Math.min(...[term, ...synonyms].map((name) => name.split(/[\s/]+/).length));
    return shortest > most || /[(?\[][^)\]]*[=?+*]|^\W/.test(term);
  }),
  drops(
    'products of makers',
    from(
      /^(?:OBI|PSI-MS)$/,
      ({ term, definition }) =>
        /(?:\b[A-Z][A-Za-z]*[a-z][A-Za-z-]*\b.*){2}/.test(term) ||
        /\b(?:Waters|Thermo|Bruker|Agilent|Illumina|Applied Biosystems|Shimadzu|Beckman|Varian|manufactured by|Inc\.|vendor)\b/.test(
          definition,
        ),
    ),
  ),
  drops('fields of forms', ({ definition }) =>
    /^(?:States? (?:if|whether)|Describes? (?:the|how|what)|Terms? (?:aiming|describing)|The (?:confidence )?code (?:to|for))\b/.test(
      definition,
    ),
  ),
  drops(
    'interventions in templates',
    from(
      /^BCIO$/,
      ({ term, definition }) =>
        / BCT$|^(?:belief|perceived|minimum|maximum|mean|median)\b|\bmode of delivery|<[^>]+>/i.test(term) ||
        /<[^>]+>|\bBCT\b/.test(definition),
    ),
  ),
  drops(
    'variants of one virus',
    from(/^(?:CIDO|Vaccine Ontology)$/, ({ term }) =>
      /\bvariant\b|\bPPI\b|nsp\d|SARS-CoV-2 [A-Z]|plasmid|\brole$|datum|manufactur|strain|vaccine adjuvant$|gene-deficient|vaccination occurrence/i.test(
        term,
      ),
    ),
  ),
  drops('wrong in their source', ({ source, term, definition }) =>
    WRONG.some(([sources, name, said]) => sources.test(source) && name.test(term) && said.test(definition)),
  ),
  drops(
    'steps of data processing',
    from(
      /^(?:OBI|OBCS|STATO)$/,
      ({ term, definition }) =>
        / data transformation$/.test(term) ||
        /^An? ([a-z -]+) data transformation is a data transformation that has (?:the )?objective (?:of )?\1/.test(
          definition,
        ),
    ),
  ),
  drops(
    'specimens, devices and data items',
    from(
      /^OBI$/,
      ({ term, definition }) =>
        /\b(?:datum|data item|data set|dataset|role|specification|objective|beadchip|Beadchip|GeneChip|platform|output|input|service|organization|company|manufacturer|website|trap|specimen|order)\b|^(?:has|is|in|part) /i.test(
          term,
        ) || /^(?:A|An) (?:company|organization|manufacturer|software)\b/.test(definition),
    ),
  ),
  drops(
    'foods and plants',
    from(
      /^FoodOn$/,
      ({ term, definition }) =>
        /\b(?:us cfr|efsa|ccpr|product type|food product|\(raw\)|agency)\b/i.test(`${term} ${definition}`) ||
        /\b(?:plant|fish|beans?|whole)$/i.test(term),
    ),
  ),
  drops(
    'behaviour of animals',
    from(/^NBO$/, ({ definition, term }) =>
      /\b(?:animals?|courtship|nest|prey|larvae|insects?|birds?|offspring|fish|mating|territor|conspecific|pups?|colony)\b/i.test(
        `${term} ${definition}`,
      ),
    ),
  ),
  drops(
    'surroundings',
    from(/^ENVO$/, ({ term, definition }) =>
      /\b(?:biome|ecosystem|layer|marine|forest|soil|ice|volcan|rock|sea|ocean|lake|river|glaci|desert|mine|sediment|planet|lava|snow|vegetat|coast|tidal|island)/i.test(
        `${term} ${definition}`,
      ),
    ),
  ),
  drops(
    'anatomy of other animals',
    from(
      /^Uberon$/,
      ({ definition, term }) =>
        /^(?:In|Among) (?:fish|fishes|birds|insects|snakes|reptiles|teleosts|arthropods|cartilaginous|ruminants|horses|molluscs|bivalves)\b/i.test(
          definition,
        ) ||
        /\b(?:fin|gill|wing|feather|beak|antler|horn|hoof|udder|rumen|swim bladder|baleen|tail feather|shell|tentacle|comb)\b/i.test(
          term,
        ),
    ),
  ),
  drops(
    'anatomy in templates',
    from(
      /^Uberon$/,
      (entry) =>
        /^An? [^.]{3,60} that (?:is part of|is in the (?:left|right) (?:side|part) of|overlaps|surrounds) [^.]{3,60}\.$/.test(
          entry.definition,
        ) && newWords(entry) < 4,
    ),
  ),
  drops(
    'sequences in templates',
    from(
      /^Sequence Ontology$/,
      ({ definition, term }) =>
        /^A (?:primary transcript|transcript|tRNA sequence|gene) (?:encoding|that encodes|that has an? )/.test(
          definition,
        ) || /variant$|primary transcript$|\bregion of\b/.test(term),
    ),
  ),
];
