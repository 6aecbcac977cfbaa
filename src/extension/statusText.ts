import type { DecoderState } from './decoder/supervisor';

/** What ghost text does in the document in front of the writer. */
export type Mode = 'automatic' | 'onDemand' | 'off' | 'unsupported';

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
  unsupported: { mark: '', words: 'Ghost text is written in Markdown and LaTeX.' },
};

/** The status-bar item for a state of the decoder; pure, so that every state can be tested. */
export function statusText(state: DecoderState, mode: Mode): StatusText {
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
