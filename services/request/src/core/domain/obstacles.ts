import type { CatalogDocument } from '@pao/documents';

/** What this installation can do beside what every one can. */
export interface Abilities {
  /** Whether secrets can be sealed: without keys there is no place to keep them. */
  readonly secrets: boolean;
}

/**
 * Why a document can't be requested although it is offered: it asks for a safeguard that this service does not enforce. To carry
 * it out without the safeguard would be worse than to refuse.
 */
export const obstacleOf = (document: CatalogDocument, { secrets }: Abilities): string | undefined => {
  const known = obstacles.get(document) ?? findObstacles(document);
  obstacles.set(document, known);
  return (secrets ? undefined : known.withoutKeys) ?? known.always;
};

interface Obstacles {
  readonly always: string | undefined;
  /** What stands in its way only as long as secrets can't be sealed. */
  readonly withoutKeys: string | undefined;
}

const obstacles = new WeakMap<CatalogDocument, Obstacles>();

const findObstacles = (document: CatalogDocument): Obstacles => {
  const secret = (document.input.form.groups ?? [])
    .flatMap((group) => group.fields.map((field) => ({ path: `${group.id}.${field.id}`, type: field.type })))
    .find(({ type }) => type === 'password');
  return { always: findObstacle(document), withoutKeys: secret && passwordObstacle(secret.path) };
};

const passwordObstacle = (path: string): string =>
  `its field ${path} is a password, and secrets can't be stored here: PAO_DATA_KEYS is not set where the request service runs`;

const findObstacle = (document: CatalogDocument): string | undefined => {
  if (document.policy?.environments) return 'it sets an order of environments, which is not enforced yet';
  return undefined;
};
