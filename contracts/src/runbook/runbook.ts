import { API_PREFIX } from '../operation.ts';
import { apiPages } from './api-pages.ts';
import { executorPages } from './executor-pages.ts';
import { gitPages } from './git-pages.ts';
import { httpPages } from './http-pages.ts';
import type { RunbookPage, RunbookPages } from './page.ts';
import { secretPages } from './secret-pages.ts';
import { statusPages } from './status-pages.ts';
import { targetPages } from './target-pages.ts';
import { taskPages } from './task-pages.ts';
import { terraformPages } from './terraform-pages.ts';
import { ticketPages } from './ticket-pages.ts';

/** What every stable code of the product means, and what to do. `HTTP_5XX` and its like stand for a class of codes. */
export const runbook: RunbookPages = {
  ...apiPages,
  ...targetPages,
  ...statusPages,
  ...taskPages,
  ...executorPages,
  ...gitPages,
  ...httpPages,
  ...secretPages,
  ...terraformPages,
  ...ticketPages,
};

export interface FoundPage extends RunbookPage {
  /** Under which it is found: the code itself, or its class. */
  readonly code: string;
}

const classOf = (code: string): string => code.replace(/^HTTP_([1-5])\d\d$/, 'HTTP_$1XX');

/** The page of a code; undefined for a code that is not PAO's own, such as one of a team's executor. */
export const runbookPageOf = (code: string): FoundPage | undefined => {
  for (const known of [code, classOf(code)]) {
    const page = Object.hasOwn(runbook, known) ? runbook[known] : undefined;
    if (page) return { code: known, ...page };
  }
  return undefined;
};

/** Where the API serves the page of a code; undefined when it has none. */
export const docUrlOf = (code: string): string | undefined =>
  runbookPageOf(code) && `${API_PREFIX}/runbook/${encodeURIComponent(code)}`;
