// @boundaries-ignore the code under test
import type { OutgoingMessage } from '../../../packages/bus/src/index.ts';
// @boundaries-ignore the code under test
import type { Change } from '../../../services/request/src/core/domain/audit.ts';
// @boundaries-ignore the code under test
import type { Request } from '../../../services/request/src/core/domain/request.ts';
import type { Issue } from './jira-issues.ts';

/** What clients, targets and the bus saw of a run: what the oracle judges by. Times are virtual milliseconds. */

/** One accepted submission as its caller tried it, with the names it gave; the names are unique in a run. */
export interface SubmissionTry {
  readonly by: string;
  readonly key: string | undefined;
  readonly names: readonly string[];
  readonly answers: SubmissionAnswer[];
  /** Kinds of errors. Whatever is asked for in a run is sound, so there is no reason for any. */
  readonly refusals: string[];
}

export interface SubmissionAnswer {
  readonly submissionId: string;
  readonly requests: readonly { readonly id: string; readonly name: string; readonly catalogVersion: string }[];
}

export interface DecisionTry {
  readonly by: string;
  readonly requestId: string;
  readonly kind: string;
  readonly key: string | undefined;
  readonly version: number | undefined;
  readonly acknowledged: boolean;
  /** JSON texts, in the order they came. */
  readonly answers: string[];
}

/** A stored change of a request. `before` is undefined for its submission. */
export interface Commit {
  readonly at: number;
  readonly how: 'submit' | 'report' | 'decision';
  readonly before: Request | undefined;
  readonly after: Request;
  readonly changes: readonly Change[];
  readonly messages: readonly OutgoingMessage[];
}

/** One time that something came to exist at a target. */
export interface TargetEffect {
  readonly at: number;
  readonly sentAt: number;
  /** `pao-<task>-g<generation>-<step>`. */
  readonly key: string;
  readonly id: string;
  readonly body: { readonly [name: string]: unknown };
}

/** One time that a ticket came to exist for what people have to do. */
export interface TicketMade {
  readonly at: number;
  readonly sentAt: number;
  /** `pao-<task>-g<generation>-escalation`, with a number behind it when a person had it created again. */
  readonly key: string;
  readonly id: string;
  readonly issue: Issue;
}

/** What an operator did about a ticket that nobody knew of whether it exists. */
export interface MendTry {
  readonly requestId: string;
  readonly taskId: string;
  readonly generation: number;
  /** The problem that was shown. */
  readonly shown: string | undefined;
  readonly at: number;
  /** The ticket that was named; undefined: it is to be created, again. */
  readonly key: string | undefined;
  readonly acknowledged: boolean;
  /** `ok`, or why not. */
  readonly answers: string[];
}

/** A submission that was refused because it would have used too much. */
export interface QuotaRefused {
  /** How many commits came before. */
  readonly after: number;
  readonly requests: readonly Request[];
}

/** For so long the bus drops what has the same deduplication id. */
const DEDUPLICATION_MS = 5 * 60_000;

export interface History {
  readonly submissions: SubmissionTry[];
  readonly decisions: DecisionTry[];
  readonly commits: Commit[];
  readonly quotaRefused: QuotaRefused[];
  readonly effects: TargetEffect[];
  readonly tickets: TicketMade[];
  readonly mends: MendTry[];
  /** What people said of what a task would do. */
  readonly agreements: { readonly taskId: string; readonly approved: boolean; readonly at: number }[];
  /** Of whatever comes to exist outside, none of which has another's. */
  nextNumber(): number;
  /** Keys by which a look at a target found several things. */
  readonly ambiguous: Set<string>;
  /** Keys of attempts whose end came after somebody else had taken them over. */
  readonly late: Set<string>;
  readonly bugs: string[];
  /** Ids of messages in the order the bus first took them, by destination and group. */
  readonly lanes: Map<string, string[]>;
  readonly taken: Map<string, OutgoingMessage>;
  /** What was wrong at the moment it happened. */
  readonly violations: string[];
  published(message: OutgoingMessage): void;
  delivered(queue: string, message: OutgoingMessage, at: number): void;
}

export const createHistory = (): History => {
  const lanes = new Map<string, string[]>();
  const taken = new Map<string, OutgoingMessage>();
  const seen = new Map<string, { readonly id: string; readonly at: number }>();
  const violations: string[] = [];
  let numbers = 0;
  return {
    submissions: [],
    decisions: [],
    commits: [],
    quotaRefused: [],
    effects: [],
    tickets: [],
    mends: [],
    agreements: [],
    nextNumber: () => (numbers += 1),
    ambiguous: new Set(),
    bugs: [],
    late: new Set(),
    violations,
    lanes,
    taken,
    published: (message) => {
      if (taken.has(message.id)) return;
      taken.set(message.id, message);
      const lane = `${message.destination} ${message.groupId}`;
      lanes.set(lane, [...(lanes.get(lane) ?? []), message.id]);
    },
    delivered: (queue, { id, groupId, dedupId }, at) => {
      const place = `${queue} ${groupId} ${dedupId}`;
      const before = seen.get(place);
      if (before !== undefined && before.id !== id && at - before.at < DEDUPLICATION_MS && queue.startsWith('tasks-'))
        violations.push(
          `DEDUPLICATION the command ${dedupId} was dropped by the bus: it knew another one of that name`,
        );
      if (before === undefined || at - before.at >= DEDUPLICATION_MS) seen.set(place, { id, at });
    },
  };
};
