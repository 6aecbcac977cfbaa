/** The package describes only its entry point, which would bring its two other parsers along. */
declare module 'latex-utensils/out/src/bibtex/bibtex_parser.js' {
  export * from 'latex-utensils/out/types/src/bibtex/bibtex_parser';
}
