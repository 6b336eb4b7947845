import type { CallLedger, RecordedCall } from './calls.ts';
import { type Html, html } from './html.ts';
import { type Issue, type IssueStore, labelsOf, summaryOf } from './issues.ts';
import { page, statusBadge, time } from './layout.ts';

const SHOWN = 100;

/** What came in, newest first: tickets on the one side, calls on the other. */
export const overviewPage = (calls: CallLedger, issues: IssueStore): string => {
  const tickets = issues.recent(SHOWN);
  const recent = [...calls.list({ newestFirst: true, limit: SHOWN })];
  const totals = issues.totals();
  return page(
    'What the orchestrator did',
    html`<main class="columns">
<section aria-labelledby="tickets"><h2 id="tickets">Tickets <small>${totals.issues}, ${totals.open} open</small></h2>
${tickets.length === 0 ? html`<p class="empty">No ticket yet. What people do by hand, and what is escalated, comes in here.</p>` : tickets.map(ticketCard)}
</section>
<section aria-labelledby="calls"><h2 id="calls">Calls <small>${calls.count()}</small></h2>
${recent.length === 0 ? html`<p class="empty">No call yet. Submit a request and watch it arrive.</p>` : recent.map(callRow)}
</section>
</main>`,
  );
};

const ticketCard = (issue: Issue): Html => html`<article class="ticket">
<header><a class="key" href="/browse/${issue.key}">${issue.key}</a>${statusBadge(issue.status)}${time(issue.created)}</header>
<p><a href="/browse/${issue.key}">${summaryOf(issue)}</a></p>
<footer>${labelsOf(issue.fields).map((label) => html`<span class="label">${label}</span>`)}${closeButton(issue)}</footer>
</article>`;

const closeButton = ({ key, status }: Issue): Html | undefined =>
  status === 'Done'
    ? undefined
    : html`<form method="post" action="/browse/${key}"><button name="transition" value="31">Close</button></form>`;

const callRow = (call: RecordedCall): Html => html`<details class="call" id="call-${call.seq}">
<summary><span class="number">${call.seq}</span><b class="method ${call.method.toLowerCase()}">${call.method}</b>
<span class="path">${call.path}<i>${subject(call.body)}</i></span>
<span class="status s${Math.floor(call.status / 100)}">${call.status}</span>${time(call.at)}</summary>
<dl>${Object.entries(call.headers).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${call.query === '' ? undefined : html`<pre>?${call.query}</pre>`}
${call.body === null ? undefined : html`<pre>${typeof call.body === 'string' ? call.body : JSON.stringify(call.body, undefined, 2)}</pre>`}
</details>`;

/** What a call is about, in a word or a line. */
const subject = (body: unknown): string => {
  if (typeof body !== 'object' || body === null) return '';
  const { name, fields } = body as { readonly name?: unknown; readonly fields?: { readonly summary?: unknown } };
  const word = name ?? fields?.summary;
  return typeof word === 'string' ? word : '';
};
