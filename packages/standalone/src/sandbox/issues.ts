import type { DatabaseSync } from 'node:sqlite';
import type { Json, JsonObject } from '@pao/kernel';

export type Status = 'To Do' | 'In Progress' | 'Done';

export interface Issue {
  /** Jira's number as text, `10001`. */
  readonly id: string;
  /** `PLAT-1` */
  readonly key: string;
  readonly project: string;
  readonly status: Status;
  /** As they were sent by the creator, and edited since. */
  readonly fields: JsonObject;
  readonly created: string;
  readonly updated: string;
}

export interface IssueLink {
  readonly id: string;
  readonly type: string;
  /** Keys. Of a link of type `Blocks` the issue given as inward blocks the outward one, as in Jira. */
  readonly inward: string;
  readonly outward: string;
}

interface Comment {
  readonly id: string;
  readonly body: Json;
  readonly created: string;
}

const FIRST_ID = 10_000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS issue (
  id INTEGER PRIMARY KEY,
  project TEXT NOT NULL,
  number INTEGER NOT NULL,
  status TEXT NOT NULL,
  fields TEXT NOT NULL,
  created TEXT NOT NULL,
  updated TEXT NOT NULL,
  UNIQUE (project, number)
);
CREATE TABLE IF NOT EXISTS issue_label (label TEXT NOT NULL, issue INTEGER NOT NULL, PRIMARY KEY (label, issue)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, inward TEXT NOT NULL, outward TEXT NOT NULL, UNIQUE (type, inward, outward)
);
CREATE TABLE IF NOT EXISTS comment (
  id INTEGER PRIMARY KEY, issue INTEGER NOT NULL, body TEXT NOT NULL, created TEXT NOT NULL
);
`;

interface Totals {
  readonly issues: number;
  readonly open: number;
  /** When anything changed last; empty when there is nothing. */
  readonly updated: string;
}

export interface IssueStore {
  create(project: string, fields: JsonObject, at: Date): Issue;
  /** By id or key. */
  find(idOrKey: string): Issue | undefined;
  withLabel(label: string): readonly Issue[];
  /** Oldest first. */
  all(): readonly Issue[];
  /** Newest first. */
  recent(limit: number): readonly Issue[];
  totals(): Totals;
  edit(issue: Issue, fields: JsonObject, at: Date): void;
  move(issue: Issue, status: Status, at: Date): void;
  link(link: Omit<IssueLink, 'id'>): void;
  linksOf(issue: Issue): readonly IssueLink[];
  comment(issue: Issue, body: Json, at: Date): Comment;
  commentsOf(issue: Issue): readonly Comment[];
}

/** The tickets of the sandbox's Jira. */
export const createIssueStore = (database: DatabaseSync): IssueStore => {
  database.exec(SCHEMA);
  const insert = database.prepare(
    `INSERT INTO issue (id, project, number, status, fields, created, updated)
     SELECT (SELECT coalesce(max(id), ${FIRST_ID}) + 1 FROM issue), ?1,
       (SELECT coalesce(max(number), 0) + 1 FROM issue WHERE project = ?1), 'To Do', ?2, ?3, ?3 RETURNING *`,
  );
  const insertLabel = database.prepare('INSERT OR IGNORE INTO issue_label (label, issue) VALUES (?, ?)');
  const deleteLabels = database.prepare('DELETE FROM issue_label WHERE issue = ?');
  const byId = database.prepare('SELECT * FROM issue WHERE id = ?');
  const byKey = database.prepare('SELECT * FROM issue WHERE project = ? AND number = ?');
  const byLabel = database.prepare('SELECT i.* FROM issue i JOIN issue_label l ON l.issue = i.id WHERE l.label = ?');
  const everything = database.prepare('SELECT * FROM issue ORDER BY id');
  const latest = database.prepare('SELECT * FROM issue ORDER BY id DESC LIMIT ?');
  const totals = database.prepare(
    `SELECT count(*) AS issues, count(*) FILTER (WHERE status <> 'Done') AS open, coalesce(max(updated), '') AS updated
     FROM issue`,
  );
  const setFields = database.prepare('UPDATE issue SET fields = ?, updated = ? WHERE id = ?');
  const setStatus = database.prepare('UPDATE issue SET status = ?, updated = ? WHERE id = ?');
  const insertLink = database.prepare('INSERT OR IGNORE INTO link (type, inward, outward) VALUES (?, ?, ?)');
  const links = database.prepare('SELECT * FROM link WHERE inward = ?1 OR outward = ?1 ORDER BY id');
  const insertComment = database.prepare('INSERT INTO comment (issue, body, created) VALUES (?, ?, ?) RETURNING *');
  const comments = database.prepare('SELECT * FROM comment WHERE issue = ? ORDER BY id');

  const label = (id: number, fields: JsonObject): void => {
    for (const name of labelsOf(fields)) insertLabel.run(name, id);
  };

  return {
    create: (project, fields, at) => {
      const issue = toIssue(insert.get(project, JSON.stringify(fields), at.toISOString()) ?? {});
      label(Number(issue.id), fields);
      return issue;
    },
    find: (idOrKey) => {
      const [project = '', number] = idOrKey.toUpperCase().split('-');
      const row = number === undefined ? byId.get(Number(idOrKey)) : byKey.get(project, Number(number));
      return row === undefined ? undefined : toIssue(row);
    },
    withLabel: (name) => byLabel.all(name).map(toIssue),
    all: () => everything.all().map(toIssue),
    recent: (limit) => latest.all(limit).map(toIssue),
    totals: () => {
      const row = totals.get();
      return { issues: Number(row?.['issues']), open: Number(row?.['open']), updated: String(row?.['updated']) };
    },
    edit: (issue, fields, at) => {
      setFields.run(JSON.stringify({ ...issue.fields, ...fields }), at.toISOString(), Number(issue.id));
      deleteLabels.run(Number(issue.id));
      label(Number(issue.id), { ...issue.fields, ...fields });
    },
    move: (issue, status, at) => {
      setStatus.run(status, at.toISOString(), Number(issue.id));
    },
    link: ({ type, inward, outward }) => {
      insertLink.run(type, inward, outward);
    },
    linksOf: (issue) => links.all(issue.key).map(toLink),
    comment: (issue, body, at) =>
      toComment(insertComment.get(Number(issue.id), JSON.stringify(body), at.toISOString()) ?? {}),
    commentsOf: (issue) => comments.all(Number(issue.id)).map(toComment),
  };
};

export const summaryOf = ({ fields: { summary } }: Issue): string => (typeof summary === 'string' ? summary : '');

export const labelsOf = (fields: JsonObject): readonly string[] => {
  const labels = fields['labels'];
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
};

const toIssue = (row: Record<string, unknown>): Issue => ({
  id: String(row['id']),
  key: `${String(row['project'])}-${String(row['number'])}`,
  project: String(row['project']),
  status: row['status'] as Status,
  fields: JSON.parse(String(row['fields'])),
  created: String(row['created']),
  updated: String(row['updated']),
});

const toLink = (row: Record<string, unknown>): IssueLink => ({
  id: String(row['id']),
  type: String(row['type']),
  inward: String(row['inward']),
  outward: String(row['outward']),
});

const toComment = (row: Record<string, unknown>): Comment => ({
  id: String(row['id']),
  body: JSON.parse(String(row['body'])),
  created: String(row['created']),
});
