import { toPointer } from '../pointer.ts';
import { type ServedPool, servedType } from './announced.ts';
import type { Known } from './references.ts';
import type { Report } from './report.ts';
import type { PlacedReference } from './templates.ts';

/** Places whose text is kept, shown or logged by the system it is sent to, as far as an action's type tells. */
const EXPOSED: { readonly [type: string]: RegExp | undefined } = {
  'jira-ticket': /^/,
  'servicenow-request': /^/,
  'git-commit': /^/,
  'github-workflow': /^/,
  'rest-api': /^\/(endpoint|query|poll)\//,
  webhook: /^\/url$/,
  terraform: /^\/(files|module|directory|repository|branch|commitMessage|pullRequest|backend|workspace)/,
};

/** Another team's executor says which members may hold a secret; of one that has said nothing yet, nothing is known. */
const isExposed = (action: PlacedReference['site']['action'], place: string, executors: readonly ServedPool[]) => {
  const served = servedType(action, executors);
  if (served) return !served.secretMembers.some((member) => place === `/${member}` || place.startsWith(`/${member}/`));
  return EXPOSED[action.type]?.test(place) === true;
};

/** A password never becomes part of a ticket, a commit, a workflow's inputs or an address. */
export const checkExposure = (
  references: readonly PlacedReference[],
  { known: { form }, executors }: { readonly known: Known; readonly executors: readonly ServedPool[] },
  report: Report,
): void => {
  for (const { site, reference, path, written } of references) {
    if (reference.namespace !== 'current') continue;
    const dotted = reference.path.join('.');
    const secret = form.fields.find(
      (field) =>
        field.type === 'password' && (field.path === dotted || dotted === '' || field.path.startsWith(`${dotted}.`)),
    );
    const place = toPointer(path.slice(site.path.length + 1));
    if (secret === undefined || !isExposed(site.action, place, executors)) continue;
    report('SECRET_EXPOSED', path, `\`${secret.path}\` is a password; a ${site.action.type} would show it here.`, {
      within: written,
      hint: 'send it in a body or as a Terraform variable only',
    });
  }
};
