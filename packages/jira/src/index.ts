export { createJiraCloud, type Issue, type JiraCloud, type JiraInstance } from './jira-cloud.ts';
