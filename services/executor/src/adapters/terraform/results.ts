import type { Success } from '@pao/executor-sdk';
import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { ChangeCount } from './facts.ts';

interface Given {
  /** Outputs as Terraform tells them. */
  readonly outputs: JsonObject;
  readonly counts: ChangeCount;
  readonly evidence: JsonObject;
  readonly more?: JsonObject;
}

/** What an action gives: each output that is not sensitive, and how much was planned. Sensitive ones are named, and nothing else. */
export const success = ({ outputs, counts, evidence, more = {} }: Given): Success => {
  const entries = Object.entries(outputs).flatMap(([name, output]) =>
    isJsonObject(output) ? [[name, output] as const] : [],
  );
  const open = entries.filter(([, { sensitive, value }]) => sensitive === false && value !== undefined);
  const masked = entries.filter(([, { sensitive }]) => sensitive !== false).map(([name]) => name);
  const values = Object.fromEntries(open.map(([name, { value }]) => [name, value ?? null]));
  const result = { ...values, ...more, plan: { ...counts } };
  return {
    kind: 'ok',
    result,
    offered: result,
    evidence: { ...evidence, plan: { ...counts }, ...(masked.length > 0 && { maskedOutputs: masked }) },
  };
};
