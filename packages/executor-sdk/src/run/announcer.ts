import type { OutgoingMessage, Publisher } from '@pao/bus';
import { type AnnouncedActionType, encodeMessage, executorAnnouncedV1 } from '@pao/contracts';
import type { Clock, NewId } from '@pao/kernel';
import { type Logger, PeriodicJob, type Service } from '@pao/runtime';
import type { ActionAbout, ActionRunner, ActionRunners } from '../core/ports/action-runner.ts';

const EVERY_MS = 60_000;
/** Below the 256 KiB that a message to a topic may have. */
const MAX_BYTES = 240_000;
/** A stop does not wait longer for the last word. */
const LAST_WORD_MS = 2_000;

export interface AnnouncerOptions {
  readonly pool: string;
  /** Among the executors of the pool. */
  readonly instance: string;
  readonly runners: ActionRunners;
  readonly publisher: Publisher;
  readonly logger: Logger;
  readonly now: Clock;
  readonly newId: NewId;
}

/** Of a type that says nothing of itself. */
const NOTHING: ActionAbout = {
  ...{ version: '0.0.0', summary: '', idempotency: 'none' },
  ...{ configSchema: { type: 'object' }, outputs: [] },
};

const membersOf = ({ properties }: ActionAbout['configSchema']): readonly string[] =>
  typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];

const announcedType = (runner: ActionRunner): AnnouncedActionType => {
  const about = runner.about ?? NOTHING;
  return {
    ...about,
    type: runner.type,
    secretMembers: membersOf(about.configSchema).filter((member) => runner.takesSecretIn(member)),
    canRollBack: runner.undo !== undefined,
  };
};

/** What fits into one message: documentation goes first, then schemas. */
const fitting = (types: readonly AnnouncedActionType[]): AnnouncedActionType[] => {
  const size = (of: readonly AnnouncedActionType[]): number => Buffer.byteLength(JSON.stringify(of));
  if (size(types) <= MAX_BYTES) return [...types];
  const short = types.map(({ documentation: _left, ...type }) => type);
  if (size(short) <= MAX_BYTES) return short;
  return short.map((type) => ({ ...type, configSchema: { type: 'object' } }));
};

interface Announcement {
  readonly pool: string;
  readonly instance: string;
  readonly runners: readonly ActionRunner[];
  readonly id: string;
  readonly at: Date;
  readonly stopping: boolean;
}

/** The message that says who serves what. */
export const announcement = ({ pool, instance, runners, id, at, stopping }: Announcement): OutgoingMessage => {
  const actionTypes = fitting(runners.map(announcedType));
  const data = { pool, instance, actionTypes, announcedAt: at.toISOString(), ...(stopping && { stopping }) };
  const fields = { id, subject: pool, time: at, correlationId: id, tenantId: 'default' };
  return {
    ...{ id, destination: 'topic:task-events', groupId: `pool-${pool}`, dedupId: id },
    type: executorAnnouncedV1.type,
    body: encodeMessage(executorAnnouncedV1, fields, data),
  };
};

/** Says who serves what: at its start, every minute, and at its end. What the bus does not take is said again a minute later. */
export const createAnnouncer = (options: AnnouncerOptions): Service => {
  const { pool, instance, publisher, logger, now, newId } = options;
  const runners = [...options.runners.values()];

  const announce = async (stopping: boolean): Promise<void> => {
    const message = announcement({ pool, instance, runners, id: newId(), at: now(), stopping });
    const { failures } = await publisher.publish([message]);
    if (failures.length > 0) logger.warn({ reason: failures[0]?.message }, 'could not announce this executor');
  };

  const job = new PeriodicJob({ name: 'announcements', intervalMs: EVERY_MS, run: () => announce(false), logger });
  let first: Promise<void> | undefined;
  return {
    name: 'announcements',
    // Beside the start: the bus may be away, and tasks that are there need no announcement.
    start: async () => {
      first = announce(false).catch((error: unknown) =>
        logger.warn({ err: error }, 'could not announce this executor'),
      );
      job.start();
    },
    stop: async () => {
      if (first === undefined) return;
      const said = Promise.all([job.stop(), first])
        .then(() => announce(true))
        .catch((error: unknown) => logger.warn({ err: error }, 'could not say that this executor stops'));
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, LAST_WORD_MS);
      await Promise.race([said, late]);
      clearTimeout(timer);
      first = undefined;
    },
  };
};
