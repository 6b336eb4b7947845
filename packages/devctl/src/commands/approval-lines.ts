import type { PlannedApproval, RequestApproval } from '@pao/contracts';
import { printable } from '../output.ts';

/** Who may decide, such as `team finops or ann@example.com`. */
export const approversText = ({ approvers: { teams, users } }: Pick<PlannedApproval, 'approvers'>): string =>
  printable([...teams.map((team) => `team ${team}`), ...users].join(' or '));

const titleOf = ({ name, component }: Pick<PlannedApproval, 'name' | 'component'>): string =>
  component === null ? name : `${name} of ${component}`;

/** What a plan says of an approval that will be needed. */
export const plannedApprovalLine = (approval: PlannedApproval): string => {
  const why = approval.when === null ? '' : `, because ${printable(approval.when)}`;
  return `Approval ${approval.stage}: ${titleOf(approval)}, by ${approval.minimum} of ${approversText(approval)}${why}`;
};

/** Where an approval of a request stands. */
export const approvalLine = (approval: RequestApproval): string => {
  const count = approval.minimum > 1 ? `, ${approval.given} of ${approval.minimum} given` : '';
  const by = approval.decisions.map(({ email, decision }) => `${decision} by ${printable(email)}`).join(', ');
  const waits = approval.state === 'waiting' ? `, for ${approversText(approval)}` : '';
  return `Approval ${approval.id}: ${titleOf(approval)} is ${approval.state}${count}${waits}${by === '' ? '' : ` (${by})`}`;
};
