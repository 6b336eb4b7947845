import type { Moment } from './wires/watch.ts';
import type { Point } from './world/trigger.ts';

/** Something that passes a wire, as the wires name it, and the moments at which a death makes a difference. */
type Passing = readonly [what: string, ...moments: readonly Moment[]];

const BOTH = ['before', 'after'] as const;

/**
 * Every step of the way that a request takes, in its order: what changes the database, what is said on the bus and taken from it, what
 * is asked of the world. A death before one is a death after the one before it, for whoever only reads in between.
 */
const GATEWAY: readonly Passing[] = [['request POST /api/v1/requests', ...BOTH]];

const CATALOG: readonly Passing[] = [
  ['pg COMMIT catalog-outbox-1', ...BOTH],
  ['sns PublishBatch catalog-events', ...BOTH],
];

const REQUEST: readonly Passing[] = [
  ['pg requests-submit', ...BOTH],
  ['sqs SendMessageBatch tasks-default', ...BOTH],
  ['sns PublishBatch request-events', ...BOTH],
  ['pg outbox-next', ...BOTH],
  ['sqs ReceiveMessage request-inbox', 'after'],
  ['pg requests-save', ...BOTH],
  ['sqs DeleteMessageBatch request-inbox', ...BOTH],
];

const EXECUTOR: readonly Passing[] = [
  ['sqs ReceiveMessage tasks-default', 'after'],
  ['pg attempt-start', ...BOTH],
  ['pg attempt-follow', ...BOTH],
  ['pg attempt-finish', ...BOTH],
  ['sns PublishBatch task-events', ...BOTH],
  ['pg outbox-next', ...BOTH],
  ['sqs DeleteMessageBatch tasks-default', ...BOTH],
];

/** Two executors share the work, so that one can die on the way out while the other dies at home. */
const EFFECTS: readonly Passing[] = [
  ['target POST /first', ...BOTH],
  ['target POST /last', ...BOTH],
  ['jira POST /rest/api/3/issue', ...BOTH],
  ['github POST /api/v3/repos/octo/infra/git/refs', ...BOTH],
  ['github POST /api/v3/repos/octo/infra/pulls', ...BOTH],
];

const ESCALATION: readonly Passing[] = [
  ['sqs ReceiveMessage escalation-inbox', 'after'],
  ['pg COMMIT incident-count', ...BOTH],
  ['jira POST /rest/api/3/issue', ...BOTH],
  ['jira POST /rest/api/3/issueLink', ...BOTH],
  ['sns PublishBatch escalation-events', ...BOTH],
  ['sqs DeleteMessageBatch escalation-inbox', ...BOTH],
];

const pointsOf = (of: Point['of'], passings: readonly Passing[]): readonly Point[] =>
  passings.flatMap(([what, ...moments]) => moments.map((moment) => ({ of, what, moment })));

/** Lists of which one point each can be waited for at the same time. */
export const POINTS: readonly (readonly Point[])[] = [
  pointsOf('gateway', GATEWAY),
  pointsOf('catalog', CATALOG),
  pointsOf('request', REQUEST),
  pointsOf('executor', EXECUTOR),
  pointsOf('executor', EFFECTS),
  pointsOf('escalation', ESCALATION),
];
