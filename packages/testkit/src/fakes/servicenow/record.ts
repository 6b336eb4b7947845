/** A record of a table: every field is text, as ServiceNow keeps it. */
export interface FakeRecord {
  readonly table: string;
  readonly fields: Readonly<Record<string, string>>;
}

const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  incident: { 1: 'New', 2: 'In Progress', 3: 'On Hold', 6: 'Resolved', 7: 'Closed', 8: 'Canceled' },
  sc_request: { 1: 'Approved', 3: 'Closed Complete', 4: 'Closed Incomplete', 7: 'Closed Skipped' },
};
const TASK_LABELS: Readonly<Record<string, string>> = {
  1: 'Open',
  2: 'Work in Progress',
  3: 'Closed Complete',
  4: 'Closed Incomplete',
  7: 'Closed Skipped',
};

/** `2026-11-21 09:00:00`, in UTC. */
export const stamp = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ');

const shown = ({ table }: FakeRecord, name: string, value: string): string =>
  name === 'state' ? ((LABELS[table] ?? TASK_LABELS)[value] ?? value) : value;

/** What the Table API gives of a record: values, what people see, or both. */
export const render = (record: FakeRecord, fields: string | null, display: string | null): object => {
  const names = fields === null || fields === '' ? Object.keys(record.fields) : fields.split(',');
  const known = names.filter((name) => Object.hasOwn(record.fields, name));
  return Object.fromEntries(
    known.map((name) => {
      const value = record.fields[name] ?? '';
      if (display === 'all') return [name, { value, display_value: shown(record, name, value) }];
      return [name, display === 'true' ? shown(record, name, value) : value];
    }),
  );
};

type Condition = (record: FakeRecord, now: Date) => boolean;

const conditionOf = (text: string): Condition => {
  const relative = /^(\w+)RELATIVEGT@minute@ago@(\d+)$/.exec(text);
  if (relative) {
    const [, name = '', minutes] = relative;
    return ({ fields }, now) => (fields[name] ?? '') >= stamp(new Date(now.getTime() - Number(minutes) * 60_000));
  }
  const [, name = '', operator = '', value = ''] = /^([a-z_.]+?)(=|!=|IN|STARTSWITH|LIKE)(.*)$/s.exec(text) ?? [];
  const holds: Readonly<Record<string, (field: string) => boolean>> = {
    '=': (field) => field === value,
    '!=': (field) => field !== value,
    IN: (field) => value.split(',').includes(field),
    STARTSWITH: (field) => field.startsWith(value),
    LIKE: (field) => field.includes(value),
  };
  // The real one leaves out a condition on a field that the table lacks, unless it is told otherwise.
  return ({ fields }) => !Object.hasOwn(fields, name) || (holds[operator]?.(fields[name] ?? '') ?? true);
};

/** The records that an encoded query finds, in its order. */
export const query = (records: readonly FakeRecord[], encoded: string, now: Date): readonly FakeRecord[] => {
  const parts = encoded.split('^').filter((part) => part !== '');
  const conditions = parts.filter((part) => !part.startsWith('ORDERBY')).map(conditionOf);
  const found = records.filter((record) => conditions.every((holds) => holds(record, now)));
  const descending = parts.find((part) => part.startsWith('ORDERBYDESC'))?.slice('ORDERBYDESC'.length);
  if (descending === undefined) return found;
  const keyOf = ({ fields }: FakeRecord): string => fields[descending] ?? '';
  // Times are of seconds: of two in one second the later one comes first, too.
  return found.toReversed().toSorted((a, b) => (keyOf(a) === keyOf(b) ? 0 : keyOf(a) < keyOf(b) ? 1 : -1));
};
