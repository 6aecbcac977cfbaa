import { basename } from 'node:path';
import type { KnownModel } from '../../library/catalogue/knownModel';
import type { Precision } from '../../modelFolder/format';
import type { ModelSource } from '../../library/install/types';

/** Something to be installed, in one form. */
export interface InstallRequest {
  source: ModelSource;
  precision: Precision;
}

/** What people call a source. */
export function sourceLabel(source: ModelSource, known: readonly KnownModel[]): string {
  switch (source.kind) {
    case 'known':
      return known.find(({ id }) => id === source.id)?.name ?? source.id;
    case 'hub':
      return source.repo;
    case 'local':
      return basename(source.path);
  }
}

export function sameInstall(one: InstallRequest, other: InstallRequest): boolean {
  return one.precision === other.precision && sameSource(one.source, other.source);
}

export function sameSource(one: ModelSource, other: ModelSource): boolean {
  if (one.kind === 'known') return other.kind === 'known' && one.id === other.id;
  if (one.kind === 'local') return other.kind === 'local' && one.path === other.path;
  return other.kind === 'hub' && one.repo === other.repo && (one.revision ?? 'main') === (other.revision ?? 'main');
}

/** Whether two commits are the same; either may be abbreviated. */
export function sameRevision(one: string, other: string | undefined): boolean {
  return other !== undefined && (one.startsWith(other) || other.startsWith(one));
}
