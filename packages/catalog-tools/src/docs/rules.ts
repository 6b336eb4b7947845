import type { Approval, CatalogDocument } from '@pao/documents';

/** Who must agree, and when, a sentence each. */
export const approvalsInWords = ({ fulfillment }: CatalogDocument): readonly string[] =>
  (fulfillment.approvals ?? []).map(approvalInWords);

const approvalInWords = ({ id, when, approvers, minimum = 1, expiresAfter }: Approval): string => {
  const { teams = [], users = [] } = approvers;
  const who = [...teams.map((team) => `team ${team}`), ...users].join(', ');
  const condition = when === undefined ? '' : ` when ${when}`;
  const expiry = expiresAfter === undefined ? '' : `; it lapses after ${expiresAfter}`;
  return `${id}: ${minimum} of ${who} must approve${condition}${expiry}.`;
};

/** Who may ask for it, where and how often. */
export const policyInWords = ({ metadata, policy = {} }: CatalogDocument): readonly string[] => {
  const { visibility, environments, quota } = policy;
  const sentences: string[] = [];
  if (visibility !== undefined)
    sentences.push(`Only these teams see it and may ask for it: ${visibility.teams.join(', ')}.`);
  if (environments !== undefined) {
    sentences.push(`Promoted through ${environments.join(', then ')}; each asks for the one before.`);
  }
  if (quota !== undefined) sentences.push(`At most ${quota.max} ${quota.resource ?? metadata.id} per ${quota.per}.`);
  return sentences;
};

export const deprecationInWords = ({ deprecation }: CatalogDocument): string | undefined => {
  if (deprecation === undefined) return undefined;
  const { since, replacedBy, message } = deprecation;
  const instead = replacedBy === undefined ? '' : ` Use ${replacedBy} instead.`;
  return `Deprecated since ${since}.${instead}${message === undefined ? '' : ` ${message}`}`;
};
