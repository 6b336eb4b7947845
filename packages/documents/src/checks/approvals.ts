import type { Approval, CatalogBundle, CatalogItem } from '../document.ts';
import { durationMs } from '../duration.ts';
import { formOf } from '../form/definition.ts';
import { APPROVAL_SYSTEM } from '../plan/approval-is-needed.ts';
import type { Path } from '../pointer.ts';
import { checkPaths, checkSyntax } from './expressions.ts';
import { type Report, repeated } from './report.ts';

const at = (index: number, ...rest: readonly string[]): Path => ['fulfillment', 'approvals', index, ...rest];

/** What an item or a bundle asks people to agree to. */
export const checkApprovals = (document: CatalogItem | CatalogBundle, report: Report): void => {
  const approvals = document.fulfillment.approvals ?? [];
  for (const index of repeated(approvals.map(({ id }) => id)))
    report('APPROVAL_ID_NOT_UNIQUE', at(index, 'id'), `Two approvals are called \`${approvals[index]?.id}\`.`);
  for (const [index, approval] of approvals.entries()) {
    checkApprovers(approval, index, report);
    checkTimes(approval, index, report);
    if (approval.when !== undefined) checkWhen(document, approval.when, at(index, 'when'), report);
  }
};

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,250}$/;

const checkApprovers = ({ approvers, minimum = 1 }: Approval, index: number, report: Report): void => {
  const { teams = [], users = [] } = approvers;
  for (const [place, user] of users.entries()) {
    if (EMAIL.test(user)) continue;
    const path = [...at(index, 'approvers', 'users'), place];
    report('APPROVER_NOT_EMAIL', path, `\`${user}\` is not an e-mail address, which is what people are known by.`);
  }
  const people = new Set(users.map((user) => user.toLowerCase())).size;
  if (teams.length > 0 || people >= minimum) return;
  const message = `${minimum} people must approve, and ${people === 1 ? 'one is' : `${people} are`} named.`;
  report('APPROVAL_MINIMUM_UNREACHABLE', at(index, 'minimum'), message, { hint: 'name a team, or more people' });
};

const WEEK = '7d';

const checkTimes = ({ expiresAfter = WEEK, remindAfter }: Approval, index: number, report: Report): void => {
  if (remindAfter === undefined || durationMs(remindAfter) < durationMs(expiresAfter)) return;
  report('APPROVAL_REMINDER_LATE', at(index, 'remindAfter'), `The reminder would come after the end, ${expiresAfter}.`);
};

/** Outputs, ids and times come later, and a plan must say the same as the request made of it. */
const checkWhen = (document: CatalogItem | CatalogBundle, when: string, place: Path, report: Report): void => {
  const form = formOf(document);
  for (const path of checkSyntax(when, place, report)) {
    const [namespace = '', member] = path;
    const isKnownLater =
      namespace === 'output' ||
      (namespace === 'system' && (member === undefined || !(APPROVAL_SYSTEM as readonly string[]).includes(member)));
    if (isKnownLater) {
      const message = `\`${path.join('.')}\` is not known when it is decided who has to approve.`;
      report('APPROVAL_CONDITION_TOO_EARLY', place, message, {
        within: path.join('.'),
        hint: 'current, metadata, cost, system.user, system.environment, system.platform',
      });
    } else if (namespace === 'cost') checkCurrency(document, member, place, report);
    else checkPaths([path], place, form, report);
  }
};

const checkCurrency = (
  document: CatalogItem | CatalogBundle,
  currency: string | undefined,
  place: Path,
  report: Report,
): void => {
  if (document.kind === 'CatalogBundle' || currency === undefined || currency === document.cost?.currency) return;
  const message =
    document.cost === undefined
      ? 'The document gives no cost.'
      : `The cost of the document is in ${document.cost.currency}.`;
  report('EXPRESSION_PATH_UNKNOWN', place, message, { within: `cost.${currency}` });
};
