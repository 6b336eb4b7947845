import { readFile } from 'node:fs/promises';
import {
  type AuditAnchor,
  type AuditFinding,
  auditAnchorSchema,
  compareAnchors,
  isAnchorIntact,
  operations,
} from '@pao/contracts';
import { errorMessage } from '@pao/kernel';
import { type CommandContext, must, printJson } from '../context.ts';
import { AuditNotIntact, UsageError } from '../failures.ts';
import { printable } from '../output.ts';
import { readAuditRows } from './read-rows.ts';
import { sha256, verifyRows } from './verify-rows.ts';

export interface VerifyOptions {
  readonly request?: string;
  readonly file?: string;
  readonly anchor?: string;
}

interface Outcome {
  readonly requests: number;
  readonly rows: number;
  readonly findings: readonly AuditFinding[];
  /** What an anchor does not find as it was. */
  readonly changed: readonly string[];
}

/** Checks one request, all of them, or an export; with an anchor also that what it pins is still there. */
export const verify = async (context: CommandContext, options: VerifyOptions): Promise<void> => {
  if (options.request !== undefined && (options.file !== undefined || options.anchor !== undefined))
    throw new UsageError('--request goes without --file and --anchor: these are about all requests');
  const anchor = options.anchor === undefined ? undefined : await readAnchor(options.anchor);
  const outcome = await outcomeOf(context, options, anchor);
  report(context, outcome);
  if (outcome.findings.length + outcome.changed.length > 0)
    throw new AuditNotIntact('the audit is not as it was written');
};

const outcomeOf = (
  context: CommandContext,
  { request, file }: VerifyOptions,
  anchor: AuditAnchor | undefined,
): Promise<Outcome> => {
  if (request !== undefined) return verifyRequest(context, request);
  return file === undefined ? verifyStored(context, anchor) : verifyFile(file, anchor);
};

const verifyRequest = async (context: CommandContext, id: string): Promise<Outcome> => {
  const { data } = await must(context, operations.verifyRequestAudit, { params: { id } });
  return { requests: 1, rows: data.rows, findings: data.finding === null ? [] : [data.finding], changed: [] };
};

const verifyFile = async (file: string, anchor: AuditAnchor | undefined): Promise<Outcome> => {
  const verified = await verifyRows(readAuditRows(file), anchor?.upTo);
  const now = anchor && verified.anchor(anchor.tenantId);
  return { ...verified, changed: anchor && now ? compareAnchors(anchor, now) : [] };
};

const verifyStored = async (context: CommandContext, anchor: AuditAnchor | undefined): Promise<Outcome> => {
  const findings: AuditFinding[] = [];
  let [requests, rows] = [0, 0];
  let cursor: string | null | undefined;
  do {
    const { data, pagination } = await must(context, operations.verifyAudit, { query: cursor ? { cursor } : {} });
    requests += data.requests;
    rows += data.rows;
    findings.push(...data.findings);
    cursor = pagination?.nextCursor;
  } while (cursor);
  return { requests, rows, findings, changed: anchor ? await compareStored(context, anchor) : [] };
};

const compareStored = async (context: CommandContext, kept: AuditAnchor): Promise<readonly string[]> => {
  const { data: now } = await must(context, operations.getAuditAnchor, { query: { upTo: kept.upTo } });
  return isAnchorIntact(now, sha256) ? compareAnchors(kept, now) : ['the anchor that the server made is not whole'];
};

const readAnchor = async (path: string): Promise<AuditAnchor> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`cannot read ${path}: ${errorMessage(cause)}`, { cause });
  });
  const anchor = auditAnchorSchema.safeParse(parse(text));
  if (!anchor.success) throw new UsageError(`${path} is no anchor of the audit`);
  if (!isAnchorIntact(anchor.data, sha256)) throw new UsageError(`${path} was altered: its root does not fit it`);
  return anchor.data;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const report = (context: CommandContext, { requests, rows, findings, changed }: Outcome): void => {
  const intact = findings.length + changed.length === 0;
  if (context.format === 'json') return printJson(context, { intact, requests, rows, findings, changed });
  for (const { requestId, problem, message } of findings)
    context.terminal.out(`${requestId}  ${problem}: ${printable(message)}`);
  for (const line of changed) context.terminal.out(`anchor: ${printable(line)}`);
  context.terminal.out(`${rows} rows of ${requests} requests ${intact ? 'are intact' : 'were checked'}`);
  return undefined;
};
