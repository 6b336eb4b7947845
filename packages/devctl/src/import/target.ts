import { UsageError } from '../failures.ts';
import type { Target } from './document.ts';
import type { Draft } from './draft.ts';
import { toKebabCase } from './names.ts';

/** What is common to all sources on the command line. */
export interface TargetOptions {
  readonly category: string;
  readonly id?: string;
  readonly team?: string;
  readonly project?: string;
}

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Where a draft goes. What the source does not know, and nobody said, is asked for. */
export const targetOf = (draft: Draft, { category, id, team, project }: TargetOptions): Target => {
  const jiraProject = project ?? draft.ticket.project;
  if (jiraProject === undefined) {
    throw new UsageError('which Jira project takes the manual fallback is not in the source; name it with --project');
  }
  if (!/^[A-Z][A-Z0-9_]{1,9}$/.test(jiraProject)) {
    throw new UsageError('--project is a Jira project key: 2 to 10 upper-case letters and digits');
  }
  for (const [option, text] of [
    ['category', category],
    ['id', id],
  ] as const) {
    if (text !== undefined && (!KEBAB_CASE.test(text) || text.length > 100)) {
      throw new UsageError(`--${option} is kebab-case: lower-case letters and digits, with hyphens between words`);
    }
  }
  return {
    id: id ?? defaultId(draft, category),
    category,
    project: jiraProject,
    ...(team === undefined ? {} : { team }),
  };
};

/** {category}-{service}-{variant}, as ids are. */
const defaultId = ({ idHint }: Draft, category: string): string => {
  const words = toKebabCase(idHint);
  const whole = `${category}-${words}`;
  return (words.includes('-') ? whole : `${whole}-standard`).slice(0, 100).replace(/-$/, '');
};
