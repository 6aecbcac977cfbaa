const WORK = '(?:study|studies|trial|review|paper|article|work|report|analysis|analyses|research|investigation|survey)';
const THIS = '(?:this|these|the (?:present|current|aforementioned)|the|our)';
const PEOPLE =
  '(?:patients?|participants?|subjects?|volunteers?|children|women|men|adults?|infants?|mice|rats|animals?|samples?|data|cells|results|findings)';

/** Openings of sentences that report a work, lead through a page or address the reader, and describe nothing. */
const OPENS_OTHERWISE = new RegExp(
  '^(?:' +
    [
      `(?:the )?(?:main |primary |specific |overall )?(?:aims?|objectives?|purposes?|goals?|hypothes[ie]s) (?:of|was|were|is|are)\\b`,
      `(?:in|for|during|from|throughout) (?:this|these|our|the (?:present|current)) (?:\\p{L}+ )?${WORK}\\b`,
      `${THIS} (?:\\p{L}+[- ]){0,2}${WORK} (?:was|were|is|are|has|have|had|aim|aims|aimed|shows?|showed|suggests?|investigat\\p{L}+|examin\\p{L}+|evaluat\\p{L}+|describes?|reports?|compar\\p{L}+|assess\\p{L}+|provid\\p{L}+|present\\p{L}*|included?|found|demonstrate\\p{L}*)\\b`,
      `(?:these|our|the) (?:results|findings|data|observations)\\b`,
      `(?:a )?total of\\b`,
      `(?:all |the |these |eligible |healthy |consecutive |included )?${PEOPLE} (?:were|was|had|received|underwent|who (?:were|had))\\b`,
      `(?:here|therefore|thus|hence|however|moreover|furthermore|additionally|in addition|recently|to our knowledge),? (?:we|our)\\b`,
      `(?:we|our|i|you|your)\\b`,
      `(?:talk|speak) (?:to|with)\\b`,
      `(?:ask|call|tell|see|contact|visit|click|read|learn|find|check)\\b`,
      `(?:if|when|before|after|while) you\\b`,
      `(?:background|introduction|objectives?|aims?|purpose|methods?|materials? and methods|design|setting|results?|discussion|conclusions?|trial registration|registration|funding|keywords|abbreviations|abstract|summary)\\s*[:.\u2013\u2014-]`,
      `(?:figure|fig\\.|table|section|chapter|appendix)\\b`,
      `(?:what|who|how|why|where|which|when|is|are|do|does|can|should)\\b[^.]*\\?`,
    ].join('|') +
    ')',
  'iu',
);

/** What stands nowhere in a description: its writer, its reader, a trial's conduct, another text. */
const ELSEWHERE = new RegExp(
  '(?<![\\p{L}\\p{N}-])(?:' +
    [
      'we|our|ours|us(?= (?:to|in))|you|your',
      'were (?:then )?(?:randomly|randomi[sz]ed|enrolled|recruited|allocated|assigned|excluded|included)',
      'will (?:also )?be',
      '(?:was|were) (?:conducted|performed|carried out|calculated|analy[sz]ed|approved|registered)',
      '(?:this|the present|the current) (?:study|trial|review|paper|article|report|page)',
      'clinicaltrials|doi|pmid|et al|https?|www|copyright',
    ].join('|') +
    ')(?![\\p{L}\\p{N}-])',
  'iu',
);

/**
 * Whether a sentence no longer describes a term: it reports what was done ("The aim of the present study was"), opens a
 * section of an abstract, or speaks to its reader. Small models, and BioGPT, which has read abstracts alone, turn to this.
 * @param sentence whole or begun, without blanks around it
 */
export function drifts(sentence: string): boolean {
  return OPENS_OTHERWISE.test(sentence) || ELSEWHERE.test(sentence);
}
