import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { auditAnchorSchema } from '@pao/contracts';
import { errorMessage } from '@pao/kernel';
import { openDatabase } from '@pao/postgres';
import { createPostgresAuditReader } from './adapters/postgres/audit-reader.ts';
import { createPostgresRemovedAudit } from './adapters/postgres/removed-audit.ts';
import { readOwnersConfig } from './config.ts';
import { type RemoveAuditError, removeOldAudit } from './core/use-cases/remove-old-audit.ts';

const USAGE = `usage: DATABASE_URL=<of the owner of the schema> node audit-retention.ts --anchor <file> [--older-than-days 400]

Removes the audit of requests that retention removed. The anchor, made by "devctl audit anchor" and kept outside, has to pin it.`;

/** Auditors ask for a year, and take a month to come. */
const DEFAULT_DAYS = '400';
const LEAST_DAYS = 30;
const DAY_MS = 86_400_000;

class Refusal extends Error {}

const readAnchor = async (path: string) => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Refusal(`cannot read ${path}: ${errorMessage(cause)}`);
  });
  try {
    return auditAnchorSchema.parse(JSON.parse(text));
  } catch {
    throw new Refusal(`${path} is not an anchor`);
  }
};

const readCommand = async (args: readonly string[]) => {
  const options = { anchor: { type: 'string' }, 'older-than-days': { type: 'string', default: DEFAULT_DAYS } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const days = Number(values['older-than-days']);
  if (values.anchor === undefined || !Number.isInteger(days)) throw new Refusal(USAGE);
  if (days < LEAST_DAYS) throw new Refusal(`--older-than-days is at least ${LEAST_DAYS}`);
  return { anchor: await readAnchor(values.anchor), before: new Date(Date.now() - days * DAY_MS) };
};

const explain = (error: RemoveAuditError): string => {
  switch (error.kind) {
    case 'anchor-altered':
      return 'the anchor is not as it was made; nothing was removed';
    case 'not-as-anchored':
      return ['the audit is not as it was anchored; nothing was removed:', ...error.differences].join('\n');
    default:
      return error satisfies never;
  }
};

const run = async (args: readonly string[]): Promise<number> => {
  const command = await readCommand(args);
  const database = openDatabase({ ...readOwnersConfig(), applicationName: 'pao-audit-retention', maxConnections: 4 });
  try {
    const auditReader = createPostgresAuditReader(database);
    const removedAudit = createPostgresRemovedAudit(database);
    const removed = await removeOldAudit({ auditReader, removedAudit, digest: (text) => hash('sha256', text) })(
      command,
    );
    if (!removed.ok) throw new Refusal(explain(removed.error));
    const { requests, rows, findings } = removed.value;
    process.stdout.write(`removed ${rows} rows of ${requests} requests\n`);
    for (const { requestId, message } of findings)
      process.stderr.write(`kept, since it is not whole: ${requestId}: ${message}\n`);
    return findings.length > 0 ? 1 : 0;
  } finally {
    await database.close();
  }
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : errorMessage(error)}\n`);
  process.exitCode = 2;
}
