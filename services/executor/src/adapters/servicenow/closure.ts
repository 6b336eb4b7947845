import type { Failure, Look, LookContext, Park, Success, UnknownOutcome } from '@pao/executor-sdk';
import type { Json, JsonObject } from '@pao/kernel';
import {
  evidenceOfExchange,
  phaseOf,
  type ServiceNowFailure,
  type ServiceNowReading,
  type ServiceNowRecord,
  type ServiceNowSite,
} from '@pao/outgoing';
import type { ServiceNowConfig } from './config.ts';
import { tableOf } from './effect.ts';

/** For one look. */
const LOOK_MS = 30_000;
const MIN_INTERVAL_MS = 1_000;
const MAX_PAUSE_MS = 3_600_000;
/** So often in a row an answer that means "not there" or "not for you" is asked again. */
const MAX_REFUSALS = 3;
const MAX_NOTES = 2_000;

/** What is kept between looks. */
interface ClosureState {
  readonly sysId: string;
  readonly number: string | null;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly refusals: number;
}

export interface Waiting {
  readonly site: ServiceNowSite;
  readonly config: ServiceNowConfig;
}

const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

const stateOf = (state: JsonObject): ClosureState => ({
  sysId: textOf(state['sysId']) ?? '',
  number: textOf(state['number']),
  until: Number(state['until'] ?? 0),
  refusals: Number(state['refusals'] ?? 0),
});

const urlOf = ({ site, config }: Waiting, { sysId }: ClosureState): string =>
  site.urlOf({ table: tableOf(config), sysId });

const parked = (waiting: Waiting, state: ClosureState, nowMs: number, pauseMs = 0): Park => {
  const afterMs = Math.max(MIN_INTERVAL_MS, waiting.config.interval * 1_000, Math.min(pauseMs, MAX_PAUSE_MS));
  return {
    kind: 'check',
    what: `the closure of ${state.number ?? state.sysId} in ServiceNow`,
    url: urlOf(waiting, state),
    afterMs,
    atMostMs: Math.max(1, state.until - nowMs),
    state: { ...state },
  };
};

/** A success that is not over until people have closed what it made. */
export const withClosure = (success: Success, record: ServiceNowRecord, waiting: Waiting, nowMs: number): Success => {
  if (!waiting.config.waitForClosure) return success;
  const state = { ...record, until: nowMs + waiting.config.timeout * 1_000, refusals: 0 };
  return { ...success, next: parked(waiting, state, nowMs) };
};

const cut = (text: string | null): string | null => (text === null ? null : text.slice(0, MAX_NOTES));

const settled = (waiting: Waiting, state: ClosureState, reading: ServiceNowReading): Look | undefined => {
  const number = reading.number ?? state.number;
  const made = { number, sysId: state.sysId, url: urlOf(waiting, state) };
  const notes = cut(reading.closeNotes);
  const closed = { state: reading.state?.shown ?? null, closeCode: reading.closeCode, closeNotes: notes };
  const phase = phaseOf(tableOf(waiting.config), reading);
  switch (phase) {
    case 'open':
      return undefined;
    case 'done': {
      const result = { ...made, ...closed };
      return { kind: 'ok', result, offered: made, evidence: result, externalRef: number ?? state.sysId };
    }
    case 'declined': {
      const said = notes === null ? '' : ` ${notes}`;
      const message = `${number ?? state.sysId} was closed as ${closed.state ?? 'one that is not done'}.${said}`;
      return {
        kind: 'definite-failure',
        failure: { code: 'SERVICENOW_DECLINED', message, evidence: { ...made, ...closed } },
      };
    }
    default:
      return phase satisfies never;
  }
};

const unsettled = (failure: Failure): UnknownOutcome => ({ kind: 'unknown', failure });

const refused = ({ outcome, exchange }: ServiceNowFailure): boolean =>
  outcome.kind === 'definite-failure' ||
  (exchange.kind === 'answered' && exchange.status >= 300 && exchange.status < 400);

/** One look at a record that people work on. */
export const lookAtClosure = async (
  waiting: Waiting,
  { state: given, context }: { readonly state: JsonObject; readonly context: LookContext },
  nowMs: number,
): Promise<Look> => {
  const state = stateOf(given);
  const place = { table: tableOf(waiting.config), sysId: state.sysId };
  const reading = await waiting.site.readRecord(place, Math.min(LOOK_MS, context.remainingMs));
  const ending = reading.ok ? settled(waiting, state, reading.value) : undefined;
  if (ending !== undefined) return ending;
  const name = state.number ?? state.sysId;
  const failure = reading.ok ? undefined : reading.error;
  const seen = failure === undefined ? {} : evidenceOfExchange(failure.exchange);
  const evidence = { ...seen, number: state.number, url: urlOf(waiting, state) };
  const refusals = failure !== undefined && refused(failure) ? state.refusals + 1 : 0;
  if (refusals >= MAX_REFUSALS) {
    const message = `${name} can't be read any more, said ${refusals} times in a row: ${failure?.outcome.message ?? ''}`;
    return unsettled({ code: 'SERVICENOW_RECORD_GONE', message, evidence });
  }
  if (context.late || nowMs >= state.until) {
    const message = `${name} was not closed in time. People may still work on it.`;
    return unsettled({ code: 'WAIT_TIMED_OUT', message, evidence });
  }
  const pause = failure?.outcome.kind === 'not-executed' ? failure.outcome.retryAfterMs : undefined;
  return parked(waiting, { ...state, refusals }, nowMs, pause);
};
