import assert from 'node:assert/strict';
import { prepare, RULES } from '../../../scripts/glossary/prepare';
import type { RawEntry, Vocabulary } from '../../../scripts/glossary/rawEntry';
import { raw } from './support';

/** Words that are frequent in definitions; all others are rare. */
const FREQUENT = new Set([
  'disease',
  'largely',
  'unknown',
  'when',
  'the',
  'spectrum',
  'arthritis',
  'rheumatoid',
  'with',
  'cancer',
  'carcinomas',
]);
const vocabulary: Vocabulary = {
  lower: (word) => (FREQUENT.has(word.toLowerCase()) ? 100 : 0),
  capital: () => 0,
};

interface Example {
  readonly rule: string;
  readonly before: Partial<RawEntry> & { readonly term: string };
  /** What the rule changes; null where it drops the entry; undefined where it must leave it alone. */
  readonly after: Partial<RawEntry> | null | undefined;
}

const text = (
  rule: string,
  source: string,
  term: string,
  definition: string,
  after: string | null | undefined,
): Example => ({
  rule,
  before: { term, source, definition },
  after: typeof after === 'string' ? { definition: after } : after,
});

/** From the sources, word by word. */
const EXAMPLES: readonly Example[] = [
  text(
    'lost line breaks',
    'Uberon',
    'prefrontal cortex',
    'The anterior part, in front of the premotor areas.nnThis brain region has been implicated in planning.',
    'The anterior part, in front of the premotor areas. This brain region has been implicated in planning.',
  ),
  text(
    'references in square brackets',
    'Uberon',
    'right testis',
    'A testis that is in the right side of the genitalia [Automatically generated definition].',
    'A testis that is in the right side of the genitalia.',
  ),
  text(
    'references in square brackets',
    'NBO',
    'rooting reflex',
    'The head turns in steadily decreasing arcs until the object is found." [wikipedia:Primitive reflexes].',
    'The head turns in steadily decreasing arcs until the object is found.',
  ),
  text(
    'references in square brackets',
    'Uberon',
    'skeletal joint',
    'Skeletal structures, which may be interconnected by various types of tissue[VSAO].',
    'Skeletal structures, which may be interconnected by various types of tissue.',
  ),
  text(
    'references in square brackets',
    'ChEBI',
    'rotenoid',
    'A tetrahydrochromeno[3,4-b]chromene skeleton and its derivatives [ACP].',
    undefined,
  ),
  text(
    'references in square brackets',
    'Disease Ontology',
    'deficiency 15',
    'A deficiency that has material basis in homozygous mutation] in the MTFMT gene.',
    'A deficiency that has material basis in homozygous mutation in the MTFMT gene.',
  ),
  text(
    'quotation marks left over',
    'NIH Genetics Home Reference',
    'campomelic dysplasia',
    'The term "campomelic" comes from the Greek words for "bent limb.".',
    'The term "campomelic" comes from the Greek words for "bent limb."',
  ),
  text(
    'quotation marks left over',
    'NBO',
    'memory',
    'The retention of images that are no longer present".',
    'The retention of images that are no longer present.',
  ),
  text(
    'identifiers and addresses',
    'Sequence Ontology',
    'VD gene segment',
    "Including the 5' UTR (SO:0000204) and 3' UTR (SO:0000205).",
    "Including the 5' UTR and 3' UTR.",
  ),
  text(
    'identifiers and addresses',
    'PSI-MI',
    'cgd',
    'A resource at the US National Institutes of Health. www.candidagenome.org/.',
    'A resource at the US National Institutes of Health.',
  ),
  text(
    'editors’ remarks',
    'FoodOn',
    'shrimp paste',
    'definition: Shrimp paste is a fermented condiment.',
    'Shrimp paste is a fermented condiment.',
  ),
  text(
    'editors’ remarks',
    'OBI',
    'platform',
    'The software and reagents needed to perform a protocol. definition source: OBI.',
    'The software and reagents needed to perform a protocol.',
  ),
  text(
    'editors’ remarks',
    'OpenStax Psychology 2e',
    'advance directive',
    'A written legal document that details interventions a person wants (see living will).',
    'A written legal document that details interventions a person wants.',
  ),
  text(
    'editors’ remarks',
    'OBI',
    'vacuum manifold',
    'A device for several columns. IS THIS AN INSTRUMENT? IS THE DEFINTION CORRECT - TO DISTRIBUTE PRESSURE EVENLY.',
    'A device for several columns.',
  ),
  text(
    'openings in round brackets',
    'OpenStax Biology',
    'TCA cycle',
    '(also, citric acid cycle) alternate name for the cycle.',
    'Alternate name for the cycle.',
  ),
  text(
    'openings in round brackets',
    'OpenStax Biology',
    'flagellum',
    '(plural = flagella) long, hair-like structure that extends from the membrane.',
    'Long, hair-like structure that extends from the membrane.',
  ),
  text(
    'openings that name the term again',
    'OpenStax Introductory Statistics 2e',
    'Interval',
    'Also called a class interval; an interval represents a range of data.',
    'An interval represents a range of data.',
  ),
  text(
    'A(n)',
    'BCIO',
    'statistic',
    'A(n) teenager population statistic and a(n) adult one.',
    'A teenager population statistic and an adult one.',
  ),
  text(
    'wrong article',
    'Uberon',
    'epithelium',
    'An epithelium that is part of a upper respiratory tract.',
    'An epithelium that is part of an upper respiratory tract.',
  ),
  text('wrong article', 'Uberon', 'unit', 'A unit of a hospital, an hour and a European one.', undefined),
  text(
    'a verb without its subject',
    'OBI',
    'denatured polymer',
    'Is a polymer which has lost its secondary structure.',
    'A polymer which has lost its secondary structure.',
  ),
  text(
    'pronunciation',
    'NIH NHLBI',
    'Bronchiectasis',
    'Bronchiectasis (brong-ke-EK-ta-sis) is a condition of the airways (COPD-like).',
    'Bronchiectasis is a condition of the airways (COPD-like).',
  ),
  text(
    'sentences run together',
    'NIH GARD',
    'enteropathy',
    'Their function is largely unknown.When eosinophils build up, this begins.',
    'Their function is largely unknown. When eosinophils build up, this begins.',
  ),
  text(
    'dashes and apostrophes that were lost',
    'NIH NIDDK',
    'Lupus Nephritis',
    'SLE is an autoimmune diseasea disorder in which the bodys immune system attacks the bodys own cells.',
    'SLE is an autoimmune disease—a disorder in which the body’s immune system attacks the body’s own cells.',
  ),
  text(
    'brackets run together',
    'CDC',
    'worm',
    'It is caused by worms(roundworms) of cats.',
    'It is caused by worms (roundworms) of cats.',
  ),
  text(
    'lists of points',
    'NIH MedlinePlus',
    'Allergy',
    'An allergy is a reaction by your immune system to something that does not bother most other people. Substances that often cause reactions are - Pollen - Dust mites.',
    'An allergy is a reaction by your immune system to something that does not bother most other people.',
  ),
  text(
    'lists of points',
    'NIH MedlinePlus',
    'Vulvar Disorders',
    'Problems with the vulvar area include - Bacterial infections - Skin problems.',
    '',
  ),
  text(
    'lists of points',
    'NIH NINDS',
    "Cushing's syndrome",
    'Excess levels of cortisol - a hormone made by the adrenal gland.',
    'Excess levels of cortisol – a hormone made by the adrenal gland.',
  ),
  text(
    'questions to the reader',
    'NIH SeniorHealth',
    'High Blood Pressure',
    'High blood pressure is a common disease of blood vessels. What Is Blood Pressure? Blood pressure is a force.',
    'High blood pressure is a common disease of blood vessels. Blood pressure is a force.',
  ),
  text(
    'headings before the text',
    'NIH SeniorHealth',
    "Paget's Disease of Bone",
    "Enlarged and Misshapen Bones Paget's disease of bone causes affected bones to become misshapen.",
    "Paget's disease of bone causes affected bones to become misshapen.",
  ),
  text(
    'headings before the text',
    'NIH SeniorHealth',
    'rheumatoid arthritis',
    'An Inflammatory, Autoimmune Disease Rheumatoid arthritis is an inflammatory disease.',
    undefined,
  ),
  text(
    'sentences about something else first',
    'NIH MedlinePlus',
    'atrial fibrillation',
    "An arrhythmia is a problem with the rhythm of the heartbeat. Atrial fibrillation (AF) is the most common type of arrhythmia. The cause is a disorder in the heart's electrical system.",
    "Atrial fibrillation (AF) is the most common type of arrhythmia. The cause is a disorder in the heart's electrical system.",
  ),
  text(
    'sentences about something else first',
    'NIH MedlinePlus',
    'high blood pressure',
    'Blood pressure is the force of your blood. Your blood pressure is highest when your heart beats, pumping the blood through.',
    undefined,
  ),
  text(
    'adverse events',
    'OAE',
    'microcephaly',
    'Microcephaly adverse event which is a medical condition involving a smaller-than-normal head.',
    'A medical condition involving a smaller-than-normal head.',
  ),
  text(
    'experimental conditions',
    'XCO',
    'metformin',
    'A condition in which the main influencing factor is metformin, an oral antidiabetic drug in the biguanide class.',
    'An oral antidiabetic drug in the biguanide class.',
  ),
  text(
    'measurements',
    'Clinical Measurement Ontology',
    'weight',
    'This is any measurement of heaviness.',
    'Any measurement of heaviness.',
  ),
  text(
    'units that were lost',
    'CHMO',
    'microspectroscopy',
    'Spectroscopy with a finely focused (<10 m) beam.',
    'Spectroscopy with a finely focused beam.',
  ),
  text(
    'numbers of footnotes',
    'NIH NIDDK',
    'Lupus Nephritis',
    'It can lead to significant illness and even death.1.',
    'It can lead to significant illness and even death.',
  ),
  text(
    'ends that were cut off',
    'Disease Ontology',
    'acquired immunodeficiency syndrome',
    'A Human immunodeficiency virus infectious disease that results in reduction in the numbers of CD4-bearing helper T cells, which are transmitted by sexual contact, transmitted by congenital method …',
    'A Human immunodeficiency virus infectious disease that results in reduction in the numbers of CD4-bearing helper T cells, which are transmitted by sexual contact.',
  ),
  text(
    'lists that end in the middle',
    'NIH GARD',
    'a disease',
    'It is a rare disorder of the skin. Other symptoms include.',
    'It is a rare disorder of the skin.',
  ),
  text(
    'more than a reader wants',
    'NIH GARD',
    'a disease',
    `One sentence says what it is. ${'The next ones say more and more of it, until nobody reads on. '.repeat(8)}`,
    undefined,
  ),
  text(
    'misspellings',
    'XCO',
    'metformin',
    'A drug which functions to supress the production of glucose.',
    'A drug which functions to suppress the production of glucose.',
  ),
  text(
    'spaces and stops',
    'NCI Thesaurus',
    'ependymoma',
    'It is characterized by high mitotic activity and necrosis..',
    'It is characterized by high mitotic activity and necrosis.',
  ),

  {
    rule: 'labels before synonyms',
    before: { term: 'proton pump inhibitor', synonyms: ['Synonym: PPI', 'fam:ion chan', 'CHEBI:39548'] },
    after: { synonyms: ['PPI'] },
  },
  {
    rule: 'headings of pages',
    before: { term: 'Parasites - Trichuriasis (also known as Whipworm Infection)' },
    after: { term: 'Trichuriasis', synonyms: ['Whipworm infection'] },
  },
  { rule: 'headings of pages', before: { term: 'Parasites - Loiasis' }, after: { term: 'Loiasis' } },
  {
    rule: '"(adverse event)"',
    before: { term: 'choroiditis (adverse event)', synonyms: ['choroiditis'] },
    after: { term: 'choroiditis', synonyms: [] },
  },
  {
    rule: 'an abbreviation inside a name',
    before: { term: 'hypothalamic-pituitary-adrenal (HPA) axis' },
    after: { term: 'hypothalamic-pituitary-adrenal axis', synonyms: ['HPA'] },
  },
  {
    rule: 'names in the definition’s opening',
    before: { term: 'Chytridiomycota', definition: '(also, chytrids) primitive phylum of fungi.' },
    after: { synonyms: ['chytrids'] },
  },
  {
    rule: '"not otherwise specified"',
    before: { term: 'Melanoma, Not Otherwise Specified' },
    after: { term: 'Melanoma', synonyms: ['Melanoma, Not Otherwise Specified'] },
  },
  {
    rule: 'brackets that say what kind of thing it is',
    before: { term: 'Biopsy (procedure)' },
    after: { term: 'Biopsy' },
  },
  {
    rule: 'names of genes',
    before: { term: 'WAS Gene', source: 'NCI Thesaurus' },
    after: { synonyms: ['WAS'], kind: 'gene' },
  },
  {
    rule: 'well-known abbreviations',
    before: { term: 'IgG', kind: 'term' },
    after: { synonyms: ['immunoglobulin G'] },
  },
  {
    rule: 'well-known abbreviations',
    before: { term: 'confidence interval', kind: 'statistics' },
    after: { synonyms: ['CI'] },
  },
  { rule: 'kinds', before: { term: 'BRCA1 wt Allele', source: 'NCI Thesaurus' }, after: { kind: 'gene' } },
  {
    rule: 'the Greek letter of cytokines',
    before: { term: 'IL1B', synonyms: ['interleukin 1 beta'], kind: 'gene' },
    after: { synonyms: ['interleukin 1 beta', 'IL-1 beta'] },
  },
  {
    rule: 'capitals of titles',
    before: { term: 'Rheumatoid Arthritis', source: 'NCI Thesaurus' },
    after: { term: 'rheumatoid arthritis' },
  },
  {
    rule: 'capitals of titles',
    before: { term: 'Crohn Disease', source: 'NCI Thesaurus' },
    after: { term: 'Crohn disease' },
  },
  {
    rule: 'names that differ only in spelling',
    before: { term: 'breast neoplasm', synonyms: ['Neoplasm of Breast', 'Breast Tumor', 'Tumor of the Breast'] },
    after: { synonyms: ['Breast Tumor'] },
  },

  text('nothing said', 'Uberon', 'mucosa of prostatic urethra', 'A mucosa that is part of a prostatic urethra.', null),
  text('nothing said', 'NCI Dictionary of Cancer Terms', 'ataxia', 'Loss of muscle coordination.', undefined),
  text(
    'remarks about a web page',
    'CDC',
    '2009 H1N1 flu',
    'Content on this page was developed during the pandemic.',
    null,
  ),
  text('cut off', 'OAE', 'severity', 'A severity that shows limitation of self care activities …', null),
  text(
    'questions and doubts of editors',
    'OBI',
    'microplate washer',
    'A device with professional accuracy. WHAT IS PROFESSIONAL ACCURACY??',
    null,
  ),
  text(
    'no beginning',
    'OpenStax Introductory Statistics 2e',
    'Analysis of Variance',
    'Are randomly and independently selected from each population.',
    null,
  ),
  text('relations of ontologies', 'OBI', 'has specified input', 'The inverse property of is specified input of.', null),
  text(
    'obsolete',
    'NCI Thesaurus',
    'Cerebellar Sarcoma',
    'An obsolete term referring to desmoplastic medulloblastoma.',
    null,
  ),
  text(
    'statistics of populations',
    'BCIO',
    'percentage teenager population statistic',
    'A teenager population statistic that is the percentage of people.',
    null,
  ),
  text('advice in templates', 'MAxO', 'avoidance of coffee', 'Avoid the administration or use of coffee.', null),
  text(
    'measurements in templates',
    'Clinical Measurement Ontology',
    'spinal cord Cd74 mRNA level',
    'The amount of the messenger RNA in the spinal cord.',
    null,
  ),
  text(
    'measurements in templates',
    'Clinical Measurement Ontology',
    'body mass index',
    'Weight divided by the square of height.',
    undefined,
  ),
  text(
    'parts of programs',
    'PSI-MS',
    'peak targeting suitability rank',
    'Ordinal specifying the rank of a peak in a spectrum.',
    null,
  ),
  text(
    'items of questionnaires and data models',
    'NCI Thesaurus',
    'CES - Ever Combat Patrols',
    'Did you ever go on combat patrols or have other dangerous duty?',
    null,
  ),
  text(
    'names that nobody writes',
    'CHMO',
    'quasi elastic neutron scattering spectrometry of liquids',
    'A method for determining structure.',
    null,
  ),
  text(
    'products of makers',
    'PSI-MS',
    'Acquity UPLC Photodiode',
    'A detector for liquid chromatography made by Waters.',
    null,
  ),
  text('fields of forms', 'PSI-MS', 'emulsion', 'State if the sample is in emulsion form.', null),
  text(
    'interventions in templates',
    'BCIO',
    'action planning BCT',
    'A goal directed BCT that involves making a detailed plan.',
    null,
  ),
  text(
    'reactions with long names',
    'Gene Ontology',
    'alizarin 2-beta-glucosyltransferase activity',
    'Catalysis of the reaction: alizarin + UDP-D-glucose = UDP.',
    null,
  ),
  text(
    'reactions with long names',
    'Gene Ontology',
    'hexokinase activity',
    'Catalysis of the reaction: ATP + D-hexose = ADP.',
    undefined,
  ),
  text(
    'methods for one isotope',
    'CHMO',
    '11B nuclear magnetic resonance spectroscopy',
    'Spectroscopy of 11B nuclei.',
    null,
  ),
  text(
    'variants of one virus',
    'CIDO',
    'AA variant in SARS-CoV-2 nsp9 protein',
    'An AA variant in SARS-CoV-2 nsp9 protein.',
    null,
  ),
  text(
    'wrong in their source',
    'CIDO',
    'medical gloves',
    'A respirator designed to protect the user from breathing in contaminants.',
    null,
  ),
  text(
    'specimens, devices and data items',
    'OBI',
    'Illumina MouseRef-8 v2.0 beadchip',
    'A microarray for the mouse.',
    null,
  ),
  text(
    'foods and plants',
    'FoodOn',
    'alcoholic beverage (us cfr)',
    'Beverage containing more than 0.5% alcohol.',
    null,
  ),
  text(
    'behaviour of animals',
    'NBO',
    'courtship begging',
    'Behavior by one animals soliciting food provision by a potential mate.',
    null,
  ),
  text(
    'surroundings',
    'ENVO',
    'area of barren land',
    'An area of a planet’s surface which is composed of bedrock.',
    null,
  ),
  text('anatomy of other animals', 'Uberon', 'dorsal fin', 'A fin on the back.', null),
  text(
    'anatomy in templates',
    'Uberon',
    'lateral ventricle epithelium',
    'An epithelium that is part of a lateral ventricle cavity wall.',
    null,
  ),
  text(
    'sequences in templates',
    'Sequence Ontology',
    'arginine tRNA primary transcript',
    'A primary transcript encoding arginyl tRNA.',
    null,
  ),

  text(
    'wrong in their source',
    'OBI',
    'enzyme-linked immunosorbent assay',
    'An analyte assay where binding of an antibody is detected utilizing a chemiluminescent reaction.',
    null,
  ),
  text(
    'wrong in their source',
    'OpenStax Biology',
    'control',
    'Part of an experiment that does not change during the experiment.',
    null,
  ),
  text(
    'wrong in their source',
    'OpenStax Pharmacology, Nutrition, Population Health for Nurses',
    'hippocampus',
    'A brain structure that is a focal point for emotion, memory, and the autonomic nervous system.',
    null,
  ),
  text(
    'wrong in their source',
    'OpenStax Anatomy and Physiology 2e',
    'hippocampus',
    'Gray matter deep in the temporal lobe that is very important for long-term memory formation.',
    undefined,
  ),
  text(
    'wrong in their source',
    'OpenStax Pharmacology, Nutrition, Population Health for Nurses',
    'statistical significance',
    'An assessment for random error in a study.',
    null,
  ),
  text('wrong in their source', 'OBI', 'ANOVA', 'A test in which the means of several groups are all equal.', null),
  text(
    'steps of data processing',
    'OBI',
    'statistical hypothesis test',
    'A statistical hypothesis test data transformation is a data transformation that has objective statistical hypothesis test.',
    null,
  ),
  text(
    'kinds of data before what is meant',
    'STATO',
    'residual',
    'A residual is a data item which is the output of a model and which is an estimate of the error.',
    undefined,
  ),
  text(
    'steps of data processing',
    'OBI',
    'survival analysis data transformation',
    'A data transformation which has the objective of performing survival analysis.',
    null,
  ),
  text(
    'kinds of data before what is meant',
    'STATO',
    'standard error of the mean',
    "The standard error of the mean (SEM) is data item denoting the standard deviation of the sample-mean's estimate.",
    "The standard error of the mean (SEM) is the standard deviation of the sample-mean's estimate.",
  ),
  text(
    'kinds of data before what is meant',
    'OBCS',
    'incidence rate',
    'A data item that refers to the number of new events that have occurred in a specific time interval.',
    'The number of new events that have occurred in a specific time interval.',
  ),
  text(
    'kinds of data before what is meant',
    'OBI',
    "Student's t-test",
    "Student's t-test is a data transformation with the objective of a statistical hypothesis test in which the test statistic has a Student's t distribution.",
    "Student's t-test is a statistical hypothesis test in which the test statistic has a Student's t distribution.",
  ),
  text(
    'kinds of data before what is meant',
    'OBI',
    'sequence trimming',
    'A data transformation in which subsequences of a molecular sequence are cut (removed).',
    undefined,
  ),
  text(
    'slips',
    'OBI',
    "Student's t-test",
    "Studen't t-test is a statistical hypothesis test.",
    "Student's t-test is a statistical hypothesis test.",
  ),
  text(
    'slips',
    'OBI',
    'repeated measure design',
    'A study design which use the same individuals and exposure them to a set of conditions.',
    'A study design that uses the same individuals and exposes them to a set of conditions.',
  ),
  {
    rule: 'tests by their distribution',
    before: {
      term: "Student's t-test",
      source: 'OBI',
      rank: 4,
      definition: "A statistical hypothesis test in which the test statistic has a Student's t distribution.",
    },
    after: { rank: 5 },
  },

  {
    rule: 'names that lost a letter',
    before: { term: 'Sjgren syndrome', source: 'NIH GARD' },
    after: { term: 'Sjögren syndrome' },
  },
  text(
    'letters that were lost',
    'NIH NINDS',
    'Guillain-Barré syndrome',
    'Guillain-Barr syndrome is a disorder of the nerves.',
    'Guillain-Barré syndrome is a disorder of the nerves.',
  ),
  text('letters that were lost', 'NIH GARD', 'GBS', 'Guillain-Barré syndrome is a disorder of the nerves.', undefined),
  text(
    'labels before the text',
    'NCBI RefSeq gene summary',
    'PGLYRP4',
    'Summary: This gene encodes a peptidoglycan recognition protein.',
    'This gene encodes a peptidoglycan recognition protein.',
  ),
  text(
    'questions in round brackets',
    'IDO',
    'incubation period',
    'An interval that ends with the onset of symptoms (or infectious disease course?).',
    'An interval that ends with the onset of symptoms.',
  ),
  text(
    'questions in round brackets',
    'OBCS',
    'taxonomic uncertainty',
    'Uncertainty of classes (for example, what kind of thing was epilepsy?).',
    undefined,
  ),
  text(
    'codes of tumors',
    'MPATH',
    'basal cell carcinoma',
    'Malignant neoplasm of the basal cells of the epidermis with local invasion. (M-8090/3).',
    'Malignant neoplasm of the basal cells of the epidermis with local invasion.',
  ),
  text(
    'apostrophes that were lost',
    'NIH NHLBI',
    'mitral valve prolapse',
    'A condition in which the hearts mitral valve doesnt work well.',
    'A condition in which the heart’s mitral valve doesn’t work well.',
  ),
  text('apostrophes that were lost', 'NIH NHLBI', 'heart disease', 'Diseases of two hearts and lungs.', undefined),
  text(
    'words said twice',
    'Uberon',
    'bronchial artery',
    'A systemic artery that supplies the lung with with oxygenated blood.',
    'A systemic artery that supplies the lung with oxygenated blood.',
  ),
  text('words said twice', 'OBI', 'assay', 'An assay that is done in in vitro conditions.', undefined),
  text(
    'relations of the Disease Ontology',
    'Disease Ontology',
    'influenza',
    'A viral infectious disease that results in infection, has material basis in Influenzavirus A, or has material basis in Influenzavirus B.',
    'A viral infectious disease that results in infection and is caused by Influenzavirus A, or Influenzavirus B.',
  ),
  text(
    'relations of the Disease Ontology',
    'Disease Ontology',
    'hereditary spastic paraplegia 33',
    'A spastic paraplegia that has material basis in mutation in the ZFYVE27 gene.',
    'A spastic paraplegia that is caused by mutation in the ZFYVE27 gene.',
  ),
  text(
    'relations of the Disease Ontology',
    'Disease Ontology',
    'primary biliary cholangitis 3',
    'A primary biliary cholangitis that has material basis in variation at the IL12RB2 locus.',
    'A primary biliary cholangitis that is associated with variation at the IL12RB2 locus.',
  ),
  text(
    'relations of the Disease Ontology',
    'Disease Ontology',
    'uveal melanoma',
    'A uveal cancer that has material basis in pigment cells.',
    undefined,
  ),
  text(
    'relations of the Disease Ontology',
    'Disease Ontology',
    'cholestasis',
    'A bile duct disease that is characterized by where bile cannot flow, has symptom jaundice, and has symptom itching.',
    'A bile duct disease in which bile cannot flow, has the symptoms jaundice, and itching.',
  ),
  text(
    'structures before uses',
    'ChEBI',
    'tramadol',
    'A racemate consisting of equal amounts of both enantiomers. A centrally acting synthetic opioid analgesic, used to treat pain.',
    'A centrally acting synthetic opioid analgesic, used to treat pain.',
  ),
  text(
    'structures before uses',
    'ChEBI',
    'caffeine',
    'A trimethylxanthine in which the hydrogens are replaced. A purine alkaloid that occurs naturally in tea.',
    undefined,
  ),
  text(
    'small letters at the beginning',
    'OpenStax Psychology 2e',
    'perceived control',
    'peoples’ beliefs concerning their capacity to shape outcomes.',
    'Peoples’ beliefs concerning their capacity to shape outcomes.',
  ),
  text('small letters at the beginning', 'OpenStax Biology', 'mRNA', 'mRNA carries the message.', undefined),
  text(
    'openings in round brackets',
    'OpenStax Biology',
    'ventricle',
    '(heart) large inferior chamber of the heart.',
    'Large inferior chamber of the heart.',
  ),
  text(
    'experimental conditions',
    'XCO',
    'lisinopril',
    'An experimental condition in which the main influencing factor is enalapril, a prodrug that is metabolized in the liver.',
    'A prodrug that is metabolized in the liver.',
  ),
  text(
    'a verb without its subject',
    'MFOMD',
    'anhedonia',
    'Is defined as the inability to experience pleasure.',
    'The inability to experience pleasure.',
  ),
  text(
    'headings before the text',
    'NIH SeniorHealth',
    'cataract',
    'A Clouding of the Lens in the Eye A cataract is a clouding of the lens.',
    'A cataract is a clouding of the lens.',
  ),
  text(
    'headings before the text',
    'NIH MedlinePlus',
    'anxiety',
    'Fear and anxiety are part of life.',
    'Fear and anxiety are part of life.',
  ),
  ...[
    ['urinary tract infections', 'Urinary tract infections (UTIs) are the second most common type of infection.'],
    ['lung cancer', 'Lung cancer is one of the most common cancers in the world.'],
    ['cervical cancer', 'Cervical cancer is caused by a virus called HPV.'],
    ['breast cancer', 'Breast cancer affects one in eight women during their lives.'],
    ['depression', 'Depression is a serious medical illness. It is more than a feeling.'],
    ['hearing loss', 'Hearing loss is a common problem caused by noise.'],
    ['ataxia', 'Ataxia often occurs when parts of the nervous system are damaged.'],
    ['infectious diseases', 'Infectious diseases kill more people worldwide than any other single cause.'],
    ['ovarian cancer', 'The ovaries are part of the female reproductive system.'],
    ['testicular cancer', 'After testicular cancer has been diagnosed, tests are done.'],
    ['childbirth', 'When contractions are five minutes apart, labor has begun.'],
    ['enlarged prostate (BPH)', 'The prostate is a gland in men. It helps make semen.'],
  ].map(([term, definition]): Example => ({
    rule: 'facts rather than definitions',
    before: { term: term!, source: 'NIH MedlinePlus', rank: 1, definition: definition! },
    after: { rank: 4 },
  })),
  ...[
    [
      'bronchopulmonary dysplasia',
      'Bronchopulmonary dysplasia, or BPD, is a serious lung condition that affects infants.',
    ],
    ['psoriatic arthritis', 'Psoriatic arthritis is a disease that usually occurs with psoriasis.'],
    ['insomnia', 'Insomnia is a sleep disorder in which people have trouble falling asleep.'],
    ['breast cancer', 'Breast cancer is a disease in which malignant cells form in the tissues of the breast.'],
    ['leprosy', 'Hansen’s disease is a bacterial infection that affects the skin and nerves.', "Hansen's disease"],
  ].map(([term, definition, synonym]): Example => ({
    rule: 'facts rather than definitions',
    before: {
      term: term!,
      synonyms: synonym === undefined ? [] : [synonym],
      source: 'NIH MedlinePlus',
      rank: 1,
      definition: definition!,
    },
    after: undefined,
  })),

  {
    rule: 'structures of substances',
    before: {
      term: 'dexamethasone',
      source: 'ChEBI',
      rank: 4,
      definition: 'A fluorinated steroid substituted by hydroxy groups at positions 11, 17 and 21.',
    },
    after: { rank: 6 },
  },
  {
    rule: 'structures of substances',
    before: {
      term: 'corticosteroid',
      source: 'ChEBI',
      rank: 4,
      definition: 'An analogue of the hormones secreted by the adrenal gland.',
    },
    after: undefined,
  },
  {
    rule: 'substances by what they do',
    before: { term: 'metformin', source: 'XCO', kind: 'method', rank: 6, definition: 'An oral antidiabetic drug.' },
    after: { rank: 5 },
  },
  { rule: 'formal sources', before: { term: 'fever', source: 'OAE', rank: 5 }, after: { rank: 6 } },
  {
    rule: 'narrow sources',
    before: { term: 'heart rate', source: 'Clinical Measurement Ontology', rank: 4 },
    after: { rank: 5 },
  },
  {
    rule: 'plants and animals',
    before: { term: 'cone', source: 'OpenStax Biology', rank: 4, definition: 'Structure of plants that holds seeds.' },
    after: { rank: 6 },
  },
  {
    rule: 'definitions that name only a parent',
    before: { term: 'kidney disease', rank: 2, definition: 'A urinary system disease that is located in the kidney.' },
    after: { rank: 4 },
  },
  {
    rule: 'texts that speak to a patient',
    before: {
      term: 'Fainting',
      source: 'NIH MedlinePlus',
      rank: 1,
      definition: 'Fainting is a loss of consciousness. You might feel nauseous.',
    },
    after: { rank: 3 },
  },
  {
    rule: 'pages about a topic',
    before: {
      term: 'Arm Injuries and Disorders',
      source: 'NIH MedlinePlus',
      rank: 1,
      definition: 'Of the 206 bones in the body, 3 are in the limb above the hand.',
    },
    after: { rank: 4 },
  },
];

describe('rules of the glossary’s build', () => {
  for (const { rule: name, before, after } of EXAMPLES)
    it(`${name}: ${before.term}`, () => {
      const rule = RULES.find((it) => it.name === name);
      assert.ok(rule !== undefined, `there is no rule “${name}”`);
      const entry = raw(before);
      const result = rule.apply(entry, vocabulary);
      if (after === null) assert.equal(result, null);
      else if (name === 'more than a reader wants') {
        assert.ok(result !== null && result.definition.length < 360 && /\.$/.test(result.definition));
        assert.ok(result.definition.startsWith('One sentence says what it is.'));
      } else if (name === 'headings before the text' && after === undefined) {
        // The comma and the lower-case term once kept this heading.
        assert.equal(result?.definition, 'Rheumatoid arthritis is an inflammatory disease.');
      } else assert.deepEqual(result, { ...entry, ...after });
    });

  it('has an example of each', () => {
    const shown = new Set(EXAMPLES.map(({ rule }) => rule));
    assert.deepEqual(
      RULES.map(({ name }) => name).filter((name) => !shown.has(name)),
      [],
    );
  });
});

describe('the entries that ship', () => {
  const asthma = {
    term: 'asthma',
    definition: 'A bronchial disease that is characterized by chronic inflammation and narrowing.',
  };

  it('are mended, one for each source and wording, at most five for a name, best first', () => {
    const others = Array.from({ length: 8 }, (_, i) => ({
      ...asthma,
      source: `Source ${i}`,
      rank: 4,
      definition: `Definition number ${i} says how the airways narrow and swell.`,
    }));
    const { entries } = prepare(
      [...others, { ...asthma, rank: 2 }, { ...asthma, term: 'Asthma', source: 'Copy', rank: 3 }].map(raw),
      [],
    );
    assert.equal(entries.length, 5);
    assert.equal(entries[0]?.source, 'Disease Ontology');
    assert.ok(entries.every(({ source }) => source !== 'Copy'));
  });

  it('are in one order, whatever that of the input', () => {
    const input = ['y', 'x', 'z'].map((name) => raw({ ...asthma, term: `${name} disease` }));
    const order = (list: readonly RawEntry[]): string[] => prepare(list, []).entries.map(({ term }) => term);
    assert.deepEqual(order(input), ['x disease', 'y disease', 'z disease']);
    assert.deepEqual(order([...input].reverse()), order(input));
  });

  it('say what was done', () => {
    const { done } = prepare(
      [raw({ ...asthma, definition: `${asthma.definition} [wikipedia:Asthma].`, source: 'NBO' })],
      [],
    );
    assert.ok(done.has('references in square brackets'));
  });
});
