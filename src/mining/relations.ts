/** Answers that list relations: their grammar, and how the original programs read it. */
import { cleaned, strip } from './answerLine';

/** A chemical that induces a disease (BC5CDR), by the names that the model wrote. */
export interface ChemicalDisease {
  chemical: string;
  disease: string;
}

/** Two names and how the first acts upon the second: drug and drug (DDI), or drug and target (KD-DTI). */
export interface Interaction {
  drug: string;
  target: string;
  relation: string;
}

/**
 * BC5CDR: `the relation between {chemical} and {disease} exists; …`. The chemical reaches to the last " and " that " exists"
 * still follows, the disease to the last " exists"; a part of another form is skipped.
 * Source: `examples/RE-BC5CDR/postprocess.py`.
 */
export function parseChemicalDiseases(output: string): ChemicalDisease[] {
  return cleaned(output)
    .split(';')
    .flatMap((part) => {
      const match = /^the relation between ([^\n]*) and ([^\n]*) exists/.exec(strip(part));
      return match ? [{ chemical: strip(match[1]!), disease: strip(match[2]!) }] : [];
    });
}

/**
 * DDI and KD-DTI: `the interaction between {drug} and {target} is {relation}; …`. The drug reaches to the last " and " that
 * " is " still follows, the target to the last " is "; a part of another form is skipped.
 * Source: `examples/RE-DDI/postprocess.py` and `examples/RE-DTI/postprocess.py`, which are one.
 */
export function parseInteractions(output: string): Interaction[] {
  const found = cleaned(output)
    .split('; ')
    .flatMap((part) => {
      const match = /^the interaction between ([^\n]*) and ([^\n]*) is ([^\n]*)/.exec(part);
      return match ? [{ drug: strip(match[1]!), target: strip(match[2]!), relation: strip(match[3]!) }] : [];
    });
  // The original writes this word where it finds nothing, and takes it for nothing wherever it meets it.
  return found[0]?.drug === 'failed' ? [] : found;
}
