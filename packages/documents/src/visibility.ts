import type { CatalogDocument } from './document.ts';

/** The teams that may see and request a document: those its policy names and the one that owns it. Null: everybody. */
export const visibleTeams = ({ metadata, policy }: CatalogDocument): readonly string[] | null => {
  const teams = policy?.visibility?.teams;
  if (teams === undefined) return null;
  return [...new Set([...teams, ...(metadata.owner === undefined ? [] : [metadata.owner.team])])];
};
