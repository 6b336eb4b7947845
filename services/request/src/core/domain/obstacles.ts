import type { CatalogDocument } from '@pao/documents';

/**
 * Why a document can't be requested although it is offered: it asks for a safeguard that this service does not enforce. To carry
 * it out without the safeguard would be worse than to refuse.
 */
export const obstacleOf = (document: CatalogDocument): string | undefined => {
  const known = obstacles.get(document);
  if (known !== undefined) return known.reason;
  const reason = findObstacle(document);
  obstacles.set(document, { reason });
  return reason;
};

const obstacles = new WeakMap<CatalogDocument, { readonly reason: string | undefined }>();

const findObstacle = (document: CatalogDocument): string | undefined => {
  const secret = (document.input.form.groups ?? [])
    .flatMap((group) => group.fields.map((field) => ({ path: `${group.id}.${field.id}`, type: field.type })))
    .find(({ type }) => type === 'password');
  if (secret) return `its field ${secret.path} is a password, and secrets can't be stored yet`;
  if ((document.fulfillment.approvals ?? []).length > 0) return 'it asks for approvals, which are not carried out yet';
  if (document.policy?.quota) return 'it sets a quota, which is not enforced yet';
  if (document.policy?.environments) return 'it sets an order of environments, which is not enforced yet';
  return undefined;
};
