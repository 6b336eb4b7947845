import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AuditRowView, auditRowSchema } from '@pao/contracts';
import { errorMessage } from '@pao/kernel';
import { UsageError } from '../failures.ts';

/** The rows of an export in JSON lines, read one by one. */
export async function* readAuditRows(path: string): AsyncGenerator<AuditRowView> {
  const file = createReadStream(path, 'utf8');
  let number = 0;
  try {
    for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (line !== '') yield rowOf(line, `${path}:${number}`);
    }
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    throw new UsageError(`cannot read ${path}: ${errorMessage(thrown)}`, { cause: thrown });
  } finally {
    file.destroy();
  }
}

const rowOf = (line: string, where: string): AuditRowView => {
  const row = auditRowSchema.safeParse(parse(line, where));
  if (row.success) return row.data;
  const [issue] = row.error.issues;
  throw new UsageError(`${where} is no row of the audit: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
};

const parse = (line: string, where: string): unknown => {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new UsageError(`${where} is not JSON; verify takes an export in the format jsonl`, { cause });
  }
};
