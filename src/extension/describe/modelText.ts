import * as vscode from 'vscode';
import type { Decoder } from '../../client/decoder';
import { firstDescription, furtherDescription } from '../../completion/description';
import { repairDescription } from '../../prose/spacing';
import type { Decoding, DescribeResult } from '../../protocol/decoder';
import { readDescribeSettings } from '../settings';
import { worded } from '../wording';

/** What the model has written of a term, or why it wasn't asked. */
export type ModelText =
  /** `unfit`: the model in use doesn't know enough; `off`: its user has said never. */
  | { phase: 'notAsked'; why: 'unfit' | 'off'; name: string }
  | { phase: 'writing'; text: string; provenance: string }
  | { phase: 'done' | 'stopped' | 'failed'; text: string; message: string; provenance: string };

const FACTS_SETTING = 'biogpt.describe.facts';

/** What a description may be about and draw upon. */
export interface DescriptionQuestion {
  term: string;
  /** Texts whose facts it may state. */
  grounds: readonly string[];
  /** 0: the most likely description; from 1 on: others, by sampling. */
  attempt: number;
}

/**
 * Has the model describe a term, from the first word to the last.
 * @param show told of each state; the last one is `done`, `stopped` or `failed`
 */
export async function writeDescription(
  decoder: Pick<Decoder, 'describe'>,
  modelName: () => string,
  { term, grounds, attempt }: DescriptionQuestion,
  signal: AbortSignal,
  show: (model: ModelText) => void,
): Promise<void> {
  const { facts, ...settings } = readDescribeSettings();
  const { decoding, stop } = attempt === 0 ? firstDescription(settings) : furtherDescription(settings, attempt);
  const provenance = (): string => `${modelName()} · ${inWords(decoding)}`;
  let text = '';
  show({ phase: 'writing', text, provenance: provenance() });
  try {
    const result = await decoder.describe(
      { term, facts, grounds, decoding, stop },
      {
        signal,
        onProgress: (progress) => {
          text = repairDescription(progress.text, term);
          show({ phase: 'writing', text, provenance: provenance() });
        },
      },
    );
    text = repairDescription(result.text, term).trim();
    show({ phase: 'done', text, message: outcome(text, result), provenance: provenance() });
  } catch (error) {
    const [phase, message] = signal.aborted
      ? (['stopped', vscode.l10n.t('Stopped. The text written so far is kept.')] as const)
      : (['failed', worded(error)] as const);
    show({ phase, text, message, provenance: provenance() });
  }
}

/** How a description has ended. */
function outcome(text: string, { finishReason }: Pick<DescribeResult, 'finishReason'>): string {
  if (text === '') {
    return finishReason === 'fact'
      ? vscode.l10n.t(
          "The model's description is not shown because it states facts that are in neither your document nor the glossary. The setting {0} controls this.",
          FACTS_SETTING,
        )
      : vscode.l10n.t(
          "The model's description is not shown because it contains no complete sentence about the term. Select Regenerate to try again.",
        );
  }
  const words = text.split(/\s+/).length;
  const length = words === 1 ? vscode.l10n.t('Done: 1 word.') : vscode.l10n.t('Done: {0} words.', words);
  return finishReason === 'fact'
    ? vscode.l10n.t(
        '{0} The description was cut off before a fact that is in neither your document nor the glossary (setting {1}).',
        length,
        FACTS_SETTING,
      )
    : length;
}

function inWords(decoding: Decoding): string {
  switch (decoding.strategy) {
    case 'greedy':
      return vscode.l10n.t('greedy search');
    case 'beam':
      return vscode.l10n.t('beam search ({0} beams)', decoding.beams);
    case 'sample':
      return vscode.l10n.t(
        'random sampling, temperature {0}, top-p {1}, seed {2}',
        decoding.temperature ?? 1,
        decoding.topP ?? 1,
        decoding.seed ?? 0,
      );
  }
}
