import { type Html, html } from './html.ts';
import type { Status } from './issues.ts';

export const page = (title: string, main: Html): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sandbox</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/_sandbox/sandbox.css">
<script src="/_sandbox/sandbox.js" defer></script>
<noscript><meta http-equiv="refresh" content="5"></noscript></head>
<body><div class="banner" role="note"><b>Sandbox</b> <span>Nothing real happens here. This machine plays a Jira site and a platform API,
so that you see what the orchestrator does.</span></div>
${main}
<footer class="hints"><p>Names that contain <code>fail</code> are refused, <code>flaky</code> gets no clear answer, <code>slow</code> takes five seconds.</p>
<p>As JSON: <a href="/_sandbox/calls">calls</a>, <a href="/_sandbox/issues">tickets</a></p></footer></body></html>`
    .html;

const BADGES: Readonly<Record<Status, string>> = { 'To Do': 'todo', 'In Progress': 'progress', Done: 'done' };

export const statusBadge = (status: Status): Html => html`<span class="badge ${BADGES[status]}">${status}</span>`;

/** In UTC; the page's script turns it into the reader's zone. */
export const time = (iso: string): Html => html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
