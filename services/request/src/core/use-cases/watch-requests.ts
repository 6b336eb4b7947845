import { type AttentionKind, contradictionsOf, type Finding } from '../domain/attention.ts';
import type { Attention, Patience, RecordReader, RecordWalk, WalkPlace } from '../ports/attention.ts';

export interface WatchDependencies {
  readonly records: RecordReader;
  readonly attention: Attention;
  readonly now: () => Date;
  readonly patience: Patience;
  /** Told once of each finding. */
  readonly report: (finding: Finding) => void;
}

/** Of a kind: more than that tell no more, and a disaster should not fill a table. */
const LIMIT = 1_000;
const PAGE = 500;
/** What ended earlier has been looked at while it was younger. */
const ENDED_MS = 2 * 86_400_000;

const SILENT: readonly AttentionKind[] = [
  'task-unanswered',
  'task-silent',
  'task-waits-long',
  'abort-unanswered',
  'escalation-without-tickets',
  'message-unpublished',
  'pool-silent',
];
const CONTRADICTIONS: readonly AttentionKind[] = [
  'status-differs',
  'counts-differ',
  'audit-head-differs',
  'quota-differs',
];

const conclude = async (
  { attention, now, report }: WatchDependencies,
  kinds: readonly AttentionKind[],
  findings: readonly Finding[],
): Promise<void> => {
  for (const finding of await attention.replace(kinds, findings, now())) report(finding);
};

/** Looks for tasks and requests from which nothing has been heard for too long, and for messages that do not leave. */
export const watchForSilence =
  (dependencies: WatchDependencies) =>
  async (_signal: AbortSignal): Promise<void> => {
    const { records, now, patience } = dependencies;
    const at = now();
    const silent = await records.silentTasks({ at, patience, limit: LIMIT });
    const unpublished = await records.unpublished({ at, patience });
    const pools = await records.silentPools({ at, limit: LIMIT });
    await conclude(dependencies, SILENT, [...silent, ...unpublished, ...pools]);
  };

/** Compares what is stored of each request that is not over, and of those that ended lately, with what it should follow from. */
export const reconcileRequests =
  (dependencies: WatchDependencies) =>
  async (signal: AbortSignal): Promise<void> => {
    const { records, now } = dependencies;
    const findings = new Map<string, Finding>();
    const walks: readonly RecordWalk[] = [
      { kind: 'active' },
      { kind: 'ended', since: new Date(now().getTime() - ENDED_MS) },
    ];
    for (const walk of walks) {
      let after: WalkPlace | undefined;
      do {
        // Half a look is none: what it did not see is not gone.
        if (signal.aborted) return;
        const page = await records.records(walk, { limit: PAGE, ...(after && { after }) });
        for (const finding of page.records.flatMap(contradictionsOf)) {
          if (findings.size < LIMIT) findings.set(`${finding.kind} ${finding.subject}`, finding);
        }
        after = page.next;
      } while (after);
    }
    const quotas = await records.quotaMismatches({ at: now(), limit: LIMIT });
    await conclude(dependencies, CONTRADICTIONS, [...findings.values(), ...quotas]);
  };
