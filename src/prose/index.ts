export type { ContextOptions } from './context';
export { escapeFor, type EscapeContext } from './escape';
export { insertionFor, type CursorLine, type Insertion } from './insertion';
export { ProseDocument, scopeAt, type ProseEdit } from './proseDocument';
export type { BlockKind, ProseLanguage, ProseScope, QuietScope, Scope, ScopeReason } from './scope';
export { repairSpacing } from './spacing';
export type { WritingStyle } from './style';
export { suffixOverlap } from './suffix';
export { wordOrTermAt, type Term } from './terms';
