/**
 * The tokenizer sets every plus sign apart: `Na+ channels` and `H + K` come back as `Na + channels` and `H + K`. Which
 * one is a charge, or the mark of what is positive (`CD4+ T cells`, `ER+ tumors`), shows in the words around it: a sum
 * goes on with another summand of its kind, never with a closing bracket, a full stop, or the word `and`.
 */

/** Of ions, with the number of the charge; what is no ion without it (`Ca + D3`) needs it. */
const ION = /^(?:Na|K|H|Li|Ag|Cs|Rb|NH4|H3O|NADP?|(?:Ca|Mg|Zn|Fe|Cu|Mn|Co|Ni|Ba|Sr|Pb|Cd|Hg)2|(?:Fe|Al|Cr)3)$/;
/** Written with two plus signs in older texts. */
const DOUBLE_ION = /^(?:Ca|Mg|Zn|Fe|Cu|Mn|Ba)$/;
/** Surface markers of cells, receptors, and what cells are stained for. */
const MARKER =
  /^(?:CD\d{1,3}[A-Za-z]{0,2}|Ki-?67|F[Oo][Xx][Pp]3|HLA-[A-Z]+\d*|IFN-?γ|TNF-?α|IL-\d+[A-Z]?|CC?X?CR\d+|B220|Gr-?1|Sca-?1|[cC]-?[kK]it|Ly6[A-Z]|NK1\.1|PD-?1|GFP|BrdU|EdU|Lgr5|GFAP|Iba1|NeuN|TUNEL|ER|PR|HR|HER2)$/;
/** What is positive or negative in people and genotypes. */
const STATUS = /^(?:[A-Z]|HIV|HBsAg|HBeAg|HCV|EBV|HPV|RF|ANA|AQP4|p16|p53|ALK|EGFR|PD-?L1|Rh|Ph|APOE4)$/;

/** Words that a sum does not go on with. */
const FUNCTION_WORD =
  /^(?:and|or|but|in|of|on|at|to|for|from|with|by|as|is|are|was|were|be|been|has|have|had|may|can|could|did|does|than|versus|vs|that|which|who|when|while|among|after|before|during|between|into|via|per|if|not|only|also|increased|decreased|showed)$/;
/** What carries a marker or has a status. */
const CARRIER =
  /^(?:cells?|lymphocytes?|leu[ck]ocytes?|macrophages?|monocytes?|neutrophils?|neurons?|astrocytes?|microglia|progenitors?|precursors?|thymocytes?|splenocytes?|blasts?|subsets?|subpopulations?|populations?|counts?|memory|na[iï]ve|effector|regulatory|helper|cytotoxic|stem|tumou?rs?|tumou?r-infiltrating|cancers?|breast|carcinomas?|disease|lymphomas?|leuka?emia|patients?|women|men|mothers?|donors?|carriers?|individuals?|participants?|people|children|infants|mice|groups?|status|variants?|genotypes?|alleles?|thalass?ema?ia|programs?|programmes?|approach|expression|staining|areas?|T|B|NK|T-cells?|B-cells?|CTLs?|DCs?|[pcm]DCs?|Tregs?|Th\d+|MDSCs?|HSCs?|MSCs?|EPCs?|EMPs?|MPs?|TILs?|PBMCs?|ILC\d?s?)$/;

/** A plus sign behind a word. */
interface Sign {
  /** Where the blank before it is. */
  from: number;
  /** Behind it; behind two of them where both are charges. */
  to: number;
  word: string;
  /** Where the word begins. */
  at: number;
}

const SIGN = /(?<![\p{L}\p{N}_^{$]|(?<!\+)-)([\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?) \+(?= |$|[^\p{L}\p{N}\s])/gu;
const NEXT = / *([\p{L}\p{N}](?:[\p{L}\p{N}.'-]*[\p{L}\p{N}])?|\S|$)/uy;

/** Text as the tokenizer gives it back, with plus signs joined to what has the charge or is positive. */
export function withCharges(text: string): string {
  if (!text.includes(' +')) return text;
  const signs = Array.from(text.matchAll(SIGN), ({ 0: whole, 1: word, index }): Sign => {
    const to = index + whole.length;
    const double = DOUBLE_ION.test(word!) && text.startsWith(' +', to);
    return { from: to - 2, to: double ? to + 2 : to, word: word!, at: index };
  });
  // From the last one on: a chain of markers is one if its last sign is.
  const charged = new Set<number>();
  for (const sign of [...signs].reverse()) if (isCharge(sign, text, charged)) charged.add(sign.at);
  let result = '';
  let from = 0;
  for (const sign of signs) {
    if (!charged.has(sign.at)) continue;
    result += text.slice(from, sign.from) + text.slice(sign.from, sign.to).replace(/ /g, '');
    from = sign.to;
  }
  return result + text.slice(from);
}

/** @param charged where the words begin behind this one that have a charge. */
function isCharge({ word, from, to }: Sign, text: string, charged: ReadonlySet<number>): boolean {
  const ion = ION.test(word);
  const marker = MARKER.test(word);
  if (to - from > 2) return true;
  if (!ion && !marker && !STATUS.test(word)) return false;
  NEXT.lastIndex = to;
  const next = NEXT.exec(text)![1]!;
  if (next === '') return ion || marker;
  if (/^[)\],.;:/’'"”-]$/.test(next)) return true;
  if (FUNCTION_WORD.test(next)) return true;
  const nextAt = NEXT.lastIndex - next.length;
  if (charged.has(nextAt)) return true;
  if (/^[TB]$/.test(next)) return marker || /^[ -](?:cells?|lymphocytes?)(?!\p{L})/u.test(text.slice(nextAt + 1));
  if (CARRIER.test(next)) return true;
  if (!ion && !marker) return false;
  // A second sign begins a sum: `K+ + 12 U`.
  if (/^[+([<>=≤≥±%×·]$/.test(next) || /^\d/.test(next)) return true;
  if (ion) return /^\p{Ll}{2}|^\p{Lu}\p{Ll}{3}|^(?:ATP|EDTA)/u.test(next) && !ION.test(next);
  return !MARKER.test(next) && !STATUS.test(next);
}
