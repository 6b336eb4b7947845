import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Report } from './report.ts';
import type { ActionSite } from './sites.ts';

/** What a built-in action needs beyond the shape of its `config`. */
export const checkConfigs = (sites: readonly ActionSite[], report: Report): void => {
  for (const site of sites) CHECKS[site.action.type]?.(site, report);
};

/** Jira’s own limit. */
export const MAX_SUMMARY = 255;
const TAG = /\{\{[^}]*\}\}/g;

type Check = (site: ActionSite, report: Report) => void;

const jiraTicket: Check = ({ config, path }, report) => {
  const { project, summaryTemplate } = config.ticket as JsonObject;
  const fixed = typeof summaryTemplate === 'string' ? summaryTemplate.replaceAll(TAG, '').length : 0;
  if (fixed > MAX_SUMMARY) {
    const message = `The summary has ${fixed} characters without its variables; Jira takes ${MAX_SUMMARY}.`;
    report('JIRA_SUMMARY_TOO_LONG', [...path, 'config', 'ticket', 'summaryTemplate'], message);
  }
  if (typeof project !== 'string' || project.includes('{{') || /^[A-Z][A-Z0-9_]{1,9}$/.test(project)) return;
  report('JIRA_PROJECT_KEY', [...path, 'config', 'ticket', 'project'], `\`${project}\` is not a Jira project key.`, {
    hint: /^[a-z][a-z0-9_]{1,9}$/i.test(project) ? project.toUpperCase() : '2 to 10 upper-case letters and digits',
  });
};

const files: Check = ({ config, path }, report) => {
  const entries = Array.isArray(config.files) ? (config.files as readonly Json[]) : [];
  for (const [index, entry] of entries.entries()) {
    const file = isJsonObject(entry) ? entry.path : undefined;
    if (typeof file !== 'string' || isSafePath(file)) continue;
    report(
      'FILE_PATH_UNSAFE',
      [...path, 'config', 'files', index, 'path'],
      `\`${file}\` could leave the repository's tree, or reaches what runs it.`,
      {
        hint: 'a relative path without `..`, `\\` and `.git`',
      },
    );
  }
};

const isSafePath = (path: string): boolean => {
  const parts = path.split('/').map((part) => part.normalize('NFC').toLowerCase());
  return (
    !path.includes('\\') &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && part !== '.git') &&
    !(parts[0] === '.github' && parts[1] === 'workflows')
  );
};

/** Only what was applied has a state to destroy, and what the document says itself comes first. */
const destroyed: Check = ({ action, config, path, rollback, hasRollback }, report) => {
  if (config.destroyOnRollback !== true) return;
  const isApplied = config.mode === 'apply' || (config.mode === undefined && config.repository === undefined);
  if (isApplied && !rollback && !hasRollback) return;
  const why = hasRollback
    ? `\`${action.id}\` has a \`rollback\`, which is what undoes it`
    : rollback
      ? 'what undoes an action is not undone itself'
      : 'the action applies nothing';
  report('ROLLBACK_IGNORED', [...path, 'config', 'destroyOnRollback'], `Nothing is destroyed: ${why}.`);
};

const terraform: Check = (site, report) => {
  const { config, path } = site;
  files(site, report);
  destroyed(site, report);
  if (config.mode !== 'generate' || config.repository !== undefined) return;
  report(
    'TERRAFORM_REPOSITORY_MISSING',
    [...path, 'config', 'repository'],
    'The mode `generate` commits to a repository; none is given.',
  );
};

const CHECKS: { readonly [type: string]: Check | undefined } = {
  'jira-ticket': jiraTicket,
  'git-commit': files,
  terraform,
};
