import { readFileSync } from 'node:fs';
import type { Clock } from '@pao/kernel';
import type { CallLedger } from './calls.ts';
import { githubPage } from './github-page.ts';
import type { GithubStore } from './github-store.ts';
import type { Answer, Call } from './http.ts';
import type { IssueStore } from './issues.ts';
import { issueShape, TRANSITIONS } from './jira-shapes.ts';
import { moveIssue, outputsComment } from './moves.ts';
import { overviewPage } from './overview-page.ts';
import { ticketPage } from './ticket-page.ts';

export interface PagesOptions {
  readonly ledger: CallLedger;
  readonly store: IssueStore;
  readonly repositories: GithubStore;
  readonly site: string;
  readonly now: Clock;
}

const STYLE = new URL('./assets/sandbox.css', import.meta.url);
const SCRIPT = new URL('./assets/sandbox.js', import.meta.url);

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'; img-src data:; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
};

const text = (type: string, body: string): Answer => ({
  status: 200,
  body,
  headers: { ...HEADERS, 'content-type': `${type}; charset=utf-8` },
});

/** `/github`, a repository there, or anything of one. */
const githubPath = (path: string): { readonly repository: string | undefined } | undefined => {
  if (path.startsWith('/github/api/')) return undefined;
  const match = /^\/github(?:\/([\w.-]+\/[\w.-]+)(?:\/.*)?)?\/?$/.exec(path);
  return match ? { repository: match[1] } : undefined;
};

/** What people and tests look at; undefined for everything that the sandbox plays. None of it goes on record. */
export const createPages = (options: PagesOptions): ((call: Call) => Answer | undefined) => {
  const { ledger, store, site } = options;
  const css = readFileSync(STYLE, 'utf8');
  const script = readFileSync(SCRIPT, 'utf8');
  return (call) => {
    if (call.path.startsWith('/browse/')) return browse(call, options);
    const github = githubPath(call.path);
    if (github) return text('text/html', githubPage(options.repositories, github.repository));
    switch (call.path) {
      case '/':
        return ifChanged(call, `"${ledger.count()}-${store.totals().updated}"`, () => overviewPage(ledger, store));
      case '/_sandbox/sandbox.css':
        return text('text/css', css);
      case '/_sandbox/sandbox.js':
        return text('text/javascript', script);
      case '/_sandbox/calls':
        return { status: 200, body: [...ledger.list(filterOf(call))] };
      case '/_sandbox/issues':
        return { status: 200, body: store.all().map((issue) => issueShape(store, issue, site)) };
      default:
        return undefined;
    }
  };
};

const filterOf = ({ query }: Call): { since?: string; path?: string } => {
  const [since, path] = [query.get('since'), query.get('path')];
  return { ...(since === null ? {} : { since }), ...(path === null ? {} : { path }) };
};

const ifChanged = (call: Call, etag: string, page: () => string): Answer => {
  if (call.headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  const answer = text('text/html', page());
  return { ...answer, headers: { ...answer.headers, etag } };
};

const browse = (call: Call, { store, now }: PagesOptions): Answer => {
  const issue = store.find(call.path.slice('/browse/'.length));
  if (!issue) return { ...text('text/plain', 'There is no such ticket.'), status: 404 };
  if (call.method !== 'POST') {
    const etag = `"${issue.updated}-${store.linksOf(issue).length}-${store.commentsOf(issue).length}"`;
    return ifChanged(call, etag, () => ticketPage(store, issue));
  }
  const form = new URLSearchParams(call.text);
  const wanted = TRANSITIONS.find(({ id }) => id === form.get('transition'));
  const outputs = (form.get('outputs') ?? '').replaceAll('\r\n', '\n').trim();
  if (wanted && outputs !== '' && outputs !== (form.get('asked') ?? '').replaceAll('\r\n', '\n').trim())
    store.comment(issue, outputsComment(outputs), now());
  if (wanted) moveIssue(store, issue, { transition: wanted, at: now() });
  const back = call.headers['referer']?.includes('/browse/') ? `/browse/${issue.key}` : '/';
  return { status: 303, headers: { location: back } };
};
