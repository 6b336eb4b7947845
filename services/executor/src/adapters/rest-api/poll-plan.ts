import { configInvalid, createCompileOutputs, type Failure } from '@pao/executor-sdk';
import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { Poll } from './config.ts';

export interface PollPlan {
  readonly url: URL;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Truthy as JMESPath has it. */
  until(result: JsonObject): boolean;
  failed(result: JsonObject): boolean;
}

const MIN_INTERVAL_MS = 100;

const compile = createCompileOutputs();

/** `status` by itself, not as a member of something else: `status == \`404\``, not `body.status`. */
const SPEAKS_OF_STATUS = /(?<![.\w"'`])status\b/;

const isTrue = (value: Json | undefined): boolean => {
  if (value === undefined || value === null || value === false || value === '') return false;
  if (typeof value !== 'object') return true;
  return Object.keys(value).length > 0;
};

type Condition = (result: JsonObject) => boolean;

/** An answer that is no success counts only for who speaks of the status: an error's body fits many a condition by chance. */
const conditionOf = (member: string, expression: string | undefined): Result<Condition, Failure> => {
  if (expression === undefined) return ok(() => false);
  const compiled = compile({ value: expression });
  if (!compiled.ok)
    return err(configInvalid(`poll.${member}`, compiled.error.message.replace(/^outputs\.value: /, '')));
  const anyStatus = SPEAKS_OF_STATUS.test(expression);
  return ok((result) => {
    const status = Number(result['status']);
    if (!anyStatus && (status < 200 || status > 299)) return false;
    return isTrue(compiled.value(result).outputs['value']);
  });
};

/** `poll` of a document, checked as far as can be before anything is sent. */
export const pollPlanOf = (poll: Poll, endpoint: URL): Result<PollPlan, Failure> => {
  const url = URL.parse(poll.url, endpoint.href);
  if (url === null) return err(configInvalid('poll.url', 'is not a URL'));
  url.hash = '';
  const until = conditionOf('until', poll.until);
  if (!until.ok) return until;
  const failed = conditionOf('failWhen', poll.failWhen);
  if (!failed.ok) return failed;
  return ok({
    url,
    intervalMs: Math.max(MIN_INTERVAL_MS, poll.interval * 1_000),
    timeoutMs: poll.timeout * 1_000,
    until: until.value,
    failed: failed.value,
  });
};
