import type { RunbookArea, RunbookPage, RunbookStep } from './page.ts';
import { type FoundPage, runbook } from './runbook.ts';

const STEPS: Readonly<Record<RunbookStep, string>> = {
  call: 'Call again',
  retry: 'Retry',
  'complete-task': 'Complete by hand',
  escalate: 'Escalate',
  abort: 'Abort',
};

const ORDER = Object.keys(STEPS) as RunbookStep[];

/** What is safe, in the order in which to think of it. */
export const safeSteps = ({ safe }: RunbookPage): readonly { step: RunbookStep; name: string; when: string }[] =>
  ORDER.flatMap((step) => (safe[step] === undefined ? [] : [{ step, name: STEPS[step], when: safe[step] }]));

/** A page as Markdown that a terminal shows as well. */
export const runbookText = (page: FoundPage): string =>
  [
    `**${page.title}.** ${page.meaning}`,
    '',
    `What may have happened: ${page.mayHaveHappened}`,
    '',
    'What to check:',
    '',
    ...page.check.map((line) => `- ${line}`),
    '',
    'What is safe:',
    '',
    ...safeSteps(page).map(({ name, when }) => `- ${name}: ${when}`),
    '',
    `Who can mend it: ${page.owner}.`,
  ].join('\n');

const AREAS: Readonly<Record<RunbookArea, string>> = {
  api: 'Answers of the API',
  target: 'Calls to a target',
  task: 'What a task is made of',
  ticket: 'Tickets',
};

const HEAD = `# Error codes

<!-- Generated from contracts/src/runbook; change it there and run \`npm run generate -w @pao/contracts\`. -->

Every stable code, what it means and what to do. The API serves the same at \`/api/v1/runbook/{code}\`, and \`devctl explain <code>\` says it
without PAO. A code that ends in \`XX\` stands for its class: \`HTTP_503\` is explained by \`HTTP_5XX\`. A team's own executor may have codes of
its own, which have no page here.
`;

/** The reference of all codes, with an anchor each. */
export const errorsPage = (): string => {
  const sections = (Object.keys(AREAS) as RunbookArea[]).map((area) => {
    const pages = Object.entries(runbook).filter(([, page]) => page.area === area);
    const texts = pages.map(([code, page]) => `### ${code}\n\n${runbookText({ code, ...page })}\n`);
    return `## ${AREAS[area]}\n\n${texts.join('\n')}`;
  });
  return `${HEAD}\n${sections.join('\n')}`;
};
