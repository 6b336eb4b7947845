import type { Look, LookContext, Park } from '@pao/executor-sdk';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

/** Texts of a callback in what people are told. */
const MAX_TEXT = 2_000;
/** As documents name outputs. */
const OUTPUT = /^[a-zA-Z][a-zA-Z0-9_-]*$/;

interface Report {
  readonly failed: boolean;
  readonly message: string | undefined;
  readonly outputs: JsonObject;
  /** What was not understood, as it came. */
  readonly body?: Json;
}

const isEmpty = (body: Json): boolean =>
  body === null || body === '' || (isJsonObject(body) && Object.keys(body).length === 0);

/** `{ status: succeeded | failed, outputs, message }`. Nothing at all is a success; so is what has another shape, kept as it is. */
const read = (body: Json): Report => {
  const understood = { failed: false, message: undefined, outputs: {} };
  if (isEmpty(body)) return understood;
  if (!isJsonObject(body)) return { ...understood, body };
  const { status, outputs = {}, message } = body;
  const told = typeof message === 'string' ? message.slice(0, MAX_TEXT) : undefined;
  if (status === 'failed') return { failed: true, message: told, outputs: {}, body };
  if (status !== 'succeeded' || !isJsonObject(outputs)) return { ...understood, body };
  return { failed: false, message: told, outputs };
};

const excerpt = (body: Json | undefined): string => {
  const text = JSON.stringify(body ?? null);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
};

const settle = (body: Json, { status = null }: JsonObject, offersAll: boolean): Look => {
  const { failed, message, outputs, body: rest } = read(body);
  if (failed) {
    const said = message === undefined ? '' : `: ${message}`;
    const failure = { code: 'CALLBACK_FAILED', message: `The target called back that it failed${said}` };
    return { kind: 'definite-failure', failure: { ...failure, evidence: { status, callback: excerpt(rest) } } };
  }
  const result = {
    ...{ status, outputs },
    ...(message !== undefined && { message }),
    ...(rest !== undefined && { body: rest }),
  };
  const named = Object.fromEntries(Object.entries(outputs).filter(([name]) => OUTPUT.test(name)));
  const offered = { ...named, ...(offersAll && rest !== undefined && { body: rest }), status };
  return { kind: 'ok', result, offered, evidence: { status, callback: 'received' } };
};

export interface Awaited {
  /** Without query and credentials. */
  readonly target: string;
  readonly timeoutMs: number;
}

/** Until when it is waited, and what the target answered at first. */
export const parkOf = ({ target, timeoutMs }: Awaited, status: number): Park => ({
  kind: 'callback',
  what: `the callback of ${target}`,
  atMostMs: timeoutMs,
  state: { status },
});

/** Goes on once somebody has called back, or nobody has in time. */
export const lookAtCallback = (
  awaited: Awaited,
  { state, offersAll }: { readonly state: JsonObject; readonly offersAll: boolean },
  { answer, late }: LookContext,
): Look => {
  if (answer?.kind === 'callback') return settle(answer.body, state, offersAll);
  if (!late) return parkOf(awaited, Number(state['status']));
  const message =
    `Nobody called back within ${Math.round(awaited.timeoutMs / 1_000)} s. ` +
    'The target had the message, and may have done what was asked: look before you retry.';
  return {
    kind: 'unknown',
    failure: {
      code: 'WAIT_TIMED_OUT',
      message,
      evidence: { target: awaited.target, status: state['status'] ?? null },
    },
  };
};
