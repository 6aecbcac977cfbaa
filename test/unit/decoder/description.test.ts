import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DescribeParams, DescribeResult } from '../../../src/protocol/decoder';
import { Engine } from '../../../src/decoder/engine';
import { beamSearch } from '../../../src/decoder/generation/beamSearch';
import type { RuledText, Verdict } from '../../../src/decoder/generation/wholeSentences';
import { descriptionRules } from '../../../src/decoder/text/descriptionRules';
import { drifts } from '../../../src/decoder/text/drift';
import { FactSource, type SearchedText } from '../../../src/decoder/text/facts';
import { nameFinder, wordsOf } from '../../../src/decoder/text/inventedNames';
import { loops, saidSentence, sayTheSame } from '../../../src/decoder/text/repeats';
import type { IncrementalDecoder } from '../../../src/tokenizer/incrementalDecoder';
import { OneText, plainEngine } from './support/oneText';
import { tinyTokenizer } from './support/tinyModel';

describe('a description', () => {
  const tokenizer = tinyTokenizer();

  const describeIt = (text: string, params: Partial<DescribeParams> = {}): Promise<DescribeResult> =>
    plainEngine(new OneText(tokenizer, 'Sepsis is', text)).describe({
      term: 'Sepsis',
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 150 },
      ...params,
    });

  const says = async (written: string, kept: string, params: Partial<DescribeParams> = {}): Promise<string> => {
    const { text, finishReason } = await describeIt(written, params);
    assert.equal(text, kept === '' ? '' : `Sepsis is ${kept}`);
    return finishReason;
  };

  it('is whole sentences', async () => {
    assert.equal(await says(' a syndrome. It is common.', 'a syndrome. It is common.'), 'endOfText');
    await says(' a syndrome. It is', 'a syndrome.');
    await says(' a syndrome of the', '');
    assert.equal(
      await says(' a syndrome. It is common.', 'a syndrome.', { stop: { maxNewTokens: 12 } }),
      'tokenBudget',
    );
  });

  it('says no sentence twice, nor nearly', async () => {
    const reason = await says(
      ' a severe illness of patients. It damages organs. Sepsis is a severe illness of patients. It ends.',
      'a severe illness of patients. It damages organs.',
    );
    assert.equal(reason, 'repetition');
    await says(
      ' treated with drugs in hospitals. In hospitals, it is treated with several drugs. It ends.',
      'treated with drugs in hospitals.',
    );
  });

  it('has no sentence without a word', async () => {
    await says(' an illness. . It ends.', 'an illness.');
  });

  it('says more than that a thing is itself', async () => {
    const reason = await says(' an illness. The most common form of sepsis is sepsis. It ends.', 'an illness.');
    assert.equal(reason, 'repetition');
  });

  it('goes round in no circle', async () => {
    await says(
      ' an illness. It affects cells of organs and cells of organs and cells of the blood. It ends.',
      'an illness.',
    );
    await says(' an illness. It affects cardiac output and cardiac output. It ends.', 'an illness.');
    await says(' an illness. The liver, the liver, and then the liver again. It ends.', 'an illness.');
  });

  it('stops where it turns to a study', async () => {
    const written = ' an illness. The aim of the present study was to find it. It ends.';
    assert.equal(await says(written, 'an illness.'), 'drift');
  });

  it('points at nothing that was never named', async () => {
    assert.equal(await says(' caused by these genes. It ends.', ''), 'drift');
    assert.equal(
      await says(
        ' an illness. It is caused by these genes. It ends.',
        'an illness. It is caused by these genes. It ends.',
      ),
      'endOfText',
    );
  });

  describe('that keeps to facts', () => {
    const facts = 'documentOnly' as const;

    it('makes no claims of its own', async () => {
      const common = ' an illness. It is common in Europe. It ends.';
      assert.equal(await says(common, 'an illness.', { facts }), 'fact');
      await says(common, common.trim(), { facts, grounds: ['It was counted in Europe.'] });
      await says(common, common.trim());
    });

    const written = ' an illness. It affects 12% of patients. It ends.';

    it('states no number of its own', async () => {
      assert.equal(await says(written, 'an illness.', { facts }), 'fact');
      await says(written, written.trim(), { facts, grounds: ['Sepsis: affects 12% of patients'] });
      await says(written, written.trim());
    });

    it('names no gene or drug of its own', async () => {
      const caused = ' an illness. It is caused by FGFR3. It ends.';
      assert.equal(await says(caused, 'an illness.', { facts }), 'fact');
      await says(caused, caused.trim(), { facts, grounds: ['the gene FGFR3'] });
      const treated = ' an illness. Treatment is metoprolol. It ends.';
      assert.equal(await says(treated, 'an illness.', { facts }), 'fact');
      await says(treated, treated.trim(), { facts, grounds: ['Metoprolol is given.'] });
    });
  });
});

describe('drifts', () => {
  for (const sentence of [
    'The aim of the present study was to evaluate',
    'The purpose of this review is',
    'In this study, the effect',
    'We investigated',
    'Patients were randomly assigned',
    'A total of',
    'METHODS: Patients',
    'Background: sepsis',
    'These results suggest',
    'This study was',
    'Talk to your doctor',
    'Keep the heart',
    'The following types of treatment',
    'It may be found by: - Physical exam',
    'If you have it',
    'It is a disease that we studied',
    'However, our data show',
    'The children were enrolled',
    '- CT scan: A procedure',
    ', the type of treatment',
    'For more specific results, refine the search',
    'Sepsis is the first study to evaluate',
    'Sepsis is the first randomized trial',
    'It is a placebo-controlled, double-blind, parallel-group study',
    'It is a placebo-controlled, double-blind',
    'It is a cluster-randomised, parallel-arm',
    'The primary outcome is the proportion of patients',
    'Secondary outcome measures include',
    'The co-primary endpoints were',
    'Sepsis is the primary outcome measure',
    'It is one of the secondary efficacy endpoints',
    'It was assessed at week',
    'It fell in the placebo group',
    'The study participants have sepsis',
    'It was higher at baseline',
    'It is based on the results of a randomized controlled trial',
    'It is known from the findings of this pilot study',
    'In addition, there were no significant differences',
    'It differed between the two groups',
    'It shows the effect of the intervention',
    'Some people are asked to participate',
    'It was lower at the end of follow-up',
    'It is done by a technician who is blinded to the group allocation',
    'It is an important mediator of the study,',
    'It was not found in previous studies',
    'It is important to note that',
  ]) {
    it(`when it says "${sentence}"`, () => assert.ok(drifts(sentence)));
  }

  for (const sentence of [
    'It is a disease of the lungs.',
    'Epidemiology is the study of disease in populations.',
    'In the case of severe disease, the kidneys fail.',
    'Patients with the disease have a cough.',
    'The disease is studied in mice.',
    'Resulting in damage to cells, it is fatal.',
    'The analysis of variance compares means.',
    'Pharmacology is the scientific study of drugs.',
    'The outcome of infection depends on the host.',
    'It is a primary immune deficiency.',
    'It is a main cause of death.',
    'It is a group of diseases.',
    'It is found by the results of a blood test.',
    'It is passed on between groups of animals.',
    'It is a surgical intervention.',
    'Care needs a follow-up by the surgeon.',
  ]) {
    it(`not when it says "${sentence}"`, () => assert.ok(!drifts(sentence)));
  }

  it('not when the term itself belongs to studies', () => {
    assert.ok(
      !drifts('a placebo-controlled, double-blind, parallel-group study.', 'Crossover trial', 'Crossover trial is'),
    );
    assert.ok(!drifts('given in the control group.', 'Placebo', 'Placebo is'));
    assert.ok(!drifts('The primary outcome is what a trial is made to find.', 'Primary outcome'));
    assert.ok(drifts('a placebo-controlled study.', 'Sepsis', 'Sepsis is'));
    assert.ok(drifts('The aim of this study was', 'Crossover trial'));
  });
});

describe('nameFinder', () => {
  const inventedNameAt = nameFinder(new Set());
  for (const [text, name] of [
    ['mutations in the FGFR3 gene', 'FGFR3'],
    ['the protein CFTR', 'CFTR'],
    ['levels of IL-6 rise', 'IL-6'],
    ['through mTOR signaling', 'mTOR'],
    ['the score HRQoL', 'HRQoL'],
    ['CD4 cells', 'CD4'],
    ['the tumour suppressor p53', 'p53'],
    ['the AR gene', 'AR'],
    ['by the χ2 test', 'χ2'],
    ['scores of R-WAB', 'R-WAB'],
    ['an anti-TNF antibody', 'anti-TNF'],
    ['a BioModular implant', 'BioModular'],
    ['treated with atorvastatin and rest', 'atorvastatin'],
    ['such as Amoxicillin', 'Amoxicillin'],
    ['or aspirin', 'aspirin'],
    ['approved by the FDA in the brain', 'FDA'],
    ['patients with AIDS and others', 'AIDS'],
    ['an infusion of rituximab', 'rituximab'],
  ] as const) {
    it(`finds ${name}`, () => assert.equal(text.slice(inventedNameAt(text)).split(' ')[0], name));
  }
  for (const text of [
    'DNA and mRNA of HIV',
    'type II disease',
    'the hormone somatostatin and cholesterol',
    'pH and T cells',
    'a chronic disease of the elderly in the United States',
  ]) {
    it(`finds none in "${text}"`, () => assert.equal(inventedNameAt(text), -1));
  }

  it('leaves a word open that may go on', () => {
    const inGrounds = nameFinder(wordsOf(['FGFR3 and IL-6']));
    assert.equal(inGrounds('the gene FGF', true), -1);
    assert.equal(inGrounds('the gene FGFR ', true), 9);
    assert.equal(inGrounds('levels of IL', true), -1);
    for (const begun of ['the DN', 'small siR', 'the HI', 'type II', 'treated with ator', 'a T', 'an anti-TN']) {
      assert.equal(inventedNameAt(begun, true), -1, begun);
    }
  });

  it('knows one that only begins, once no ending makes it another', () => {
    assert.ok(inventedNameAt('treated with fluorouracil') > 0);
    assert.equal(inventedNameAt('the base uracil'), -1);
    assert.equal(inventedNameAt('the gene FG', true), 9);
    assert.equal(nameFinder(wordsOf(['FGFR3']))('the gene FGA', true), 9);
    assert.equal(inventedNameAt('the gene p5', true), 9);
  });

  it('takes what is said to be a gene for one', () => {
    const inGrounds = nameFinder(wordsOf(['Alopecia, MECP2, and the Huntingtin gene']));
    for (const text of [
      'in the FDA gene',
      'in the Alopecia gene.',
      'in the B gene',
      'the EKG and EKG genes',
      'in the ECG, MECP2, or EEG genes',
      '(mutations) in the Lynch gene',
    ]) {
      assert.ok(inGrounds(text) >= 0, text);
    }
    for (const text of [
      'a protein called alopecia',
      'a protein called the ',
      'in the MECP2 gene',
      'the Huntingtin gene',
      'an RNA gene',
      'an X-linked gene',
      'The gene',
    ]) {
      assert.equal(inGrounds(text), -1, text);
    }
  });

  it('takes no everyday word for a name in capitals', () => {
    assert.ok(nameFinder(wordsOf(['Bend the wrist.']))('the BEND gene') > 0);
    assert.equal(nameFinder(wordsOf(['Bend the wrist.'], 'bend is'))('the BEND gene'), -1);
    assert.equal(nameFinder(wordsOf(['anti-TNF drugs']))('by TNFs'), -1);
  });

  it('knows what the grounds name, in any case and number', () => {
    const words = wordsOf(['Statins such as Atorvastatin lower LDL-C.']);
    assert.equal(nameFinder(words)('atorvastatin and LDL-C'), -1);
    assert.equal(nameFinder(wordsOf(['TNF']))('anti-TNF drugs'), -1);
  });
});

describe('loops', () => {
  const goesRound = (sentence: string, said = ''): boolean => loops(sentence, sentence, said);

  for (const sentence of [
    'It affects the lungs, the lungs,',
    'It causes fever, cough, fever,',
    'It causes fever, cough and fever.',
    'a disease and disease of',
    'Symptoms are heart failure, stroke, and heart failure.',
    'It is a meta-analysis of a meta-analysis.',
    'It is a meta-analysis of meta-analysis of',
    'It is the glomerular filtration rate in glomerular filtration rate.',
    'the change of blood pressure from blood pressure ',
    'Sepsis is sepsis.',
    'Sepsis is a type of sepsis that',
    'Sepsis is one of the most common forms of sepsis.',
    'the effect on quality of life and quality of life in',
    'a risk of cardiovascular disease and cardiovascular disease risk',
    'patients with HIV-positive HIV-positive ',
    'Sepsis is the most common type of sepsis in',
    'Cystic fibrosis is a cystic fibrosis of',
    'the liver, the liver, and then the liver',
    'It is a potent anti-inflammatory drug that has been shown to be a potent anti-inflammatory',
    'It is a parallel-arm cluster-randomized, parallel-arm, cluster-randomized',
    'It is lower in men than in men.',
    'It is caused by changes in the NGLY1 or NGLY1 gene.',
    'the expression of genes involved in these genes.',
    'the number of days on the day of the day.',
    'the development of tumor necrosis factor factor-',
    'parts of the body, such as the lungs, lung,',
    'They are anti-inflammatory and anti-inflammatory drugs',
    'both emotional and emotional disorders',
    'It affects cardiovascular disease, cardiovascular diseases,',
    'a disease of joint deformities, including joint deformities ',
    'Response to metal dust is an increase in response to metal dust',
    'It is Hashimoto-Hashimoat-Hashimoto-Hashimoin disease',
    'It is Alpha-Bravo-Charl-Delta-Echoe-Foxtrot-Golfe disease',
  ]) {
    it(`finds "${sentence}"`, () => assert.ok(goesRound(sentence)));
  }

  for (const sentence of [
    'It spreads from person to person.',
    'It spreads from cell to cell and day by day.',
    'It is a disease of the heart and heart valves.',
    'It is a disease of the heart and heart',
    'It causes pain, fever, pain',
    'It affects men, women, and children.',
    'Crohn disease is a disease of the bowel.',
    'Influenza is an influenza virus infection.',
    'A review is an overview of systematic reviews.',
    'The risk of risk factors is known.',
    'It occurs in type 1 and in type 2.',
    'Enzyme-linked assays use an enzyme.',
    'It is lower in men than in women.',
    'Genes involved in these diseases are many.',
    'The day of the week is known.',
    'It is less common than in women.',
    'They are anti-inflammatory and antiviral drugs.',
    'It affects joints, including the knees.',
    'It is a state-of-the-art, side-by-side, person-to-person comparison.',
    'Hailey-Hailey disease affects the skin.',
    'It is 1,2-di-tert-butyl-4-methyl-phenol.',
  ]) {
    it(`finds none in "${sentence}"`, () => assert.ok(!goesRound(sentence)));
  }

  it('finds a run of words of the sentences before', () => {
    const said = 'the drug lowers the blood pressure of most adults with hypertension';
    assert.ok(goesRound('Therefore the drug lowers the blood pressure of most adults', said));
    assert.ok(!goesRound('Therefore the drug lowers the blood pressure of rats', said));
  });
});

describe('sayTheSame', () => {
  const same = (before: string, later: string, term = ''): boolean =>
    sayTheSame(saidSentence(before, term), saidSentence(later, term));

  it('for sentences with nearly the same words', () => {
    assert.ok(same('It is a disease of the liver.', 'It is a disease of the liver.'));
    assert.ok(same('The drug lowers blood pressure in adults.', 'In adults, the drug lowers the blood pressure.'));
    assert.ok(!same('It is a rare disease.', 'It is a common disease.'));
    assert.ok(!same('The drug lowers blood pressure.', 'Its side effects are cough and dizziness.'));
  });

  it('whether names are hyphenated or not', () => {
    assert.ok(same('It is a T-cell-derived growth-factor.', 'It is a growth factor derived from T cells.'));
    assert.ok(same('Interleukin-6 is a cytokine.', 'It is a cytokine.', 'Interleukin-6 is'));
    assert.ok(same('IL-6-receptor blockers are antibodies.', 'IL-6 receptor blockers are antibodies.', 'IL-6 is'));
    assert.ok(!same('It is a cytokine.', 'It is a cytokine that liver cells release in inflammation.'));
  });

  it('in the singular and the plural', () => {
    assert.ok(same('It is found in cells of the kidney.', 'Kidney cell: where it is found.'));
  });
});

describe('beam search for whole sentences', () => {
  const [STOP, END, BAD] = [4, 0, 5];
  /** Chooses between two beginnings, 1 (likelier) and 2; each goes on as it is told. */
  const search = (rows: Record<string, number[]>, budget = 6, rules = verdictOf): Promise<number[][]> => {
    const logitsOf = (ids: readonly number[]): number[] => {
      const likely = rows[ids.join('')] ?? [END];
      return Array.from({ length: 6 }, (_, id) => {
        const rank = likely.indexOf(id);
        return rank < 0 ? -30 : -rank;
      });
    };
    let beams: number[][] = [[], []];
    const step = async (parents: readonly number[], ids: readonly number[]): Promise<Float32Array> => {
      beams = parents.map((parent, i) => [...beams[parent]!, ids[i]!]);
      return Float32Array.from(beams.flatMap(logitsOf));
    };
    return beamSearch(
      Float32Array.from(logitsOf([])),
      { step, dispose: () => undefined },
      { beams: 2, lengthPenalty: 1, earlyStopping: true, maxNewTokens: budget },
      {
        isFinished: (ids) => ids.at(-1) === END,
        processors: [],
        sentences: { ids: [], sum: 0, ruled: ruled([], rules) },
      },
    ).then((found) => found.map(({ ids }) => ids));
  };
  const ruled = (ids: readonly number[], judge: typeof verdictOf): RuledText => ({
    verdict: judge(ids),
    then: (id) => ruled([...ids, id], judge),
  });
  const verdictOf = (ids: readonly number[]): Verdict => {
    const last = ids.at(-1);
    if (last === BAD) return { kind: 'breaks', reason: 'fact' };
    if (last === END) return ids.at(-2) === STOP ? { kind: 'rests' } : { kind: 'breaks', reason: 'endOfText' };
    return { kind: last === STOP ? 'rests' : 'goesOn' };
  };

  it('drops a hypothesis that breaks a rule in its first sentence, for one that breaks none', async () => {
    const [best] = await search({ '': [1, 2], 1: [BAD], 2: [STOP], 24: [END] });
    assert.deepEqual(best, [2, STOP, END]);
  });

  it('drops one that breaks a rule in a later sentence, for a less likely one that goes on', async () => {
    const [best] = await search({ '': [1], 1: [STOP], 14: [BAD, 3], 143: [STOP], 1434: [END] });
    assert.deepEqual(best, [1, STOP, 3, STOP, END]);
  });

  it('cuts one back to its last sentence where only what breaks a rule is likely', async () => {
    const found = await search({ '': [1], 1: [STOP], 14: [3], 143: [BAD] });
    assert.deepEqual(found[0], [1, STOP]);
    assert.equal(found.filter((ids) => ids.join() === '1,4').length, 1);
  });

  it('cuts one back that the budget ends', async () => {
    assert.deepEqual((await search({ '': [1], 1: [STOP], 14: [3], 143: [3], 1433: [3] }, 4))[0], [1, STOP]);
  });

  it('has nothing where no sentence is whole', async () => {
    assert.deepEqual(await search({ '': [1], 1: [BAD] }), [[]]);
  });
});

describe('what a token of a description costs', () => {
  const tokenizer = tinyTokenizer();

  it('is one token to decode, however long the text is', () => {
    let decoded = 0;
    const counting = (decoder: IncrementalDecoder): IncrementalDecoder =>
      ({
        push: (id: number) => {
          decoded++;
          decoder.push(id);
        },
        clone: () => counting(decoder.clone()),
        get text() {
          return decoder.text;
        },
      }) as unknown as IncrementalDecoder;
    const beginning = 'Sepsis is';
    const beginningIds = tokenizer.encode(beginning);
    let text: RuledText = descriptionRules({
      term: 'Sepsis',
      beginning,
      beginningIds,
      decoder: counting(tokenizer.incrementalDecoder()),
      facts: 'documentOnly',
      grounds: [],
      symbolOf: (id) => tokenizer.idToSymbol(id),
    });
    const ids = tokenizer.encode(
      'the protein of cells. Cancer binds to a receptor and patients die. It was in the driver of it.',
    );
    for (const id of ids.slice(1)) text = text.then(id);
    assert.equal(text.verdict.kind, 'rests');
    assert.equal(decoded, beginningIds.length + ids.length - 1);
  });

  it('is one look into the grounds for each fact', () => {
    let looks = 0;
    const held = (source: SearchedText): boolean => {
      looks++;
      return source.has('5 mg');
    };
    const source = new FactSource(['a dose of 5 mg']);
    for (let time = 0; time < 3; time++) assert.ok(source.holds({ key: '5 mg', held }));
    assert.equal(looks, 1);
  });
});

describe('descriptions by the starter', function () {
  this.timeout(120_000);

  let engine: Engine;
  before(async () => (engine = await Engine.open(join(__dirname, '..', '..', '..', 'models', 'starter'))));
  after(() => engine.dispose());

  for (const term of [
    'Cystic fibrosis',
    'interleukin-6',
    'metformin',
    'hazard ratio',
    'TNF-α',
    '1,25-dihydroxyvitamin D',
    'p53',
  ]) {
    it(`of ${term} are whole sentences without facts of their own`, async () => {
      for (const beams of [1, 5]) {
        const { text } = await engine.describe({
          term,
          facts: 'documentOnly',
          decoding: { strategy: 'beam', beams, earlyStopping: true },
          stop: { maxNewTokens: 100, minNewTokens: 12 },
        });
        if (text === '') continue;
        const behind = text.slice(term.length);
        assert.match(text, /[.!?]["”’)]?$/);
        assert.doesNotMatch(behind.replaceAll(term, ''), /\d/);
        const sentences = text.split(/(?<=[.!?]) /);
        assert.equal(new Set(sentences).size, sentences.length, text);
      }
    });
  }
});
