import type { DecoderState } from '../client/supervisor';

/** What ghost text does in the document in front of the writer. */
export type Mode = 'automatic' | 'onDemand' | 'snoozed' | 'off' | 'excluded' | 'unsupported';

export interface StatusText {
  /** With the editor's icons. */
  text: string;
  /** Read by screen readers. */
  accessibilityLabel: string;
  tooltip: string;
  warning: boolean;
}

const modes: Record<Mode, { mark: string; words: string }> = {
  automatic: { mark: '', words: 'Ghost text appears as you type.' },
  onDemand: { mark: '', words: 'Ghost text appears when you ask for it.' },
  off: { mark: '$(circle-slash) ', words: 'Ghost text is off for this language.' },
  snoozed: { mark: '$(bell-slash) ', words: 'Ghost text is snoozed.' },
  excluded: { mark: '$(circle-slash) ', words: 'Ghost text is off for this file (biogpt.completion.exclude).' },
  unsupported: { mark: '', words: 'Ghost text is written in Markdown and LaTeX.' },
};

/** An installation under way, as the status bar tells of it. */
export interface InstallNote {
  icon: string;
  /** A few characters, such as "43 %"; may be empty. */
  text: string;
  /** In words: what is installed, and how far it is. */
  words: string;
}

/** The status-bar item for a state of the decoder; pure, so that every state can be tested. */
export function statusText(state: DecoderState, mode: Mode, installing?: InstallNote): StatusText {
  const told = decoderText(state, mode);
  // What does not work comes before what is on its way.
  if (!installing || told.warning) return told;
  return {
    text: `${installing.icon} BioGPT${installing.text && ` ${installing.text}`}`,
    accessibilityLabel: `BioGPT Writer: ${installing.words}`,
    tooltip: `${installing.words}\n\n${told.tooltip}`,
    warning: false,
  };
}

function decoderText(state: DecoderState, mode: Mode): StatusText {
  const { mark, words } = modes[mode];
  const say = (icon: string, condition: string, warning = false): StatusText => ({
    text: `${mark || icon}BioGPT`,
    accessibilityLabel: `BioGPT Writer: ${condition} ${words}`,
    tooltip: `${condition} ${words}`,
    warning,
  });
  switch (state.kind) {
    case 'idle':
      return say('$(beaker) ', 'The model is not loaded; it loads when it is first needed.');
    case 'loading':
      return say('$(loading~spin) ', 'Loading the model.');
    case 'ready':
      return say('$(beaker) ', `${state.model.name} (${state.model.precision}) is ready on this machine.`);
    case 'generating':
      return say('$(loading~spin) ', `${state.model.name} is writing.`);
    case 'restarting':
      return say('$(sync) ', `The decoder ended (${state.reason}) and starts again.`);
    case 'failed':
      return { ...say('$(error) ', state.reason, true), text: '$(error) BioGPT' };
  }
}
