import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@pao/kernel';
import { CallLedger } from './calls.ts';
import { createGithub, isGithubPath } from './github.ts';
import { createGithubStore } from './github-store.ts';
import { createGroupCommit } from './group-commit.ts';
import { refusal } from './guard.ts';
import { type Answer, type Call, readCall, sendAnswer } from './http.ts';
import { createIssueStore } from './issues.ts';
import { createJira, isJiraPath } from './jira.ts';
import { createPages } from './pages.ts';
import { createPlatform } from './platform.ts';
import { createWebhook, type WebhookOptions } from './webhook.ts';

export interface SandboxOptions {
  /** Keeps calls, tickets and resources from one start to the next. */
  readonly dataDirectory: string;
  /** A port of 127.0.0.1; a free one when absent or taken. */
  readonly port?: number;
  readonly now: Clock;
  /** How long a new ticket is invisible to searches; 0 when absent. */
  readonly searchLagMs?: number;
  /** Where changes of tickets are announced; nowhere when absent. */
  readonly webhook?: WebhookOptions;
}

export interface Sandbox {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Plays what the orchestrator automates, on this machine and for nobody else: a Jira site (`/rest/api/3`, tickets at
 * `/browse/KEY`), a platform API (`/v1`) and a GitHub (`/github`). Shows at `/` what came in. `GET /_sandbox/calls?since&path` and
 * `GET /_sandbox/issues` answer the same as JSON, oldest first; a call is on record before it is answered.
 */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const database = openDatabase(options.dataDirectory);
  const server = createServer();
  await listen(server, options.port ?? 0);
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  server.on('request', createHandler(database, url, options));
  return {
    url,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      database.close();
    },
  };
};

const openDatabase = (directory: string): DatabaseSync => {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'sandbox.sqlite'));
  // Survives the death of the process; a power cut may cost the last moments.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return database;
};

const listen = async (server: ReturnType<typeof createServer>, port: number): Promise<void> => {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (port === 0 || !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    await listen(server, 0);
  }
};

const CHANGES = /^\/(?:browse|rest\/api\/(?:2|3|latest)\/issue)\/([A-Z][A-Z0-9_]*-\d+|\d+)/;

const createHandler = (database: DatabaseSync, site: string, options: SandboxOptions) => {
  const { now, searchLagMs = 0 } = options;
  const ledger = new CallLedger(database);
  const store = createIssueStore(database);
  const jira = createJira({ store, site, now, searchLagMs });
  const platform = createPlatform(database);
  const repositories = createGithubStore(database);
  const github = createGithub(repositories, site);
  const pages = createPages({ ledger, store, repositories, site, now });

  const announce = options.webhook && createWebhook(options.webhook);

  const commit = createGroupCommit(database);

  /** Jira announces what anybody changed, its automation too. */
  const announceChange = ({ method, path }: Call, { status }: Answer): void => {
    const [, named] = (method === 'GET' ? null : CHANGES.exec(path)) ?? [];
    const issue = named === undefined || status >= 400 ? undefined : store.find(named);
    if (issue) announce?.(issue, now());
  };

  /** The effect and the record of the call that caused it, both or neither, before the answer. */
  const perform = (call: Call): Promise<Answer> =>
    commit(() => {
      const at = now();
      const play = isJiraPath(call.path) ? jira : isGithubPath(call.path) ? github : platform;
      const answer = play(call, at);
      ledger.append(call, at, answer.status);
      return answer;
    });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refused = refusal(request.headers, request.method ?? 'GET');
    if (refused !== undefined) return sendAnswer(response, refused);
    const call = await readCall(request);
    if (call === undefined) return sendAnswer(response, { status: 413, headers: { connection: 'close' } });
    const given = pages(call) ?? (await perform(call));
    announceChange(call, given);
    return sendAnswer(response, given);
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  };
};
