import { createHash } from 'node:crypto';
import { isJsonObject } from '@pao/kernel';
import { type Behaviour, type FakeCall, type FakeServer, type Reply, replyWith, startFakeServer } from '../server.ts';
import { type Asked, type FakeStatus, type Served } from './answer.ts';
import { ANSWERS, plainFailure } from './answers.ts';
import { type DescribedOperation, type OperationName, operations } from './description.ts';
import type { FakePull } from './pulls.ts';
import { createMemoryRepository, type MemoryRepository } from './repository.ts';
import { archiveAt, type FakeRun } from './workflows.ts';

export interface FakeGithubOptions {
  /** `octo/catalog` when absent. */
  readonly repository?: string;
  /** `main` when absent. */
  readonly defaultBranch?: string;
  /** Makes the repository a private one: who has another token, or none, is not told that it exists. */
  readonly token?: string;
  /** `/api/v3` makes it an Enterprise Server. */
  readonly basePath?: string;
}

export interface FakeGithub extends FakeServer {
  /** Where its API is. */
  readonly apiUrl: string;
  readonly repository: MemoryRepository;
  /** The commit statuses written, in order. */
  readonly statuses: readonly FakeStatus[];
  /** Pull requests and runs of workflows, in order: what a test changes of one, the next answer tells. */
  readonly pulls: readonly FakePull[];
  readonly runs: readonly FakeRun[];
  /** Calls that GitHub's description does not allow, and answers of this fake that it does not allow: a test expects none. */
  readonly violations: readonly string[];
  /** The operations asked for, in order, with the status they were answered. */
  readonly ledger: readonly { readonly operation: OperationName; readonly status: number }[];
  /** Alters what the next `times` calls of one operation are answered, all of them when absent. */
  spoil(operation: OperationName, change: (reply: Reply) => Reply, times?: number): void;
  /** Does what the next call of an operation asks for, and answers it only after so long. */
  delay(operation: OperationName, delayMs: number): void;
}

interface Spoiled {
  readonly operation: OperationName;
  readonly change: (reply: Reply) => Reply;
  left: number;
}

/** The primary rate limit is used up until then. */
export const githubRateLimited = (resetAt: Date): Behaviour =>
  replyWith(
    403,
    { message: 'API rate limit exceeded' },
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(resetAt.getTime() / 1_000)) },
  );

const parsed = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const decoded = (groups: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));

const find = (method: string, path: string) => {
  for (const operation of operations) {
    const match = operation.method === method ? operation.path.exec(path) : null;
    if (match) return { operation, path: decoded(match.groups) };
  }
  return undefined;
};

/** A call that says what it holds already is told so, which costs nothing of the rate limit. */
const revalidated = (call: FakeCall, reply: Reply): Reply => {
  if (call.method !== 'GET' || reply.status !== 200) return reply;
  const etag = `W/"${createHash('sha256').update(JSON.stringify(reply.body)).digest('hex')}"`;
  const headers = { ...reply.headers, etag };
  return call.headers['if-none-match'] === etag ? { status: 304, headers } : { ...reply, headers };
};

/** Whether a call may see the repository; an app asks for its token with one of its own. */
const isAllowed = ({ headers, path }: FakeCall, token: string | undefined): boolean =>
  token === undefined ||
  headers.authorization === `token ${token}` ||
  headers.authorization === `Bearer ${token}` ||
  /\/(?:app\/installations\/|installation$)/.test(path);

/** GitHub's REST API as far as catalogs, commits and workflows need it, held against GitHub's own description of it. */
export const startFakeGithub = async (options: FakeGithubOptions = {}): Promise<FakeGithub> => {
  const { repository: name = 'octo/catalog', defaultBranch = 'main', token, basePath = '' } = options;
  const served = {
    repository: createMemoryRepository(),
    defaultBranch,
    statuses: [] as FakeStatus[],
    pulls: [] as FakePull[],
    runs: [] as FakeRun[],
    isEnterprise: basePath !== '',
    url: '',
  } satisfies Served;
  const violations: string[] = [];
  const ledger: { operation: OperationName; status: number }[] = [];
  const spoiled: Spoiled[] = [];

  const answer = (operation: DescribedOperation, asked: Asked, body: unknown): Reply => {
    const wrong = operation.judgeCall(asked.query, body);
    if (wrong !== undefined) {
      violations.push(`call of ${operation.name}: ${wrong}`);
      return plainFailure(422, wrong);
    }
    const { status, known, headers } = ANSWERS[operation.name](served, asked);
    if (known === undefined) return { status, ...(headers && { headers }) };
    const full = operation.complete(status, known);
    // Enterprise Server refuses members that GitHub's description of github.com has.
    const unsound = status === 400 && served.isEnterprise ? undefined : operation.judgeAnswer(status, full);
    if (unsound !== undefined) violations.push(`answer ${status} of ${operation.name}: ${unsound}`);
    return { status, body: full };
  };

  const fromStorage = (call: FakeCall): Reply | undefined => {
    const archive = archiveAt(served, call.path);
    if (archive && call.headers.authorization !== undefined)
      violations.push('a token was sent to the store of archives');
    return archive && { status: 200, body: archive, headers: { 'content-type': 'application/zip' } };
  };

  const perform = (call: FakeCall): Reply => {
    const archive = fromStorage(call);
    if (archive) return archive;
    const found = call.path.startsWith(basePath) ? find(call.method, call.path.slice(basePath.length)) : undefined;
    if (!found) return plainFailure(404, 'Not Found');
    const { operation, path } = found;
    const body = parsed(call.text);
    const reply = ((): Reply => {
      if (!isAllowed(call, token)) {
        return call.headers.authorization === undefined
          ? plainFailure(404, 'Not Found')
          : plainFailure(401, 'Bad credentials');
      }
      if (path['owner'] !== undefined && `${path['owner']}/${path['repo']}` !== name)
        return plainFailure(404, 'Not Found');
      const asked = { path, query: call.query, body: isJsonObject(body) ? body : {} };
      return revalidated(call, answer(operation, asked, body));
    })();
    const spoil = spoiled.find((one) => one.operation === operation.name && one.left > 0);
    if (spoil) spoil.left -= 1;
    const result = spoil ? spoil.change(reply) : reply;
    ledger.push({ operation: operation.name, status: result.status });
    return result;
  };

  const server = await startFakeServer(perform);
  served.url = server.url;
  return {
    ...server,
    apiUrl: `${server.url}${basePath}`,
    repository: served.repository,
    statuses: served.statuses,
    pulls: served.pulls,
    runs: served.runs,
    violations,
    ledger,
    delay: (operation, delayMs) => {
      spoiled.push({ operation, change: (reply) => ({ ...reply, delayMs }), left: 1 });
    },
    spoil: (operation, change, times = Number.POSITIVE_INFINITY) => {
      spoiled.push({ operation, change, left: times });
    },
  };
};
