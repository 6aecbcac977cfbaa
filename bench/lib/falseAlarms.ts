/**
 * Words that `descriptionFaults.ts` takes for invented names and that a reader doesn't, with the reason. Findings are counted
 * all the same, so that a run shows how much rests on this list.
 */
const LISTED: Record<string, string> = {
  'what every reader knows, no gene or drug': 'HIV DNA RNA mRNA MRI CT ECG CNS ATP CSF PCR UV pH',
  'a class of drugs or a form of treatment, no drug':
    'drug drugs medication medications medicine medicines chemotherapy Chemotherapy antibiotic antibiotics anticholinergic anticholinergics anthelmintic anthelmintics',
  'an everyday word that some drug, gene or protocol is named after': 'men impact Cancer act amps',
  'a substance of the body': 'cholesterol peptide peptides glycerol testosterone progesterone',
  'an everyday word with the end of a drug':
    'control controls alcohol protocol protocols school schools symbol routine',
};

const WORDS = new Set(Object.values(LISTED).flatMap((words) => words.split(' ')));

/** In the case as listed: "men" is no gene, "MEN" may be. */
export function isFalseAlarm(name: string): boolean {
  return WORDS.has(name);
}
