import { z } from 'zod';

// What we read of ServiceNow's answers. Whatever else an answer holds is left out, and what is not shaped like this is not used.

const sysId = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);

const cut = (length: number) => z.string().transform((text) => text.slice(0, length));

/** A table without numbers has none, or an empty one. */
const number = cut(100)
  .nullish()
  .transform((text) => text || null);

/** A record that exists. `number` is how people call it: `INC0010023`. */
export interface ServiceNowRecord {
  readonly sysId: string;
  readonly number: string | null;
}

const record = z.object({ sys_id: sysId, number });

export const createdShape = z
  .object({ result: record })
  .transform(({ result }): ServiceNowRecord => ({ sysId: result.sys_id, number: result.number }));

/** Rows of any table, each field as text. */
export const rowsShape = z
  .object({ result: z.array(z.record(z.string(), z.unknown())).max(1_000) })
  .transform(({ result }) =>
    result.map((row) =>
      Object.fromEntries(
        Object.entries(row).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
    ),
  );

/** Fields of one record, as texts. */
export const fieldsShape = z
  .object({ result: z.record(z.string(), z.unknown()) })
  .transform(
    ({ result }): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Object.entries(result).flatMap(([name, value]) =>
          typeof value === 'string' && value !== '' ? [[name, value.slice(0, 20_000)]] : [],
        ),
      ),
  );

export const orderShape = z
  .object({
    result: z.object({ sys_id: sysId.optional(), request_id: sysId.optional(), request_number: number, number }),
  })
  .transform(({ result }, context): ServiceNowRecord => {
    const id = result.request_id ?? result.sys_id;
    if (id !== undefined) return { sysId: id, number: result.request_number ?? result.number };
    context.addIssue({ code: 'custom', message: 'names no request' });
    return z.NEVER;
  });

/** With `sysparm_display_value=all` each field comes as it is kept and as people see it. */
const field = z
  .object({ value: cut(20_000), display_value: cut(20_000).nullish() })
  .transform(({ value, display_value }) => ({ value, shown: display_value || value }))
  .optional()
  .catch(undefined);

export const readingShape = z
  .object({
    result: z.object({
      sys_id: z.object({ value: sysId }),
      number: field,
      state: field,
      request_state: field,
      active: field,
      close_code: field,
      close_notes: field,
      assigned_to: field,
      short_description: field,
      sys_updated_on: field,
    }),
  })
  .transform(({ result }) => ({
    sysId: result.sys_id.value,
    number: result.number?.value || null,
    /** As ServiceNow keeps it, `3`, and as people see it, `Closed Complete`. Null for a record that has no state. */
    state: (result.request_state?.value ? result.request_state : result.state) ?? null,
    active: result.active === undefined ? null : /^(true|1)$/.test(result.active.value),
    closeCode: result.close_code?.shown || null,
    closeNotes: result.close_notes?.value || null,
    assignedTo: result.assigned_to?.shown || null,
    shortDescription: result.short_description?.value || null,
    /** `YYYY-MM-DD HH:MM:SS` in UTC. */
    updated: result.sys_updated_on?.value || null,
  }));

/** A record as it is now. */
export type ServiceNowReading = z.output<typeof readingShape>;

export const commentsShape = rowsShape.transform((rows) =>
  rows.map(({ sys_id = '', value = '', sys_created_by: author, sys_created_on: created }) => ({
    id: sys_id.slice(0, 64),
    text: value.slice(0, 20_000),
    author: author?.slice(0, 200) ?? null,
    created: created?.slice(0, 40) ?? null,
  })),
);

/** A comment that people have left on a record. */
export type ServiceNowComment = z.output<typeof commentsShape>[number];

export const anyShape = z.unknown();
