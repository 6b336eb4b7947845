import type { DocumentSummary } from './document.ts';

/** Who looks at the catalog. */
export interface Viewer {
  readonly teams: readonly string[];
  readonly roles: readonly string[];
}

/** Somebody without teams and roles. */
export const nobody: Viewer = { teams: [], roles: [] };

/** Who runs the installation sees everything that is in it. */
const SEE_ALL: ReadonlySet<string> = new Set(['admin', 'operator', 'auditor']);

/** Who may not see a document may not learn that it exists. */
export const maySee = (
  { visibleTeams, owner }: Pick<DocumentSummary, 'visibleTeams' | 'owner'>,
  { teams, roles }: Viewer,
): boolean =>
  visibleTeams === null ||
  teams.some((team) => visibleTeams.includes(team) || team === owner?.team) ||
  roles.some((role) => SEE_ALL.has(role));
