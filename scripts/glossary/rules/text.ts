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

/** Sentences that go beyond are left away; the first one stays whole. */
const MOST_CHARACTERS = 360;
/** Summaries of genes go on to families, chromosomes and transcripts. */
const MOST_OF_A_GENE = 240;

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

  mendsText('openings in round brackets', (text) => {
    const opening = /^\((?:also|plural|singular|pl\.|sing\.|abbreviated|or|syn)[^()]*\)[,;:]?\s*/i;
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
    capitalised(text.replace(/^(?:Is|Are)\s+(?=(?:an?|the|any)\s)/, '')),
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
        `^(?:(?:[A-Z][a-z'’-]+,?|and|of|the|in|a|with|for) ){2,8}(?=[${name.charAt(0).toUpperCase()}${name.charAt(0).toLowerCase()}]${name.slice(1)}[a-z'’ ]* (?:is|are|causes|occurs|refers|means)\\b)`,
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
        text.replace(
          /^(?:This is any |A |Any )?(?:a )?condition (?:in which|during which|where) the main influencing factor is (?!the )[^,]{2,80}?, (?:which is )?(?=(?:an?|the|any|one) )/i,
          '',
        ),
      ),
    /^XCO$/,
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
