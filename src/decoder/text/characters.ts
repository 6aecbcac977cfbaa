/** An opening bracket or quote, or a currency sign, at the end of a text: the next word attaches to it. */
export const OPENS = /(?:[([{¿¡“‘„«\p{Sc}]|(?:^|[\s([{])["'])$/u;
