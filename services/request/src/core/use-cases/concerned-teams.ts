import { TransientError } from '@pao/kernel';
import type { Selection } from '../domain/plan.ts';
import type { Request } from '../domain/request.ts';
import type { Catalog } from '../ports/catalog.ts';
import { selectPinned } from './select-documents.ts';

/** The team that it was asked for. */
export const askingTeams = ({ team }: Pick<Request, 'team'>): readonly string[] => (team === null ? [] : [team]);

const ownersOf = ({ main, items }: Selection): readonly string[] =>
  [main, ...items.values()].flatMap(({ document }) => document.metadata.owner?.team ?? []);

export const concernedTeams = (request: Pick<Request, 'team'>, selection: Selection): readonly string[] => [
  ...new Set([...askingTeams(request), ...ownersOf(selection)]),
];

/**
 * Whose concern the request is; worked out only for a change that others are told of. The owners are an aside: what became of a
 * request is recorded and told also where its documents can't be read.
 */
export const teamsToTell = async (
  before: Request,
  after: Request,
  { catalog }: { readonly catalog: Catalog },
): Promise<readonly string[] | undefined> => {
  if (before.status === after.status) return undefined;
  try {
    return concernedTeams(after, await selectPinned(catalog, after));
  } catch (thrown) {
    if (thrown instanceof TransientError) throw thrown;
    return askingTeams(after);
  }
};
