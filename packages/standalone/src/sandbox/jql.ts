import { err, ok, type Result } from '@pao/kernel';
import { type Issue, labelsOf } from './issues.ts';

export interface Search {
  readonly matches: (issue: Issue) => boolean;
  /** One label that every hit carries, so that not all tickets need to be read. */
  readonly label: string | undefined;
  readonly newestFirst: boolean;
}

type Operator = '=' | '!=' | 'in' | 'not in' | '>=' | '>' | '<=' | '<';

interface Clause {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

const VALUE = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,()"'=<>!]+`;
const CLAUSE = new RegExp(
  String.raw`^\s*([A-Za-z]+)\s*(=|!=|>=|<=|>|<|\bnot\s+in\b|\bin\b)\s*(\((?:\s*(?:${VALUE})\s*,?)+\)|${VALUE})\s*`,
  'i',
);
const ORDER = /\s*\border\s+by\s+(\w+)(\s+(?:asc|desc))?\s*$/i;

/**
 * The part of JQL that integrations use to find their own tickets: clauses joined by AND on labels, project, key, status,
 * statusCategory, created and updated, with `order by`.
 */
export const parseJql = (jql: string, now: Date): Result<Search, string> => {
  const order = ORDER.exec(jql);
  let rest = order === null ? jql : jql.slice(0, order.index);
  const clauses: Clause[] = [];
  while (rest.trim() !== '') {
    const match = CLAUSE.exec(rest);
    if (match === null) return err(`Error in the JQL Query: Expecting a clause but got '${rest.trim().slice(0, 40)}'.`);
    const [whole, field = '', operator = '=', value = ''] = match;
    clauses.push({ field: field.toLowerCase(), operator: toOperator(operator), values: valuesIn(value) });
    rest = rest.slice(whole.length).replace(/^and\b/i, '');
  }
  const unknown = clauses.find(({ field }) => !Object.hasOwn(FIELDS, field));
  if (unknown) return err(`Field '${unknown.field}' does not exist or you do not have permission to view it.`);
  const byLabel = clauses.find(({ field, operator }) => field === 'labels' && operator === '=');
  return ok({
    matches: (issue) => clauses.every((clause) => holds(clause, issue, now)),
    label: byLabel?.values[0],
    newestFirst: /desc/i.test(order?.[2] ?? ''),
  });
};

const toOperator = (text: string): Operator => text.toLowerCase().replace(/\s+/, ' ') as Operator;

const valuesIn = (text: string): readonly string[] =>
  [...text.matchAll(new RegExp(VALUE, 'g'))].map(([value]) =>
    /^["']/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value,
  );

const CATEGORY = { 'To Do': 'to do', 'In Progress': 'in progress', Done: 'done' } as const;

const FIELDS: Readonly<Record<string, (issue: Issue) => readonly string[]>> = {
  labels: (issue) => labelsOf(issue.fields),
  project: (issue) => [issue.project],
  key: (issue) => [issue.key],
  issuekey: (issue) => [issue.key],
  id: (issue) => [issue.id],
  status: (issue) => [issue.status],
  statuscategory: (issue) => [CATEGORY[issue.status]],
  created: (issue) => [issue.created],
  updated: (issue) => [issue.updated],
};

const holds = ({ field, operator, values }: Clause, issue: Issue, now: Date): boolean => {
  const actual = FIELDS[field]?.(issue) ?? [];
  if (field === 'created' || field === 'updated') return holdsInTime(actual[0] ?? '', operator, values[0] ?? '', now);
  // Labels are compared as written, everything else in any case.
  const fold = (text: string) => (field === 'labels' ? text : text.toLowerCase());
  const found = values.some((value) => actual.some((candidate) => fold(candidate) === fold(value)));
  return operator === '=' || operator === 'in' ? found : !found;
};

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const holdsInTime = (actual: string, operator: Operator, value: string, now: Date): boolean => {
  const relative = /^-(\d+)([mhdw])$/.exec(value);
  const unit = UNITS[(relative?.[2] ?? 'm') as keyof typeof UNITS];
  const limit = relative ? now.getTime() - Number(relative[1]) * unit : Date.parse(value.replace(' ', 'T'));
  const moment = Date.parse(actual);
  if (operator.startsWith('>')) return moment >= limit;
  if (operator.startsWith('<')) return moment <= limit;
  return false;
};
