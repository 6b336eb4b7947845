import type { JsonObject } from '@pao/kernel';
import type { Issue, IssueStore } from './issues.ts';
import type { SandboxTransition } from './jira-shapes.ts';

export interface Move {
  readonly transition: SandboxTransition;
  /** What is changed with it. */
  readonly fields?: JsonObject;
  readonly at: Date;
}

/** Moves a ticket as its workflow says: what is closed has a resolution, what is open has none. */
export const moveIssue = (store: IssueStore, issue: Issue, { transition, fields = {}, at }: Move): void => {
  const { to, resolution } = transition;
  const closed = to === 'Done' ? (fields['resolution'] ?? { name: resolution ?? 'Done' }) : null;
  store.edit(issue, { ...fields, resolution: closed }, at);
  store.move(issue, to, at);
};

/** A comment whose code block hands back outputs, as a person writes one. */
export const outputsComment = (outputs: string): JsonObject => ({
  version: 1,
  type: 'doc',
  content: [
    { type: 'paragraph', content: [{ type: 'text', text: 'Done by hand.' }] },
    { type: 'codeBlock', attrs: { language: 'outputs' }, content: [{ type: 'text', text: outputs }] },
  ],
});
