/* What the panel shows, in words: the definitions of the glossary first, then the model's text. */
import * as vscode from 'vscode';
import type { Definition, Entry, Matched } from '../../glossary/entry';
import type { Meaning } from '../../glossary/meanings';
import type { ProseLanguage } from '../../prose/scope';
import { CITATION_FORMS, type CitationForm } from './citation';
import type { ModelText } from './modelText';

/** Everything the panel shows; sent whole each time, so that panel and host cannot drift apart. */
export interface PanelView {
  term: string;
  /** One sentence on what was found, or on what was just done; read out by screen readers. */
  status: string;
  glossary: GlossaryView;
  /** Null where nothing is said about the model. */
  model: ModelView | null;
  canInsert: boolean;
}

export interface GlossaryView {
  heading: string;
  meanings: MeaningView[];
  /** How an inserted definition carries its source; null where there is nothing to insert, or nowhere. */
  citation: { chosen: CitationForm; forms: { form: CitationForm; label: string }[] } | null;
}

/** One meaning of the term: the best definition, and those of further sources, which are folded away. */
export interface MeaningView {
  /** Empty where it is the term itself. */
  name: string;
  /** How the document or the glossary comes from the term to this name; empty where they are the same. */
  relation: string;
  best: DefinitionView;
  further: DefinitionView[];
  /** What the further ones are folded under. */
  furtherLabel: string;
}

export interface DefinitionView {
  /** The entry's number in the glossary: what actions name it by. */
  entry: number;
  text: string;
  source: string;
  id: string;
  /** Empty where the source has no address. */
  url: string;
  licence: string;
  /** "Also called: …"; empty where there are none. */
  synonyms: string;
  insertLabel: string;
  copyLabel: string;
}

export type ModelButton = 'ask' | 'choose' | 'insert' | 'copy' | 'regenerate' | 'stop';

export interface ModelView {
  phase: ModelText['phase'];
  heading: string;
  text: string;
  /** One sentence on what is going on, went wrong, or can be done. */
  message: string;
  /** Which model, decoded how; empty where it wasn't asked. */
  provenance: string;
  /** The buttons that are shown, and which of them can be pressed. */
  buttons: Partial<Record<ModelButton, boolean>>;
}

const MOST_SYNONYMS = 8;

/** @param target the document that a definition would be inserted into */
export function glossaryView(
  term: string,
  meanings: readonly Meaning[],
  target: { language: ProseLanguage; form: CitationForm } | undefined,
): GlossaryView {
  return {
    heading: meanings.length > 1 ? vscode.l10n.t('Definitions') : vscode.l10n.t('Definition'),
    meanings: meanings.map((meaning) => meaningView(term, meaning, meanings.length === 1)),
    citation:
      target === undefined || meanings.length === 0
        ? null
        : {
            chosen: target.form,
            forms: CITATION_FORMS[target.language].map((form) => ({ form, label: formLabel(form, target.language) })),
          },
  };
}

/** What was found, in a sentence. */
export function foundStatus(meanings: readonly Meaning[]): string {
  const sources = meanings.reduce((sum, meaning) => sum + meaning.length, 0);
  if (sources === 0) return vscode.l10n.t('The glossary has no definition of this term.');
  if (meanings.length > 1)
    return vscode.l10n.t('{0} meanings, with {1} definitions in the glossary.', meanings.length, sources);
  return sources === 1
    ? vscode.l10n.t('1 definition in the glossary.')
    : vscode.l10n.t('{0} definitions in the glossary.', sources);
}

/** @param alone the only meaning */
function meaningView(term: string, [best, ...further]: Meaning, alone: boolean): MeaningView {
  const { entry, matched } = best;
  return {
    name: alone && entry.term.toLowerCase() === term.toLowerCase() ? '' : entry.term,
    relation: relationOf(term, entry.term, matched),
    best: definitionView(term, best),
    further: further.map((definition) => definitionView(term, definition)),
    furtherLabel:
      further.length === 1 ? vscode.l10n.t('1 more definition') : vscode.l10n.t('{0} more definitions', further.length),
  };
}

function relationOf(term: string, name: string, matched: Matched): string {
  if (term.toLowerCase() === name.toLowerCase()) return '';
  switch (matched) {
    case 'abbreviation':
      return vscode.l10n.t('Meaning of {0} in your document', term);
    case 'synonym':
      return vscode.l10n.t('Synonym of {0}', term);
    case 'name':
      return '';
  }
}

function definitionView(term: string, { entry }: Definition): DefinitionView {
  const { number, definition, source, id, url, licence } = entry;
  return {
    entry: number,
    text: definition,
    source,
    id,
    url,
    licence,
    synonyms: synonymsOf(term, entry),
    insertLabel: vscode.l10n.t('Insert the {0} definition', source),
    copyLabel: vscode.l10n.t('Copy the {0} definition', source),
  };
}

function synonymsOf(term: string, { term: name, synonyms }: Entry): string {
  const shown = new Set([term.toLowerCase(), name.toLowerCase()]);
  const others = synonyms.filter((synonym) => !shown.has(synonym.toLowerCase()));
  if (others.length === 0) return '';
  const listed = others.slice(0, MOST_SYNONYMS).join('; ');
  const rest = others.length - MOST_SYNONYMS;
  return rest > 0
    ? vscode.l10n.t('Also called: {0}; and {1} more', listed, rest)
    : vscode.l10n.t('Also called: {0}', listed);
}

function formLabel(form: CitationForm, language: ProseLanguage): string {
  switch (form) {
    case 'none':
      return vscode.l10n.t('Nothing (no citation)');
    case 'parentheses':
      return vscode.l10n.t('Source name in parentheses');
    case 'footnote':
      return vscode.l10n.t('Footnote');
    case 'bibliography':
      return language === 'latex'
        ? vscode.l10n.t('\\cite command and BibTeX entry')
        : vscode.l10n.t('[@key] citation and BibTeX entry');
  }
}

/** @param defined whether the glossary has the term */
export function modelView(model: ModelText, defined: boolean, canInsert: boolean): ModelView | null {
  const view = modelState(model, defined, canInsert);
  return view && { ...view, heading: vscode.l10n.t('Description by a Language Model') };
}

function modelState(model: ModelText, defined: boolean, canInsert: boolean): Omit<ModelView, 'heading'> | null {
  switch (model.phase) {
    case 'notAsked':
      if (model.why === 'off') {
        if (defined) return null;
        const message = vscode.l10n.t(
          'The model is not asked because the setting {0} is "never".',
          'biogpt.describe.model',
        );
        return { ...NOTHING, phase: model.phase, message };
      }
      return {
        ...NOTHING,
        phase: model.phase,
        message: defined
          ? vscode.l10n.t(
              'The model in use ({0}) is too small to describe terms reliably: most of its descriptions are wrong. You can install a larger model.',
              model.name,
            )
          : vscode.l10n.t(
              'The model in use ({0}) is too small to describe it reliably. Install a larger model to get a description.',
              model.name,
            ),
        buttons: { choose: true, ask: true },
      };
    case 'writing':
      return {
        phase: model.phase,
        text: model.text,
        message: vscode.l10n.t('Writing…'),
        provenance: model.provenance,
        buttons: { insert: false, copy: model.text !== '', stop: true },
      };
    case 'done':
    case 'stopped':
    case 'failed': {
      const written = model.text !== '';
      return {
        phase: model.phase,
        text: model.text,
        message: model.message,
        provenance: model.provenance,
        buttons: { ...(written && { insert: canInsert, copy: true }), regenerate: true },
      };
    }
  }
}

const NOTHING = { text: '', provenance: '', buttons: {} } as const;
