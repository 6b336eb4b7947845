import { encodeMessage, taskWaitingV1 } from '@pao/contracts';
import type { TaskCommand } from './task-command.ts';
import { event, fields, type Moment, standing, type TaskEvent } from './task-events.ts';
import type { Park } from './verdict.ts';

const MAX_WHAT = 500;
const MAX_URL = 2_000;
const MAX_DETAILS = 60_000;

const cut = (text: string, max: number): string =>
  text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text.toWellFormed();

const clean = (text: string, max: number): string => cut(text.replaceAll('\0', '\uFFFD'), max);

/** The message that a task waits, and no worker with it; `since` is `moment.at`. */
export const waitingEvent = (
  command: TaskCommand,
  park: Park,
  moment: Moment & { readonly until: Date },
): TaskEvent => {
  const { url } = park;
  const outside = {
    what: clean(park.what, MAX_WHAT) || command.action.type,
    ...(url !== undefined && url !== '' && url.length <= MAX_URL && { url: clean(url, MAX_URL) }),
    until: moment.until.toISOString(),
  };
  const waitingFor =
    park.kind === 'approval'
      ? { kind: park.kind, ...outside, details: clean(park.details, MAX_DETAILS) }
      : { kind: park.kind, ...outside };
  const data = {
    ...standing(command),
    ...(moment.log !== undefined && moment.log.length > 0 && { log: moment.log }),
    waitingFor,
    outputs: {},
    startedAt: moment.startedAt.toISOString(),
    since: moment.at.toISOString(),
  };
  const body = encodeMessage(taskWaitingV1, fields(command, moment), data);
  // A task may wait for several things, one after the other.
  return { ...event(command, moment.id, taskWaitingV1.type, body), dedupId: moment.id };
};
