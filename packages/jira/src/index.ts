export type { JiraAnswer, JiraFailure, JiraFlavor, JiraInstance } from './client.ts';
export { type CodeBlock, codeBlocksOf, plainTextOf } from './code-blocks.ts';
export type { CreateField, IssueType, JiraUser } from './create-meta.ts';
export {
  createJiraSite,
  type IssueLink,
  type IssueSearch,
  type JiraSite,
} from './jira-site.ts';
export { WAITING_LABEL } from './labels.ts';
export { DEFAULT_JIRA, jiraInstancesSetting } from './settings.ts';
export type { Issue, IssueComment, IssueReading, Transition } from './shapes.ts';
