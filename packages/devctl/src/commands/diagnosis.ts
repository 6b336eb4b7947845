import { type RequestDetails, type RunbookStep, runbookPageOf, safeSteps } from '@pao/contracts';
import { printable } from '../output.ts';
import { plain } from './explain.ts';

type Failure = NonNullable<RequestDetails['failure']>;
type FailedTask = RequestDetails['tasks'][number];

const MOST_OUTPUTS = 500;

const cut = (text: string): string => (text.length > MOST_OUTPUTS ? `${text.slice(0, MOST_OUTPUTS)}… (cut)` : text);

const UNKNOWN = {
  may: 'The effect itself: nobody knows whether it took place.',
  check: ['Look at the target before anyone repeats it.'],
};

/** Where the code is one of a team's own executor, only what the executor reported is known. */
const mayHaveHappened = ({ code, stuck, message }: Failure): { may: string; check: readonly string[] } => {
  const page = runbookPageOf(code);
  if (page)
    return {
      may: plain(stuck === 'outcome-unknown' ? UNKNOWN.may : page.mayHaveHappened),
      check: page.check.map(plain),
    };
  if (stuck !== null) return UNKNOWN;
  return { may: 'Nothing, as its executor reported.', check: [`What the executor says: ${message}`] };
};

const commandsOf = (id: string, task: number): Readonly<Record<Exclude<RunbookStep, 'call'>, string>> => ({
  retry: `devctl request retry ${id}`,
  'complete-task': `devctl request complete-task ${id} ${task} --set <output>=<value>`,
  escalate: `devctl request escalate ${id}`,
  abort: `devctl request abort ${id}`,
});

const PLAIN_ADVICE: Readonly<Record<Exclude<RunbookStep, 'call'>, string>> = {
  retry: 'Once the cause is gone; it shows first what it would run again.',
  'complete-task': 'When somebody made it by hand.',
  escalate: 'People get a ticket for what is left.',
  abort: 'When it is not wanted any more; what was made stays.',
};

const STEPS = ['retry', 'complete-task', 'escalate', 'abort'] as const;

const isOffered = (step: (typeof STEPS)[number], status: RequestDetails['status']): boolean =>
  status === 'failed' || step === 'complete-task' || step === 'abort';

/** What can be decided in the state that it is in, each with its command. */
const decisions = ({ id, status }: RequestDetails, { position }: FailedTask, { code }: Failure): readonly string[] => {
  const page = runbookPageOf(code);
  const advice = new Map<string, string>(page && safeSteps(page).map(({ step, when }) => [step, when]));
  const commands = commandsOf(id, position);
  const lines = STEPS.flatMap((step) =>
    isOffered(step, status) ? [`  ${commands[step]}`, `      ${plain(advice.get(step) ?? PLAIN_ADVICE[step])}`] : [],
  );
  if (status === 'failed') return lines;
  return [
    ...lines,
    `  devctl request resume ${id}`,
    '      Once what had failed is done: the rest runs by itself again.',
  ];
};

const existing = ({ tasks }: RequestDetails): readonly string[] => {
  const done = tasks.filter(({ status }) => status === 'completed');
  if (done.length === 0) return ['Exists already: nothing that this request made.'];
  return [
    'Exists already:',
    ...done.map(({ position, name, outputs }) => `  ${position}. ${name}: ${cut(JSON.stringify(outputs))}`),
  ];
};

const told = (request: RequestDetails, task: FailedTask, failure: Failure): readonly string[] => {
  const page = runbookPageOf(failure.code);
  const { may, check } = mayHaveHappened(failure);
  return [
    `Failed: task ${task.position}, ${task.name} (${task.actionId}): ${failure.code}: ${failure.message}`,
    ...(page ? [`Means: ${plain(`${page.title}. ${page.meaning}`)} Who can mend it: ${page.owner}.`] : []),
    ...existing(request),
    `May have happened: ${may}`,
    'Check:',
    ...check.map((line) => `  - ${line}`),
  ];
};

/** In one look: what failed and what that means, what exists, what may exist, and what can be done now. Empty where nothing failed. */
export const diagnosisOf = (request: RequestDetails): readonly string[] => {
  const { failure, status, tasks } = request;
  const task = tasks.find(({ id }) => id === failure?.taskId);
  if (failure === null || task === undefined || (status !== 'failed' && status !== 'escalated')) return [];
  const more = runbookPageOf(failure.code) ? [`More: devctl explain ${failure.code}`] : [];
  return [
    ...told(request, task, failure).map(printable),
    'Can be done now:',
    ...decisions(request, task, failure),
    ...more,
  ];
};
