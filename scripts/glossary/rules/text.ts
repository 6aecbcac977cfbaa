/** What is rough in the words of definitions, and how it is mended. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mendsText, type Rule } from '../rawEntry';
import { capitalised, sentencesOf } from '../sentences';

const NIH = /^(?:NIH|CDC)/;
/** Sources with chemical names, where square brackets mean something. */
const CHEMICAL = /^(?:ChEBI|Gene Ontology|NCI Drug Dictionary|PSI-M[SI])$/;

/** Misspelt words that occur in the sources, found as rare neighbours of frequent words and read through. */
const MISSPELT = new Map(
  readFileSync(join(__dirname, '..', 'misspellings.txt'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]),
);

/** Other slips of the sources: of names, and of verbs. */
const SLIPS: readonly (readonly [slip: string, meant: string])[] = [
  ["Studen't t-test", "Student's t-test"],
  ["Issacs' syndrome", "Isaacs' syndrome"],
  [
    'A study design which use the same individuals and exposure them to',
    'A study design that uses the same individuals and exposes them to',
  ],
  [
    'The effect of order and practice can be confounding factor in such designs',
    'The effects of order and practice can be confounding factors in such designs',
  ],
];

/** Names that lost a letter with an accent. */
export const LOST_LETTERS: readonly (readonly [lost: RegExp, name: string])[] = [
  [/\bGuillain-Barr(?![eé\p{L}])/gu, 'Guillain-Barré'],
  [/\bSjgren/g, 'Sjögren'],
  [/\bMnire/g, 'Ménière'],
  [/\bMntriers?\b/g, 'Ménétrier'],
  [/\bAlstrm\b/g, 'Alström'],
  [/\bBjrnstad\b/g, 'Björnstad'],
  [/\bHnermann\b/g, 'Hünermann'],
  [/\bSchnlein\b/g, 'Schönlein'],
  [/\bGrsbeck\b/g, 'Gräsbeck'],
  [/\bTranebjrg\b/g, 'Tranebjærg'],
  [/\b([Cc])af-au-lait\b/g, '$1afé-au-lait'],
];

/** A cause that "has material basis in" names: a change of a gene, or what infects. */
const CHANGE =
  /^(?:an? |the |in )?(?:(?:de novo|germline|somatic|autosomal|biallelic|loss-of-function|gain-of-function|missense|nonsense|contiguous|partial|trinucleotide|expanded) )*(?:mutations?|homozygous|heterozygous|hemizygous|compound heterozygous|deletions?|duplications?|microdeletion|trisomy|monosomy|repeat expansions?)\b/;

const INFECTION = /infect|transmit|virus/i;

/** Sentences that go beyond are left away; the first one stays whole. */
const MOST_CHARACTERS = 360;
/** Summaries of genes go on to families, chromosomes and transcripts. */
const MOST_OF_A_GENE = 240;

/** How ChEBI describes a structure, where nothing is said about a use. */
const STRUCTURE =
  /\b(?:substitut\w*|at position|hydroxy group|hydrogens?|carbon atoms?|carrying|condensation|stereoisomer|enantiomers?|racemate|conjugate (?:acid|base)|oxo group|moiety|skeleton|configuration|ring|[a-z]oic acid|ligands?)\b/;
const USE =
  /\b(?:used|treat\w*|inhibitor|antagonist|agonist|drug|hormone|antibiotic|vitamin|neurotransmitter|anti[a-z-]{4,}|analgesic|anesthetic|anaesthetic|blocker|diuretic|sedative)\b/;

/** `An x` or `A x`, by how x begins. */
function withArticle(words: string): string {
  return `${/^(?:[aeio]|u(?!n[iI]|se|ti|ro|re))/i.test(words) ? 'An' : 'A'} ${words}`;
}

/** Ends with one full stop. */
function ended(text: string): string {
  const bare = text.trim().replace(/[\s,;:–-]+$/, '');
  return bare === '' || /[.!?…]["')]?$/.test(bare) ? bare : `${bare}.`;
}

export const TEXT_RULES: readonly Rule[] = [
  mendsText('lost line breaks', (text) => text.replace(/\.n{1,2}(?=[A-Z])/g, '. ').replace(/\\+[nrt:,]?/g, ' ')),

  mendsText('references in square brackets', (text, { source }) => {
    const tags =
      /\s*"?\s*\.?\s*\[(?:Automatically generated definition|VSAO|HP|wikipedia[^\]]*|web:?[^\]]*|Jrank[^\]]*|[A-Z][A-Za-z_]{1,14}(?::[^\]]*)?)\]/g;
    if (CHEMICAL.test(source)) return text;
    return text
      .replace(/\[Automatically generated definition\]/g, '')
      .replace(/\s*\[[a-zé ]+[−–-][a-zé −–-]+\]/g, '')
      .replace(tags, (tag) => (/\[(?:NOT|[A-Z][a-z]+[+-]?)\]$/.test(tag) ? tag : ''))
      .replace(/\s*\[[^\]]*(?:https?:|www\.|wikipedia|PMID|ISBN|\b(?:19|20)\d\d\b)[^\]]*\]?/gi, '')
      .replace(/\s*\[(?=\s|\.|$)/g, '')
      .replace(/^([^[]*)\]/, '$1')
      .replace(/\.?\s+\.$/, '.')
      .replace(/\.{2,}$/, '.');
  }),

  mendsText('quotation marks left over', (text) => {
    const marks = text.match(/"/g)?.length ?? 0;
    const mended = text.replace(/\."\s*\.$/, '."').replace(/\s*"\s*\.?$/, marks % 2 === 1 ? '.' : '$&');
    return marks % 2 === 1 ? mended.replace(/"/g, '').replace(/\.{2,}$/, '.') : mended;
  }),

  mendsText('identifiers and addresses', (text) =>
    text
      .replace(/\s*\((?:[A-Z]{2,9}(?:ID)?:\s?\d{3,}[,;\s]*)+\)/g, '')
      .replace(/\s*\b(?:www\.|https?:)\S+?(?=[.,;)]?(?:\s|$))/g, '')
      .replace(/\s*[,;]?\s*(?:has functional parent|children:|Parent:)[^.]*\.?/g, '.')
      .replace(/\s+([.,;])/g, '$1')
      .replace(/\.{2,}$/, '.'),
  ),

  mendsText('editors’ remarks', (text) =>
    text
      .replace(/^(?:definition|From synonym|Def)\s*:\s*/i, '')
      .replace(/\s*definition source:.*$/i, '')
      .replace(
        /\s*\((?:NOMINA|NOTE|Note|TODO|synonym of|Source:|source:|adapted|Adapted|modified|Modified|obtained|see )[^()]*\)/g,
        '',
      )
      .replace(/\s*(?:NB|NOTE|TODO|Comment|Editor note|Curator note)\s*:.*$/, '')
      .replace(/(?<=[.?!]) (?:[A-Z]{2,}[ -]+){3,}[A-Z?!. -]+$/, '')
      .replace(/(?<=\.)\s*(?:[A-Z]{2,3}\/[A-Z]{2,3}|[A-Z]{2}\s?\d{4}|(?:PMID|ISBN|DOI)\S*)\.?$/, ''),
  ),

  mendsText('labels before the text', (text) =>
    text.replace(/^(?:(?:MERGED DEFINITION|TARGET DEFINITION|Summary|One of):\s*)+/, '').replace(/\s*-{3,}.*$/, ''),
  ),

  mendsText(
    'questions in round brackets',
    (text) => text.replace(/\s*\((?!for example)[^()]*\?\)/g, ''),
    /^(?!NIH|CDC)/,
  ),

  mendsText('codes of tumors', (text) => text.replace(/\.?\s*\(?\bM-?\d{4,5}\/\d\)?\.?/g, '.').replace(/\.{2,}$/, '.')),

  mendsText('letters that were lost', (text) =>
    LOST_LETTERS.reduce((mended, [lost, name]) => mended.replace(lost, name), text),
  ),

  mendsText(
    'apostrophes that were lost',
    (text) =>
      text
        .replace(/\b(does|is|do|did|was|were|are|has|have|should|would|could)nt\b/g, '$1n’t')
        .replace(/\bcant\b(?! hook)/g, 'can’t')
        .replace(
          /\b(heart|stomach|brain|liver)s (?=(?:electrical|mitral|aortic|tricuspid|valves?|rhythm|chambers|upper|lower|ability|lining|surface|inner|outer|main|walls?|natural|arteries|muscle|function)\b)/g,
          '$1’s ',
        ),
    /^NIH/,
  ),

  mendsText('words said twice', (text) =>
    text.replace(
      /\b(the|of|in|with|to|and|an|a|is|are|that|which|on|or|by|from|for|agent)(?: \1)+\b(?! (?:vitro|vivo|situ|silico)\b)/gi,
      '$1',
    ),
  ),

  mendsText(
    'relations of the Disease Ontology',
    (text) => {
      let symptoms = 0;
      return text
        .replace(/(?:that is )?characterized by where /, 'in which ')
        .replace(/(?:that is )?(?:characterized|caused) by (is|has|ranging|occurring) /, (_, verb: string) =>
          /^(?:is|has)$/.test(verb) ? `that ${verb} ` : `${verb} `,
        )
        .replace(/(?:is characterized by|has material basis in) an associated with/, 'is associated with')
        .replace(/\bhas material basis in (?:in )?((?:(?!has material)[^.,;]){3,60})/g, (found, what: string) => {
          if (/^(?:an? |the )?(?:variations?|susceptibility)\b/.test(what)) return `is associated with ${what}`;
          return CHANGE.test(what) || INFECTION.test(text) ? `is caused by ${what}` : found;
        })
        .replace(/, (?=is caused by )/, ' and ')
        .replace(/(?<=is caused by [^.;]{2,160}(?:,| or| and)) is caused by /g, ' ')
        .replace(/(?<=located in [^,.;]{2,50}(?:,| or|, or| and|, and)) located in /g, ' ')
        .replace(/\bhas symptoms? /g, (_, at: number, whole: string) => {
          symptoms++;
          if (symptoms > 1) return '';
          return /has symptom /.test(whole.slice(at + 5)) ? 'has the symptoms ' : 'has the symptom ';
        });
    },
    /^Disease Ontology$/,
  ),

  mendsText('openings in round brackets', (text) => {
    const opening = /^\((?:also|plural|singular|pl\.|sing\.|abbreviated|or|syn)[^()]*\)[,;:]?\s*/i;
    const field = /^\([a-z]{3,12}\) (?=[a-z])/;
    const rest = text.replace(field, '');
    if (rest !== text) return rest.charAt(0).toUpperCase() + rest.slice(1);
    return opening.test(text) ? capitalised(text.replace(opening, '')) : text;
  }),

  mendsText('openings that name the term again', (text) =>
    capitalised(text.replace(/^Also (?:called|known as)[^;.]{2,60};\s*/, '')),
  ),

  mendsText('A(n)', (text) =>
    text.replace(/\b([Aa])\(n\) (\w+)/g, (_, a: string, word: string) =>
      a === 'A' ? withArticle(word) : withArticle(word).toLowerCase().replace(word.toLowerCase(), word),
    ),
  ),

  mendsText('wrong article', (text) =>
    text
      .replace(/\b([Aa]) (?=(?:[aeio]|u(?!ni|s[eu]|t[ei]|r[aeio]|ve|ra|bi|k))[a-z]{2})(?!eu|one\b|once\b|ewe)/g, '$1n ')
      .replace(/\b(A|a)n (?=(?:[bcdfgjkpqtvwyz]|h(?!our|onest|eir|onor|erb))[a-z]{2})/g, '$1 '),
  ),

  mendsText('a verb without its subject', (text) =>
    capitalised(
      text.replace(/^(?:(?:Is|Are)\s+(?:defined as\s+)?|(?:Refers to|Defined as)\s+)(?=(?:an?|the|any)\s)/, ''),
    ),
  ),

  mendsText(
    'kinds of data before what is meant',
    (text) =>
      capitalised(
        text
          .replace(
            / (is|are) (?:an? )?data (?:item|transformation)s? with (?:the|an?) objective of (?:an? )?statistical hypothesis test(?:ing)?\b/,
            ' $1 a statistical hypothesis test',
          )
          .replace(
            /^([^.,;]{2,80}?) (is|are) (?:an? )?data items? (?:denoting|(?:which|that) (?:denotes|corresponds to|accounts for|is)) (?=(?:an?|the) )(?![^.]* and which )/,
            '$1 $2 ',
          )
          .replace(/^A data item (?:that|which) (?:denotes|refers to|represents|equals|is) (?=(?:an?|the) )/, ''),
      ),
    /^(?:OBI|OBCS|STATO)$/,
  ),

  mendsText(
    'pronunciation',
    (text) =>
      text
        .replace(/\s*\((?=[^()]*[A-Z]{2})(?=[^()]*[a-z])[A-Za-z]+(?:[- ,][A-Za-z]+)+\)/g, (found) =>
          /-.*-/.test(found) || (/-/.test(found) && !/[A-Z]{4}/.test(found)) ? ' ' : found,
        )
        .replace(/\s+([,.;])/g, '$1')
        .replace(/ {2,}/g, ' '),
    /^NIH/,
  ),

  mendsText('sentences run together', (text, _, vocabulary) =>
    text.replace(/([a-z]{3,}|\))\.([A-Z][a-z]+)(?=[ ,])/g, (found, left: string, right: string) =>
      left === ')' || vocabulary.lower(left) > 2 || vocabulary.lower(right) > 2 ? `${left}. ${right}` : found,
    ),
  ),

  mendsText(
    'dashes and apostrophes that were lost',
    (text, _, vocabulary) =>
      text
        .replace(
          /\b(person|body|child|woman|man|patient|baby|mother|parent|infant|individual|fetus)s(?= (?!and\b|or\b|who\b|with\b|are\b|have\b|may\b|can\b|should\b|in\b|that\b|of\b|to\b|at\b|from\b|where\b|do\b|often\b|usually\b|aged\b)[a-z]+)/g,
          (found, word: string) =>
            word === 'body' ||
            word === 'woman' ||
            word === 'man' ||
            word === 'child' ||
            word === 'baby' ||
            found.startsWith('person')
              ? `${word}’s`
              : found,
        )
        .replace(/\b[a-z]{7,}\b/g, (word) => {
          if (vocabulary.lower(word) > 2) return word;
          for (let at = word.length - 1; at >= 4; at--) {
            const [left, right] = [word.slice(0, at), word.slice(at)];
            const joint =
              /^(?:a|an|the|such|or|and|in|for|which|is|are|that|called|usually|including|also|when|not)$/.test(right);
            if (joint && vocabulary.lower(left) > 20) return `${left}—${right}`;
          }
          return word;
        }),
    /^NIH (?:NIDDK|GARD|NHLBI|NINDS|NCI)/,
  ),

  mendsText(
    'brackets run together',
    (text) =>
      text
        .replace(/([a-z]{4,})\((?=[A-Za-z]{4,}[^()]*\))(?!ethylene|[a-z]*yl)/g, '$1 (')
        .replace(/\)(?=[a-z]{3,} )/g, ') '),
    /^(?:NIH|CDC|NCI Thesaurus|CHMO|Uberon)/,
  ),

  mendsText(
    'lists of points',
    (text) => {
      if (!/\s-\s(?:[A-Z]|an?\s)/.test(text)) return text;
      const kept: string[] = [];
      for (const sentence of sentencesOf(text)) {
        if (/\s-\s/.test(sentence)) break;
        kept.push(sentence);
      }
      if (kept.join(' ').length >= 60) return kept.join(' ');
      // Points with nothing before them: without its layout it can't be read.
      return /\s-\s[A-Z]/.test(text) ? '' : text.replace(/\s-\s(?=an?\s)/g, ' – ');
    },
    NIH,
  ),

  mendsText(
    'questions to the reader',
    (text) => {
      const kept = sentencesOf(text).filter((sentence) => !/\?$/.test(sentence));
      return kept.length > 0 && kept.join(' ').length >= 40 ? kept.join(' ') : text;
    },
    NIH,
  ),

  mendsText(
    'headings before the text',
    (text, { term }) => {
      const name = term.split(/\s/)[0]!.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const heading = new RegExp(
        `^(?:(?:[A-Z][a-z'’-]+,?|An?|--|and|of|the|in|a|with|for) ){2,9}(?=(?:(?:An?|The) ${name.charAt(0).toLowerCase()}|${name.charAt(0).toUpperCase()})${name.slice(1)}[a-z'’ ]*(?: \\([^()]*\\))? (?:is|are|causes|occurs|refers|means|happens)\\b)`,
      );
      return text.replace(heading, '');
    },
    /^NIH/,
  ),

  mendsText(
    'sentences about something else first',
    (text, { term }) => {
      const words = term.match(/[A-Za-z]{2,}/g)?.map((word) => word.slice(0, 6)) ?? [];
      if (words.length === 0) return text;
      // The sentence that says what the term is, not just one that uses its words.
      const says = new RegExp(
        `^(?:The |An? |The term )?["“]?${words.map((word) => `${word}[a-z]*`).join('[\\s\\W]+')}["”]?,?(?: \\([^()]*\\),?)?(?: or [A-Z]+,)? (?:is|are|refers|means|happens|occurs)\\b`,
        'i',
      );
      const sentences = sentencesOf(text);
      const at = sentences.findIndex((sentence) => says.test(sentence));
      const rest = sentences.slice(at).join(' ');
      const aside = /\b(?:also (?:called|known|referred)|considered|one of the)\b/.test(sentences[at] ?? '');
      const named = sentences[0]?.toLowerCase().includes(term.toLowerCase());
      return at > 0 && !named && !aside && rest.length >= 60 ? rest : text;
    },
    NIH,
  ),

  mendsText(
    'adverse events',
    (text) =>
      capitalised(
        text
          .replace(
            /^.{0,90}?adverse event,? (?:that|which) (?:has (?:an outcome of |the outcome of )?|results? in |shows |occurs as |is characterized by |is |are )(?:(?:the )?presence of )?/i,
            '',
          )
          .replace(
            /^.{0,60}? is an? [^.]{0,80}?adverse event (?:that|which) (?:has an outcome of |results in |is )/i,
            '',
          ),
      ),
    /^OAE$/,
  ),

  mendsText(
    'experimental conditions',
    (text) =>
      capitalised(
        text
          .replace(
            /^(?:This is any |An? |Any )?(?:a )?(?:experimental )?condition (?:in which|during which|where) the (?:main|primary|major) (?:influencing|contributing) factor is (?!the )[^,]{2,80}?, (?:which is )?(?=(?:an?|the|any|one) )/i,
            '',
          )
          .replace(
            /^(?:This is any |An? |Any )?(?:a )?(?:experimental )?condition (?:in which|during which|where) the (?:main|primary|major) (?:influencing|contributing) factor is (?=(?:an?|the|any)(?: of)? )/i,
            '',
          ),
      ),
    /^XCO$/,
  ),

  mendsText(
    'structures before uses',
    (text, { term }) => {
      const [first, ...rest] = sentencesOf(text);
      if (first === undefined || rest.length === 0 || !STRUCTURE.test(first) || USE.test(first)) return text;
      const uses = rest.slice(rest.findIndex((sentence) => USE.test(sentence)));
      if (!USE.test(uses[0]!) || !/^(?:An? |It is (?:an? |used |the ))/.test(uses[0]!)) return text;
      const name = `${term.charAt(0).toUpperCase()}${term.slice(1)}`;
      const said = uses.join(' ').replace(/^It (?=is )/, `${name} `);
      return said.length >= 50 ? said : text;
    },
    /^ChEBI$/,
  ),

  mendsText(
    'small letters at the beginning',
    (text) => text.replace(/^[a-z](?=[a-z]+(?:['’]s?|–[a-z]+) )/, (letter) => letter.toUpperCase()),
    /^OpenStax/,
  ),

  mendsText(
    'measurements',
    (text) => capitalised(text.replace(/^(?:This is|It is) (?=(?:any|an?|the) )/, '')),
    /^(?:Clinical Measurement Ontology|MMO|XCO|STATO)$/,
  ),

  mendsText('units that were lost', (text) => text.replace(/\s*\((?:typically )?<\s?\d+ m\)/g, ''), /^CHMO$/),

  mendsText('numbers of footnotes', (text) => text.replace(/(?<=[a-z)]\.)\d{1,2}\.?(?=\s|$)/g, ''), NIH),

  mendsText('ends that were cut off', (text) => {
    if (!text.endsWith('…')) return text;
    const sentences = sentencesOf(text);
    const whole = sentences.slice(0, -1).join(' ');
    if (whole.length >= 40) return whole;
    const clause =
      [...text.matchAll(/;\s|,\s(?=(?:has|have|which|that|transmitted|including|characterized)\s)/g)].at(-1)?.index ??
      -1;
    return clause >= 80 ? `${text.slice(0, clause)}.` : text;
  }),

  mendsText('lists that end in the middle', (text) => {
    const sentences = sentencesOf(text);
    const last = sentences.at(-1) ?? '';
    const broken =
      /(?:\b(?:such as|including|include|are|of|the|and|or|with|by|to|for|that|which|depends on|following)|:)[.:]?$/i.test(
        last,
      ) || (last.match(/\(/g)?.length ?? 0) > (last.match(/\)/g)?.length ?? 0) + 1;
    return broken && sentences.length > 1 ? sentences.slice(0, -1).join(' ') : text;
  }),

  mendsText('more than a reader wants', (text, { kind }) => {
    const most = kind === 'gene' ? MOST_OF_A_GENE : MOST_CHARACTERS;
    const sentences = sentencesOf(text);
    while (sentences.length > 1 && sentences.join(' ').length > most) sentences.pop();
    return text.length > most ? sentences.join(' ') : text;
  }),

  mendsText('misspellings', (text) =>
    text.replace(/(?<![\w-])[a-z]{5,}(?![\w-])/g, (word) => MISSPELT.get(word) ?? word),
  ),

  mendsText('slips', (text) => SLIPS.reduce((mended, [slip, meant]) => mended.replace(slip, meant), text)),

  mendsText('spaces and stops', (text) =>
    ended(
      text
        .replace(/\s+/g, ' ')
        .replace(/\s+([,.;:)])(?=\s|$)/g, '$1')
        .replace(/\( /g, '(')
        .replace(/\(\s*\)/g, '')
        .replace(/,\s*,/g, ',')
        .replace(/\.\s*\.(?=\s|$)/g, '.')
        .replace(/([.!?])"\.$/, '$1"')
        .trim(),
    ),
  ),
];
