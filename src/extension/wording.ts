/* What arises elsewhere as data, in words: errors, and why there is no suggestion. */
import * as vscode from 'vscode';
import { type DecoderFailure, DecoderUnavailable } from '../client/decoder';
import type { QuietReason } from '../completion/trigger';
import { type ProcessEnd, ProcessEnded } from '../ipc/processEnd';
import { GlossaryError } from '../glossary/glossaryError';
import { HubError } from '../library/hub/hubError';
import { InstallerEnded } from '../library/installation/installerProcess';
import { ModelError } from '../modelFolder/modelError';
import type { Phrase } from '../modelFolder/phrase';
import { failureOf, type Failure, type FailurePhrase } from '../protocol/failure';

/** A phrase in the editor's language. */
export function wordedPhrase({ text, args }: Phrase | FailurePhrase): string {
  // Its text stands in the bundle: `npm run l10n` finds it where it was written.
  // eslint-disable-next-line strings/user-text
  return vscode.l10n.t(text, ...args.map((value) => (typeof value === 'object' ? wordedPhrase(value) : value)));
}

/** What an error says to its reader, in full sentences. */
export function worded(error: unknown): string {
  if (error instanceof ModelError) return sentences(error.path, error);
  if (error instanceof HubError) return wordedHubError(error);
  if (error instanceof InstallerEnded) {
    return vscode.l10n.t(
      'The installation stopped: {0}. Nothing was changed, and what was downloaded is kept. Try again; if memory is low, close other programs first.',
      wordedEnd(error.cause.end),
    );
  }
  if (error instanceof ProcessEnded)
    return vscode.l10n.t('The model stopped: {0}. Restart it and try again.', wordedEnd(error.end));
  if (error instanceof DecoderUnavailable) return wordedUnavailability(error);
  if (error instanceof GlossaryError) return wordedGlossaryError(error);
  const failure = failureOf(error);
  if (failure?.problem) return wordedProblem(failure);
  return error instanceof Error ? error.message : String(error);
}

/** What went wrong elsewhere, in full sentences. */
export function wordedProblem({ code, path, problem, remedy }: Failure): string {
  return problem ? sentences(path, { problem, remedy }) : code;
}

/** As `worded`, for a place that names the path already. @param error or its English message */
export function wordedWithoutPath(error: unknown, path: string): string {
  const message = error instanceof ModelError && error.path === path ? sentences(undefined, error) : messageOf(error);
  const rest = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function messageOf(error: unknown): string {
  return typeof error === 'string' ? error : worded(error);
}

/** Why the decoder was given up. */
export function wordedFailure(failure: DecoderFailure): string {
  if (failure.code === 'modelRefused') {
    return vscode.l10n.t('The model could not be loaded. {0}', worded(failure.error));
  }
  const { times, end } = failure;
  return vscode.l10n.t(
    'The model stopped {0} times in a row. Most recently, {1}. Restart it, or choose another model.',
    times,
    wordedEnd(end),
  );
}

/** How a process ended: part of a sentence. */
export function wordedEnd(end: ProcessEnd): string {
  switch (end.kind) {
    case 'notStarted':
      return vscode.l10n.t('its process could not be started ({0})', end.problem);
    case 'exited':
      return end.code === 0
        ? vscode.l10n.t('its process stopped unexpectedly')
        : vscode.l10n.t('its process ended with exit code {0}', end.code);
    case 'killed':
      return wordedSignal(end.signal);
  }
}

/** The signals that our processes die of; their names say little to most people. */
function wordedSignal(signal: NodeJS.Signals): string {
  switch (signal) {
    case 'SIGKILL':
      return vscode.l10n.t('its process was killed, perhaps because memory ran out (SIGKILL)');
    case 'SIGTRAP':
      return vscode.l10n.t('its process could not get the memory it needs (SIGTRAP)');
    case 'SIGSEGV':
    case 'SIGBUS':
    case 'SIGABRT':
      return vscode.l10n.t('its process crashed ({0})', signal);
    case 'SIGILL':
      return vscode.l10n.t('this processor is too old: it lacks an instruction that the model uses (SIGILL)');
    default:
      return vscode.l10n.t('its process was terminated ({0})', signal);
  }
}

function wordedUnavailability({ why }: DecoderUnavailable): string {
  switch (why.code) {
    case 'shuttingDown':
      return vscode.l10n.t('BioGPT Writer is shutting down.');
    case 'restarting':
      return vscode.l10n.t('The model stopped ({0}) and is starting again. Try again in a moment.', wordedEnd(why.end));
    case 'failed':
      return wordedFailure(why.failure);
  }
}

function wordedGlossaryError({ code }: GlossaryError): string {
  const remedy = vscode.l10n.t('Reinstall the extension BioGPT Writer.');
  switch (code) {
    case 'unreadable':
      return vscode.l10n.t('The glossary could not be read. {0}', remedy);
    case 'notAGlossary':
    case 'damaged':
      return vscode.l10n.t('The glossary is damaged. {0}', remedy);
    case 'version':
      return vscode.l10n.t('The glossary is from a different version of this extension. {0}', remedy);
  }
}

function wordedHubError({ subject, problem, reason, remedies }: HubError): string {
  const what = reason === undefined ? wordedPhrase(problem) : vscode.l10n.t('{0} ({1})', wordedPhrase(problem), reason);
  return vscode.l10n.t('{0}: {1}. {2}', subject, what, remedies.map(wordedPhrase).join(' '));
}

function sentences(
  path: string | undefined,
  { problem, remedy }: { problem: Phrase | FailurePhrase; remedy?: Phrase | FailurePhrase | undefined },
): string {
  const said = remedy ? `${wordedPhrase(problem)} ${wordedPhrase(remedy)}` : wordedPhrase(problem);
  return path === undefined ? said : `${path}: ${said}`;
}

/** Why there is no suggestion, told to a writer who has asked for one. */
export function quietText(reason: QuietReason): string {
  switch (reason) {
    case 'afterDocument':
      return vscode.l10n.t('No suggestions after {0}.', '\\end{document}');
    case 'attribute':
      return vscode.l10n.t('No suggestions in attributes (text in braces).');
    case 'bibliography':
      return vscode.l10n.t('No suggestions in the bibliography.');
    case 'citation':
      return vscode.l10n.t('No suggestions in citations.');
    case 'codeBlock':
    case 'inlineCode':
      return vscode.l10n.t('No suggestions in code.');
    case 'command':
      return vscode.l10n.t('No suggestions in LaTeX commands.');
    case 'commandArgument':
      return vscode.l10n.t('No suggestions in this argument of a LaTeX command.');
    case 'comment':
      return vscode.l10n.t('No suggestions in comments.');
    case 'directive':
      return vscode.l10n.t('No suggestions in MyST directives.');
    case 'footnoteLabel':
      return vscode.l10n.t('No suggestions in footnote labels.');
    case 'frontMatter':
      return vscode.l10n.t('No suggestions in the front matter.');
    case 'graphics':
      return vscode.l10n.t('No suggestions in TikZ pictures and other drawings.');
    case 'html':
      return vscode.l10n.t('No suggestions in HTML.');
    case 'label':
      return vscode.l10n.t('No suggestions in labels and references.');
    case 'markup':
      return vscode.l10n.t('No suggestions in Markdown syntax.');
    case 'math':
      return vscode.l10n.t('No suggestions in math.');
    case 'preamble':
      return vscode.l10n.t('No suggestions in the preamble.');
    case 'tableDelimiter':
      return vscode.l10n.t('No suggestions in the line below a table header.');
    case 'url':
      return vscode.l10n.t('No suggestions in links.');
    case 'verbatim':
      return vscode.l10n.t('No suggestions in verbatim text.');
    case 'severalCursors':
      return vscode.l10n.t('No suggestions while text is selected or there are multiple cursors.');
    case 'insideWord':
      return vscode.l10n.t('No suggestions in the middle of a word.');
    case 'wordsFollow':
      return vscode.l10n.t('No suggestions when words follow the cursor on the same line.');
    case 'deleted':
      return vscode.l10n.t('No suggestions right after a deletion.');
    case 'undone':
      return vscode.l10n.t('No suggestions right after an undo or redo.');
    case 'replaced':
      return vscode.l10n.t('No suggestions right after text is replaced.');
    case 'onDemand':
      return vscode.l10n.t('Suggestions appear only when you ask for them.');
    case 'dismissed':
      return vscode.l10n.t(
        'You dismissed the suggestion here. To see another, keep typing or run Trigger Inline Suggestion.',
      );
    case 'nothingToAdd':
      return vscode.l10n.t('The model has no suggestion here.');
    case 'cancelled':
      return vscode.l10n.t('The request was canceled.');
  }
}
