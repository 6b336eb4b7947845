import type { JsonObject } from '@pao/kernel';
import type { FakePull } from './pulls.ts';
import type { FakeCommit, MemoryRepository } from './repository.ts';
import type { FakeRun } from './workflows.ts';

export interface FakeStatus {
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
}

export interface Served {
  readonly repository: MemoryRepository;
  readonly defaultBranch: string;
  readonly statuses: FakeStatus[];
  readonly pulls: FakePull[];
  readonly runs: FakeRun[];
  /** Enterprise Server answers some calls otherwise. */
  readonly isEnterprise: boolean;
  /** Where the fake is, for what it links to. */
  readonly url: string;
}

export interface Asked {
  /** The parameters of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** What is known of an answer; the rest is made up as the description demands. */
export type Answer = (
  served: Served,
  asked: Asked,
) => {
  readonly status: number;
  /** Absent where the answer has no body. */
  readonly known?: JsonObject | readonly JsonObject[];
  readonly headers?: Readonly<Record<string, string>>;
};

export const failure = (status: number, message: string): ReturnType<Answer> => ({
  status,
  known: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});

export const NOT_FOUND = failure(404, 'Not Found');

export const commitShape = (sha: string, { message, tree, parents, author, committer }: FakeCommit): JsonObject => ({
  sha,
  message,
  tree: { sha: tree, url: 'https://github.example/tree' },
  parents: parents.map((parent) => ({
    sha: parent,
    url: 'https://github.example/c',
    html_url: 'https://github.example/c',
  })),
  ...(author && { author: { ...author } }),
  ...(committer && { committer: { ...committer } }),
});
