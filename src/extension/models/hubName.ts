import type { ModelSource } from '../../library/install/types';

const NAME = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const REVISION = /^[A-Za-z0-9][\w./-]*$/;

export type HubName = { source: Extract<ModelSource, { kind: 'hub' }> } | { problem: string };

/** Reads `owner/name`, `owner/name@revision`, or the address of a repository's page. */
export function parseHubName(input: string): HubName {
  const text = input.trim();
  if (text === '') return { problem: 'Enter the name of a repository, such as microsoft/biogpt.' };
  const page = /^https?:\/\/[^/]+\/([^/]+\/[^/?#]+)(?:\/tree\/([^?#]+?))?\/?(?:[?#].*)?$/.exec(text);
  const [name, ...rest] = page ? [page[1]!, ...(page[2] ? [page[2]] : [])] : text.split('@');
  const revision = rest.join('@');
  if (!NAME.test(name!)) return { problem: 'A repository is named owner/name, such as microsoft/biogpt.' };
  if (rest.length === 0) return { source: { kind: 'hub', repo: name! } };
  if (!REVISION.test(revision) || revision.includes('..')) {
    return { problem: 'After @ comes a branch, a tag or a commit, such as microsoft/biogpt@main.' };
  }
  return { source: { kind: 'hub', repo: name!, revision } };
}
