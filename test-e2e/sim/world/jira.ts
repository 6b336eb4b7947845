import type { Life } from '../engine/scheduler.ts';
import { EPOCH } from '../engine/virtual-time.ts';
import type { Arrived, Site, SiteAnswer } from './http.ts';
import { type Issue, issueBody, keyOf, nameIn, type Outputs, textOf } from './jira-issues.ts';
import type { World } from './world.ts';

/** A Jira, with what people may do there beside its API. */
export interface Jira extends Site {
  readonly issues: readonly Issue[];
  /** Told of every issue that the API made. */
  onCreated(listener: (issue: Issue) => void): void;
  /** Told of every change, whoever made it. */
  onChanged(listener: (issue: Issue) => void): void;
  /** Told of every comment that the API made. */
  onCommented(listener: (issue: Issue, name: string) => void): void;
  close(issue: Issue, resolution: string, outputs: Outputs | undefined): void;
  write(issue: Issue, outputs: Outputs): void;
  reopen(issue: Issue): void;
  move(issue: Issue): void;
  remove(issue: Issue): void;
}

const NOT_FOUND: SiteAnswer = { status: 404, body: '{"errorMessages":["Issue does not exist"]}' };

const TRANSITIONS = {
  transitions: [
    { id: '2', name: 'Start', to: { name: 'In Progress', statusCategory: { key: 'indeterminate' } } },
    { id: '4', name: 'Cancel', to: { name: "Won't Do", statusCategory: { key: 'done' } } },
  ],
};

type Fields = Readonly<Record<string, unknown>> & { readonly labels?: readonly string[] };

interface Posted {
  readonly fields?: Fields;
  readonly body?: unknown;
  readonly type?: { readonly name: string };
  readonly inwardIssue?: { readonly key: string };
  readonly outwardIssue?: { readonly key: string };
}

const ok = (value: unknown): SiteAnswer => ({ status: 200, body: JSON.stringify(value) });

const posted = ({ request }: Arrived): Posted => JSON.parse(request.body?.toString() ?? '{}') as Posted;

/**
 * Jira as far as the product asks it, with a ledger of its own. Its search lags behind, and people copy issues with all their labels.
 * `mayStart` is asked when a creation leaves.
 */
export const createJira = (world: World, mayStart: (label: string) => boolean): Jira => {
  const { scheduler, random, weather, history, isStormy } = world;
  const issues: Issue[] = [];
  const created: ((issue: Issue) => void)[] = [];
  const changed: ((issue: Issue) => void)[] = [];
  const commented: ((issue: Issue, name: string) => void)[] = [];
  /** When a process last saw an issue as it was. */
  const seen = new Map<string, number>();
  const find = (name: string): Issue | undefined =>
    issues.find((issue) => !issue.isGone && (issue.id === name || issue.key === name));
  const sawAt = (by: Life, what: string, { id }: Issue): number => seen.get(`${by.name} ${what} ${id}`) ?? -1;
  const saw = (by: Life, what: string, { id }: Issue): void => void seen.set(`${by.name} ${what} ${id}`, scheduler.now);

  const touch = (issue: Issue): void => {
    issue.updatedAt = scheduler.now;
    for (const listener of changed) listener(issue);
  };

  const add = (fields: Fields, visibleAt: number, copyOf: string | undefined): Issue => {
    const id = String(history.nextNumber());
    const { labels = [] } = fields;
    const issue: Issue = {
      ...{
        id,
        key: `SIM-${id}`,
        labels,
        fields,
        visibleAt,
        copyOf,
        isGone: false,
        closed: undefined,
        firstClosedAt: undefined,
        lookedAt: undefined,
      },
      ...{ comments: [], links: [], updatedAt: scheduler.now, written: [] },
    };
    issues.push(issue);
    return issue;
  };

  const lag = (): number => {
    if (!isStormy() || random.chance(0.5)) return 0;
    return random.chance(0.75) ? random.between(0, 12_000) : random.between(0, 300_000);
  };

  const create = (arrived: Arrived): SiteAnswer => {
    const { fields = {} } = posted(arrived);
    const label = keyOf(fields.labels);
    const visibleAt = scheduler.now + lag();
    const issue = add(fields, visibleAt, undefined);
    const { id, key } = issue;
    const made = { at: scheduler.now, sentAt: arrived.sentAt, key: label, id: `thing-${id}` };
    if (label.includes('-escalation')) history.tickets.push({ ...made, issue });
    else history.effects.push({ ...made, body: { fields } });
    scheduler.note(`ticket ${key} of ${label}`);
    // Somebody copies it, labels and all. A search never shows the copy and not yet what was copied.
    if (isStormy() && random.chance(weather.copied)) add(fields, visibleAt, id);
    for (const listener of created) listener(issue);
    return { status: 201, body: JSON.stringify({ id, key }) };
  };

  const search = (jql: string): SiteAnswer => {
    const label = /labels = "([^"]+)"/.exec(jql)?.[1] ?? '';
    const minutes = /updated >= "-(\d+)m"/.exec(jql)?.[1];
    const since = minutes === undefined ? -1 : scheduler.now - Number(minutes) * 60_000;
    const isFound = (issue: Issue): boolean =>
      issue.labels.includes(label) && !issue.isGone && issue.visibleAt <= scheduler.now && issue.updatedAt >= since;
    const found = issues.filter(isFound);
    if (random.chance(0.5)) found.reverse();
    if (minutes === undefined && found.length > 1) history.ambiguous.add(label);
    return ok({ issues: found.slice(0, 100).map(({ id, key }) => ({ id, key })), isLast: true });
  };

  /** What is made twice was looked for before it was sent, and not seen then. */
  const once = (what: string, madeAt: number | undefined, lookedAt: number, { sentAt }: Arrived): void => {
    if (madeAt !== undefined && lookedAt >= madeAt && lookedAt <= sentAt)
      history.violations.push(`LOOKED_FIRST ${what} was seen and made again`);
  };

  const link = (arrived: Arrived): SiteAnswer => {
    const { type, inwardIssue, outwardIssue } = posted(arrived);
    const [blocker, blocked] = [find(inwardIssue?.key ?? ''), find(outwardIssue?.key ?? '')];
    if (blocker === undefined || blocked === undefined || type === undefined) return NOT_FOUND;
    const known = blocked.links.find((one) => one.blocker === blocker && one.type === type.name);
    once(`the link ${blocker.key} blocks ${blocked.key}`, known?.at, sawAt(arrived.by, 'issue', blocked), arrived);
    // One link of a type for a pair: Jira keeps no second one.
    if (!known) blocked.links.push({ type: type.name, blocker, at: scheduler.now });
    touch(blocked);
    return { status: 201, body: '' };
  };

  const comment = (arrived: Arrived, issue: Issue): SiteAnswer => {
    const text = textOf(posted(arrived).body);
    const name = nameIn(text);
    const known = issue.comments.find((one) => one.name === name);
    once(`the comment ${name}`, known?.at, sawAt(arrived.by, 'comments', issue), arrived);
    issue.comments.push({ id: String(issue.comments.length), body: posted(arrived).body, name, at: scheduler.now });
    for (const listener of commented) listener(issue, name ?? '');
    touch(issue);
    return { status: 201, body: '{}' };
  };

  const transition = (issue: Issue): SiteAnswer => {
    issue.closed ??= { by: 'machine', resolution: "Won't Do", at: scheduler.now };
    touch(issue);
    return { status: 204, body: '' };
  };

  const read = ({ by }: Arrived, issue: Issue): SiteAnswer => {
    saw(by, 'issue', issue);
    return ok(issueBody(issue));
  };

  const readComments = ({ by, isHeard }: Arrived, issue: Issue): SiteAnswer => {
    saw(by, 'comments', issue);
    if (isHeard) issue.lookedAt = scheduler.now;
    const comments = issue.comments.map(({ id, body, at }) => ({ id, body, created: timeOf(at) }));
    return ok({ comments: comments.toReversed() });
  };

  const timeOf = (at: number): string => new Date(EPOCH + Math.floor(at)).toISOString();

  const take = (arrived: Arrived): SiteAnswer => {
    const { method, url } = arrived.request;
    const [, , , , kind, name = '', part] = url.pathname.split('/');
    if (kind === 'search') return search(url.searchParams.get('jql') ?? '');
    if (kind === 'issueLink') return link(arrived);
    if (method === 'POST' && name === '') return create(arrived);
    const issue = find(name);
    if (issue === undefined) return NOT_FOUND;
    if (part === 'comment') return method === 'POST' ? comment(arrived, issue) : readComments(arrived, issue);
    if (part === 'transitions') return method === 'POST' ? transition(issue) : ok(TRANSITIONS);
    return read(arrived, issue);
  };

  const write = (issue: Issue, outputs: Outputs): void => {
    const text = Object.entries(outputs).map(([output, value]) => `${output}: ${value}`);
    const content = [
      { type: 'codeBlock', attrs: { language: 'outputs' }, content: [{ type: 'text', text: text.join('\n') }] },
    ];
    const body = { type: 'doc', version: 1, content };
    issue.comments.push({ id: String(issue.comments.length), body, name: undefined, at: scheduler.now });
    issue.written.push({ at: scheduler.now, outputs });
  };

  return {
    issues,
    leaves: (request) => {
      if (request.method !== 'POST' || !request.url.pathname.endsWith('/issue')) return;
      const { fields } = JSON.parse(request.body?.toString() ?? '{}') as Posted;
      const label = keyOf(fields?.labels);
      if (!mayStart(label)) history.violations.push(`START_FIRST ${label} was sent and is not in the ledger`);
    },
    take,
    onCreated: (listener) => void created.push(listener),
    onChanged: (listener) => void changed.push(listener),
    onCommented: (listener) => void commented.push(listener),
    close: (issue, resolution, outputs) => {
      if (outputs !== undefined) write(issue, outputs);
      issue.closed = { by: 'people', resolution, at: scheduler.now };
      issue.firstClosedAt ??= scheduler.now;
      scheduler.note(`people close ${issue.key} as ${resolution}`);
      touch(issue);
    },
    write: (issue, outputs) => {
      write(issue, outputs);
      touch(issue);
    },
    reopen: (issue) => {
      scheduler.note(`people open ${issue.key} again`);
      issue.closed = undefined;
      touch(issue);
    },
    move: (issue) => {
      issue.key = `OPS-${issue.id}`;
      touch(issue);
    },
    remove: (issue) => {
      scheduler.note(`people delete ${issue.key}`);
      issue.isGone = true;
      touch(issue);
    },
  };
};
