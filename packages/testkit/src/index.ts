export { startTestBus, type TestBus } from './bus/test-bus.ts';
export { databaseText } from './database/contents.ts';
export { type TestSchema, testDatabase } from './database/database.ts';
export { queryDatabase } from './database/query.ts';
export { type EventuallyOptions, eventually } from './eventually.ts';
export type { FakeStatus } from './fakes/github/answer.ts';
export { type FakeGithub, type FakeGithubOptions, githubRateLimited, startFakeGithub } from './fakes/github/github.ts';
export type { FakePull } from './fakes/github/pulls.ts';
export type { CommitOptions, FakeFile, MemoryRepository } from './fakes/github/repository.ts';
export type { FakeArtifact, FakeRun } from './fakes/github/workflows.ts';
export type { FakeIssue, FakeIssueLink, FakeJiraOptions } from './fakes/jira/issues.ts';
export { type FakeJira, startFakeJira } from './fakes/jira/jira.ts';
export { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './fakes/otlp-receiver.ts';
export { type FakeEffect, type FakeRestApi, startFakeRestApi } from './fakes/rest-api.ts';
export { type Behaviour, type FakeCall, type FakeServer, type Reply, rateLimited, replyWith } from './fakes/server.ts';
export type { FakeRecord } from './fakes/servicenow/record.ts';
export {
  type FakeServiceNow,
  type FakeServiceNowOptions,
  startFakeServiceNow,
} from './fakes/servicenow/servicenow.ts';
export { closedPort, httpServer, type ReceivedRequest, tcpServer } from './http/servers.ts';
export { draftPact, type PactDraft, type PactParties, pactFile, type SettledPact } from './pacts/pacts.ts';
export { type AloneOptions, startAlone } from './process/alone.ts';
export { answersAt, freePort, type ProcessOptions, type RunningProcess, startProcess } from './process/process.ts';
