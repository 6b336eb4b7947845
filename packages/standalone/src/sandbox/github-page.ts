import type { JsonObject } from '@pao/kernel';
import type { GithubStore } from './github-store.ts';
import { type Html, html } from './html.ts';
import { plainText } from './http.ts';
import { page, time } from './layout.ts';

const SHOWN = 50;

const commitRow = ([sha, { message, author }]: ReturnType<
  GithubStore['history']
>[number]): Html => html`<article class="ticket">
<header><code>${sha.slice(0, 10)}</code>${time(author.date)}</header><pre>${message}</pre><footer>${author.name}</footer></article>`;

const pullRow = (pull: JsonObject): Html => html`<article class="ticket">
<header><b>#${plainText(pull['number'])}</b> ${pull['merged'] === true ? 'merged' : plainText(pull['state'])}${time(plainText(pull['createdAt']))}</header>
<p>${plainText(pull['title'])}</p><footer>${plainText(pull['head'])} → ${plainText(pull['base'])}</footer></article>`;

const runRow = (run: JsonObject): Html => html`<article class="ticket">
<header><b>${plainText(run['number'])}</b> ${plainText(run['workflow'])}${time(plainText(run['createdAt']))}</header>
<p>${plainText(run['title'])}</p><pre>${JSON.stringify(run['inputs'], undefined, 2)}</pre></article>`;

const repositoryPart = (store: GithubStore, repository: string): Html => {
  const end = store.branch(repository, 'main');
  const pulls = store.things(repository, 'pull');
  const ends = [end, ...pulls.map(({ head }) => store.branch(repository, plainText(head)))];
  const commits = new Map(ends.flatMap((sha) => (sha === undefined ? [] : store.history(sha, SHOWN))));
  return html`<section><h2>${repository}</h2><h3>Pull requests</h3>${pulls.map(pullRow)}
<h3>Runs</h3>${store.things(repository, 'run').map(runRow)}<h3>Commits</h3>${[...commits].map(commitRow)}</section>`;
};

/** What the orchestrator did on the GitHub that is played here: of one repository, or of all. */
export const githubPage = (store: GithubStore, repository: string | undefined): string => {
  const shown = repository === undefined ? store.repositories() : [repository];
  const nothing = html`<p class="empty">No repository yet. The first commit or workflow makes one.</p>`;
  return page(
    'GitHub (sandbox)',
    html`<main>${shown.length === 0 ? nothing : shown.map((one) => repositoryPart(store, one))}</main>`,
  );
};
