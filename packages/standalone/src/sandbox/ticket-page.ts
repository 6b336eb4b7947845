import { codeBlockText, documentHtml } from './adf.ts';
import { type Html, html } from './html.ts';
import { type Issue, type IssueLink, type IssueStore, labelsOf, summaryOf } from './issues.ts';
import { LINK_TYPES, type SandboxTransition, TRANSITIONS } from './jira-shapes.ts';
import { page, statusBadge, time } from './layout.ts';

/** One ticket as a person works on it, with a button for each status it may get. */
export const ticketPage = (store: IssueStore, issue: Issue): string => {
  const links = store.linksOf(issue);
  const comments = store.commentsOf(issue);
  const summary = summaryOf(issue);
  return page(
    `${issue.key} ${summary}`,
    html`<main class="single"><article class="ticket large">
<header><a href="/">All tickets and calls</a> / <b class="key">${issue.key}</b>${statusBadge(issue.status)}${time(issue.created)}</header>
<h2>${summary}</h2>
<form method="post">${issue.status === 'Done' ? undefined : outputsBox(issue)}${TRANSITIONS.filter(({ to }) => to !== issue.status).map(moveButton)}</form>
${documentHtml(issue.fields['description'])}
${links.length === 0 ? undefined : html`<h3>Links</h3><ul>${links.map((link) => linkLine(store, link, issue))}</ul>`}
${comments.length === 0 ? undefined : html`<h3>Comments</h3>${comments.map(({ body, created }) => html`<blockquote>${time(created)}${documentHtml(body)}</blockquote>`)}`}
<footer>${labelsOf(issue.fields).map((label) => html`<span class="label">${label}</span>`)}</footer>
</article></main>`,
  );
};

const moveButton = ({ id, name, to, resolution }: SandboxTransition): Html =>
  html`<button name="transition" value="${id}" ${resolution === 'Done' ? html`class="primary"` : undefined}>${to === 'Done' ? `Close: ${name.toLowerCase()}` : name}</button>`;

/** The outputs that the ticket's text asks for, to be filled in. */
const outputsBox = ({ fields }: Issue): Html | undefined => {
  const asked = codeBlockText(fields['description'], 'outputs');
  if (asked === '') return undefined;
  return html`<label class="outputs">Outputs to hand back<textarea name="outputs" rows="${asked.split('\n').length + 1}" spellcheck="false">${asked}</textarea></label><input type="hidden" name="asked" value="${asked}">`;
};

const linkLine = (store: IssueStore, link: IssueLink, from: Issue): Html => {
  const isOutward = link.outward === from.key;
  const type = LINK_TYPES.find(({ name }) => name === link.type);
  const other = store.find(isOutward ? link.inward : link.outward);
  const relation = type?.[isOutward ? 'inward' : 'outward'] ?? link.type;
  if (!other) return html`<li>${relation}</li>`;
  return html`<li>${relation} <a href="/browse/${other.key}">${other.key}</a> ${summaryOf(other)} ${statusBadge(other.status)}</li>`;
};
