import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Ending, Failure, NextStep, Park, Success, UnknownOutcome, Verdict } from '../core/domain/verdict.ts';
import type { Look, Probe } from '../core/ports/action-runner.ts';
import type { ActionResult, Done, LookResult, ProbeResult } from './results.ts';

/** UTF-16 code units of JSON text or text. */
const LIMITS = { evidence: 16_384, state: 65_536, message: 2_000, ref: 200, what: 300, url: 2_000, details: 65_536 };
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Of a failure whose own code is none. */
const NO_CODE = { code: 'ACTION_FAILED' };

const isJson = (value: unknown): value is Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isJsonObject(value) && Object.values(value).every(isJson);
};

const cut = (text: unknown, most: number): string => {
  const whole = typeof text === 'string' ? text : String(text);
  return whole.length > most ? `${whole.slice(0, most).toWellFormed()}…` : whole;
};

const isWebAddress = (url: unknown): url is string =>
  typeof url === 'string' && url.length <= LIMITS.url && /^https?:$/.test(URL.parse(url)?.protocol ?? '');

/** What is JSON of an object; other members are named. The effect is done, so no member is a reason to say that it is not. */
const jsonPart = (value: unknown): { readonly kept: JsonObject; readonly left: readonly string[] } => {
  if (value === undefined) return { kept: {}, left: [] };
  if (!isJsonObject(value)) return { kept: {}, left: ['(all: not a plain object)'] };
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const left = members.filter(([, member]) => !isJson(member)).map(([name]) => name);
  return left.length === 0 && members.length === Object.keys(value).length
    ? { kept: value, left }
    : { kept: Object.fromEntries(members.filter(([name]) => !left.includes(name))), left };
};

const evidencePart = (value: unknown): JsonObject => {
  const { kept, left } = jsonPart(value);
  if (JSON.stringify(kept).length > LIMITS.evidence)
    return { evidenceCut: `longer than ${LIMITS.evidence} characters` };
  return left.length === 0 ? kept : { ...kept, evidenceNotJson: left.slice(0, 20) };
};

const brokenResult = (type: string, what: string): UnknownOutcome => ({
  kind: 'unknown',
  failure: {
    code: 'ACTION_TYPE_BROKEN',
    message: `The action type ${type} is broken: ${what}. Nobody can tell from it what was done.`,
  },
});

const failureOf = ({ code, message, evidence }: { code: unknown; message: unknown; evidence?: unknown }): Failure => {
  const named = typeof code === 'string' && CODE.test(code);
  return {
    ...(named ? { code } : NO_CODE),
    message: cut(message, LIMITS.message),
    evidence: { ...evidencePart(evidence), ...(!named && { codeNotValid: cut(code, 100) }) },
  };
};

const successOf = ({ outputs, ref, url, evidence }: Done): Success => {
  const { kept, left } = jsonPart(outputs);
  const hasRef = typeof ref === 'string' && ref !== '';
  return {
    kind: 'ok',
    result: kept,
    offered: kept,
    evidence: {
      ...evidencePart(evidence),
      ...(isWebAddress(url) && { url }),
      ...(left.length > 0 && { outputsNotJson: left.slice(0, 20) }),
    },
    ...(hasRef && { externalRef: cut(ref, LIMITS.ref) }),
  };
};

/** Where the task goes on; a text says what is wrong with it. */
const nextOf = (result: ActionResult): NextStep | Park | string | undefined => {
  if (result.kind !== 'step' && result.kind !== 'wait') return undefined;
  const state: unknown = result.state ?? {};
  if (!isJsonObject(state) || !isJson(state)) return 'its state is not a JSON object';
  if (JSON.stringify(state).length > LIMITS.state) return `its state is longer than ${LIMITS.state} characters`;
  if (result.kind === 'step') return { kind: 'step', step: cut(result.step, 100), state };
  const { atMostMs, url } = result;
  const waiting = { what: cut(result.what, LIMITS.what), atMostMs, state, ...(isWebAddress(url) && { url }) };
  switch (result.on) {
    case 'check':
      return { kind: 'check', afterMs: result.afterMs, ...waiting };
    case 'callback':
      return { kind: 'callback', ...waiting };
    case 'approval':
      return { kind: 'approval', details: cut(result.details, LIMITS.details), ...waiting };
    default:
      result satisfies never;
      return 'it waits for something that there is not';
  }
};

/** A verdict on what a try gave back; what breaks the rules is judged for the worst, and says so. */
export const toVerdict = (type: string, result: ActionResult): Verdict => {
  switch (result?.kind) {
    case 'failed':
      return { kind: 'definite-failure', failure: failureOf(result) };
    case 'unknown':
      return { kind: 'unknown', failure: failureOf(result) };
    case 'not-sent': {
      const { retryAfterMs } = result;
      const asked = Number.isFinite(retryAfterMs) ? { retryAfterMs: Math.max(0, Number(retryAfterMs)) } : {};
      return { kind: 'not-executed', failure: failureOf(result), ...asked };
    }
    case 'done':
      return successOf(result);
    case 'wait':
    case 'step': {
      const next = nextOf(result);
      if (typeof next === 'string') return brokenResult(type, next);
      return { ...successOf(result), ...(next && { next }) };
    }
    default:
      result satisfies undefined;
      return brokenResult(type, 'it gave back none of done, failed, notSent, unknown, waitFor or thenStep');
  }
};

export const toLook = (type: string, result: LookResult): Look => {
  const verdict = toVerdict(type, result);
  if (verdict.kind === 'not-executed') return brokenResult(type, 'a look gave back notSent');
  return (verdict.kind === 'ok' && verdict.next) || (verdict satisfies Ending);
};

export const toProbe = (type: string, result: ProbeResult): Probe => {
  if (result.kind === 'not-found')
    return { kind: 'inconclusive', note: cut(result.note, LIMITS.message), again: result.again };
  const verdict = toVerdict(type, result);
  if (verdict.kind === 'ok') return { kind: 'found', success: verdict };
  return { kind: 'inconclusive', note: verdict.failure.message, again: false };
};
