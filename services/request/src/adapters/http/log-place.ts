import { err, ok, type Result } from '@pao/kernel';
import type { LogPosition } from '../../core/ports/task-logs.ts';
import type { LogPlace } from '../../core/use-cases/follow-logs.ts';

const positionText = ({ audit, logs }: LogPosition): string => `${audit}.${logs}`;

/** A place as the id of an event: `<audit>.<logs>`, within what was read together `<audit>.<logs>-<audit>.<logs>-<told>`. */
export const formatLogPlace = ({ after, within }: LogPlace): string =>
  within ? `${positionText(after)}-${positionText(within.until)}-${within.told}` : positionText(after);

const PLACE = /^(\d{1,9})\.(\d{1,15})(?:-(\d{1,9})\.(\d{1,15})-(\d{1,9}))?$/;

export const parseLogPlace = (text: string): Result<LogPlace, { readonly kind: 'no-place' }> => {
  const [, audit, logs, untilAudit, untilLogs, told] = PLACE.exec(text) ?? [];
  if (audit === undefined) return err({ kind: 'no-place' });
  const after = { audit: Number(audit), logs: Number(logs) };
  if (told === undefined) return ok({ after });
  const until = { audit: Number(untilAudit), logs: Number(untilLogs) };
  const isForward = until.audit >= after.audit && until.logs >= after.logs;
  return isForward ? ok({ after, within: { until, told: Number(told) } }) : err({ kind: 'no-place' });
};
