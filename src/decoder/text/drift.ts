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
      `(?:keep|take|avoid|try|eat|drink|wash|wear|make sure|be sure|do not|don't) (?:the|your|an?|any|all|to|that)\\b`,
      `(?:the )?following\\b`,
      `(?:ask|call|tell|see|contact|visit|click|read|learn|find|check)\\b`,
      `(?:if|when|before|after|while) you\\b`,
      `(?:background|introduction|objectives?|aims?|purpose|methods?|materials? and methods|design|setting|results?|discussion|conclusions?|trial registration|registration|funding|keywords|abbreviations|abstract|summary)\\s*[:.\u2013\u2014-]`,
      `(?:figure|fig\\.|table|section|chapter|appendix)\\b`,
      // An item of a list, or what a sentence that was over goes on with
      '[-–•*] |[,;:)\\]]',
      'for more (?:specific |detailed )?(?:information|results|details)(?![\\p{L}-])',
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
      // A list of a page: "may be used: - Physical exam"
      '\\p{L}+[:;] ?[-–•*](?= )',
      'clinicaltrials|doi|pmid|et al|https?|www|copyright',
    ].join('|') +
    ')(?![\\p{L}\\p{N}-])',
  'iu',
);

/** Words of a noun phrase: none that begins another phrase. */
const ATTRIBUTES =
  '(?:(?!(?:that|which|who|of|in|for|with|to|by|on|under|used|and|or|as|from|at|than)(?![\\p{L}-]))[\\p{L}\\p{N}-]+,? (?:and )?){0,6}?';
const DESIGN =
  '(?:placebo[- ]controlled|double[- ]blind(?:ed)?|single[- ]blind(?:ed)?|open[- ]label|parallel[- ](?:group|arm)|(?:cluster[- ])?randomi[sz]ed|' +
  'multi-?cent(?:er|re)|prospective|retrospective|cross-?over|cross-sectional|observational|non-inferiority|phase [IV\\d]+)';
const OUTCOME = '(?:outcomes?|end[ -]?points?|objectives?|aims?|goals?|hypothes[ie]s)';
const RANK = '(?:(?:co-)?primary|secondary|tertiary|main|key|exploratory|safety|efficacy|feasibility|other)';

/** A study where a term should be: what it is called, how it was designed, what it measured in whom. */
const ABOUT_A_STUDY = new RegExp(
  '(?<![\\p{L}\\p{N}-])(?:' +
    [
      // "is the first study to evaluate", but not "is the study of disease"
      `(?:is|are|was|were|be|as) (?:also )?(?:an?|our|one of the|the (?:first|largest|only|present|current)) ${ATTRIBUTES}` +
        '(?:study|studies|trials?|reviews?|papers?|articles?|reports?|surveys?|investigations?)',
      `(?:is|are|was|were|be) (?:the|an?|our) ${ATTRIBUTES}${DESIGN}`,
      `(?:is|are|was|were|be|as) (?:also )?(?:the|an?|one of the|our) (?:${RANK},? (?:and )?)+(?:[\\p{L}-]+ )?(?:${OUTCOME}|measures?|variables?)`,
      `(?:(?:main|study|trial|(?:co-)?primary|secondary) )+(?:[\\p{L}-]+ )?${OUTCOME}`,
      '(?:intervention|control|placebo|treatment|experimental|comparison|study|trial) (?:groups?|arms?)',
      '(?:study|trial) (?:participants?|populations?|periods?|protocols?|drugs?|medications?|visits?|sites?|treatments?)',
      '(?:inclusion|exclusion|eligibility) criteria',
      '(?:at|from|after|before) (?:the )?(?:baseline|randomi[sz]ation|end of (?:the )?(?:study|trial))',
      '(?:results?|findings?|data|conclusions?) of (?:an?|the|this|these|our) (?:[\\p{L}-]+ ){0,3}?(?:study|studies|trials?|reviews?|surveys?)',
      'no (?:statistically )?significant (?:differences?|changes?|effects?|associations?|correlations?)',
      'randomi[sz]ed controlled trials?',
      'blinded to|group allocation|intention[- ]to[- ]treat',
      'the (?:present |current )?(?:study(?! of)|analysis(?! of))',
      '(?:in|of|from|by) (?:previous|several|recent|many|some|other) studies',
      'it is important to (?:note|know|remember)',
      'between the (?:two |three )?groups',
      'the interventions?',
      '(?:is|are|was|were) (?:asked|invited) to (?:participate|take part)',
      'the follow-?up (?:periods?|visits?|assessments?)',
      '(?:at|end of) (?:the )?follow-?up',
      '(?:was|were) (?:measured|assessed|evaluated|compared|collected|recorded|obtained|administered|followed up)',
    ].join('|') +
    ')(?![\\p{L}\\p{N}-])',
  'iu',
);
/** "The outcomes were", "Secondary outcome measures include" */
const OPENS_OUTCOMES = new RegExp(
  `^(?:the |our |a )?(?:(?:${RANK},? (?:and )?)+(?:[\\p{L}-]+ )?${OUTCOME}|${OUTCOME} (?:measures?|variables?)|` +
    `${OUTCOME} (?:is|are|was|were|will|includes?|included|consists?))(?![\\p{L}-])`,
  'iu',
);
/** Terms of which one speaks so: of studies, of what belongs to them and of how they are done. */
const TERM_OF_STUDIES = new RegExp(
  `(?<!\\p{L})(?:${DESIGN}|${OUTCOME}|placebos?|trials?|stud(?:y|ies)|reviews?|surveys?|research|meta-analys[ei]s|cohorts?|designs?|` +
    'blind(?:ing)?|masking|randomi[sz]ation|baselines?|controls?|groups?|arms?|interventions?|participants?|samples?|sampling|bias|protocols?|' +
    'criteri(?:on|a)|registr(?:y|ies|ation)|consort|prisma|investigations?|reports?|follow-up|intention[- ]to[- ]treat)(?!\\p{L})',
  'iu',
);

/**
 * Whether a sentence no longer describes a term: it reports what was done ("The aim of the present study was"), says what the
 * term was in some study ("is the primary outcome"), opens a section of an abstract, or speaks to its reader. Small models,
 * and BioGPT, which has read abstracts alone, turn to this.
 *
 * @param sentence whole or begun, without blanks around it
 * @param term what is described: one that belongs to studies may be said to be one
 * @param beginning what stands before the sentence's words, such as "{term} is"
 */
export function drifts(sentence: string, term = '', beginning = ''): boolean {
  if (OPENS_OTHERWISE.test(sentence) || ELSEWHERE.test(sentence)) return true;
  if (TERM_OF_STUDIES.test(term)) return false;
  return OPENS_OUTCOMES.test(sentence) || ABOUT_A_STUDY.test(`${beginning} ${sentence}`.trim());
}
