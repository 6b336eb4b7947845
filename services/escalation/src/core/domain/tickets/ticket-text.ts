import { type EscalatedTask, type RequestEscalatingV1, runbookPageOf } from '@pao/contracts';
import type { Json } from '@pao/kernel';
import { parseTemplate, renderTemplate } from '@pao/templates';
import type { Handover, Ticket } from './handover.ts';

/** Jira takes 32,767 characters; the long parts are cut so that the whole stays below. */
const MOST_SETUP = 12_000;
const MOST_MESSAGE = 2_000;
const MOST_OUTPUTS = 300;
const MOST_TASKS = 40;

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}\n… (cut)` : text);

/** Writes wiki markup in which every value is text, whatever stands in it: the template engine escapes it for its place. */
interface Writer {
  readonly value: (value: Json) => string;
  readonly finish: (template: string) => string;
}

const createWriter = (): Writer => {
  const values: Json[] = [];
  return {
    value: (value) => `{{.current.v.${values.push(value) - 1}}}`,
    finish: (template) => {
      const limits = { maxMillis: 10_000 };
      const parsed = parseTemplate(template, limits);
      if (!parsed.ok) throw new Error(`the text of a ticket is no template: ${parsed.error.message}`);
      const scope = { current: { v: values }, output: {}, metadata: {}, system: {} };
      const rendered = renderTemplate(parsed.value, 'jira-wiki', scope, limits);
      if (!rendered.ok) throw new Error(`the text of a ticket could not be written: ${rendered.error.message}`);
      return rendered.value.text;
    },
  };
};

type Part = (writer: Writer) => readonly string[];

const code = ({ value }: Writer, text: string, language: string): string =>
  `{code:${language}}\n${value(text)}\n{code}`;

const introduction =
  (data: RequestEscalatingV1, task: EscalatedTask): Part =>
  ({ value }) => [
    `The automation could not finish a request. This part of it is to be done by hand: *${value(task.name)}*${
      task.component === null ? '' : ` (component ${value(task.component)})`
    }.`,
    '',
    ...(data.reason === undefined ? [] : [`bq. ${value(data.reason)}`, '']),
  ];

const warning =
  (task: EscalatedTask): Part =>
  ({ value }) =>
    task.mayHaveHappened
      ? [
          'h3. Look first: it may have happened',
          'The automation began this and nobody knows what came of it. Doing it again may do it twice.',
          `Look for something whose name, label or tag starts with ${value(task.attempt ?? 'the name of the task')}${
            task.startedAt === undefined ? '' : `, begun at ${value(task.startedAt)}`
          }. If it is there, use it and hand it back.`,
          '',
        ]
      : [];

/** Marks of Markdown, which mean nothing in a ticket. */
const plain = (text: string): string => text.replaceAll('`', '').replaceAll('**', '');

/** What the code means to somebody who meets it for the first time. Without a page there is nothing to add. */
const explanation = ({ value }: Writer, code: string): readonly string[] => {
  const page = runbookPageOf(code);
  if (page === undefined) return [];
  return ['', value(plain(`${page.title}. ${page.meaning}`)), ...page.check.map((line) => `* ${value(plain(line))}`)];
};

const failure =
  (task: EscalatedTask): Part =>
  (writer) => {
    if (task.failure === undefined) return [];
    const { code: failureCode, message } = task.failure;
    const told = `${writer.value(failureCode)}: ${writer.value(cut(message, MOST_MESSAGE))}`;
    return ['h3. What went wrong', told, ...explanation(writer, failureCode), ''];
  };

const setup =
  (task: EscalatedTask): Part =>
  (writer) => {
    const { value } = writer;
    const lines = [`h3. What to do`, `${value(task.type)}, from ${value(task.catalogItemId)}`, ''];
    if (task.setupReason !== undefined) lines.push(value(task.setupReason), '');
    if (task.setupCut === true) lines.push('The configuration is too large to be shown here; see the request.', '');
    if (task.setup === null) return lines;
    return [...lines, code(writer, cut(JSON.stringify(task.setup, null, 2), MOST_SETUP), 'json'), ''];
  };

const needed =
  (task: EscalatedTask): Part =>
  (writer) => {
    const outputs = [...new Set(task.needs.map(({ output }) => output))];
    const { value } = writer;
    if (outputs.length === 0)
      return ['h3. When it is done', 'Close this ticket. Later tasks need nothing from it.', ''];
    const readers = (output: string) =>
      task.needs.flatMap(({ output: name, by }) => (name === output ? [by] : [])).join(', ');
    return [
      'h3. When it is done',
      'Later tasks need these outputs:',
      ...outputs.map((output) => `* ${value(output)} (task ${value(readers(output))})`),
      '',
      'Add a comment with a code block like this one, with the values behind the colons, then close this ticket:',
      code(writer, outputs.map((output) => `${output}:`).join('\n'), 'outputs'),
      'A resolution that says that it won’t be done aborts the request.',
      '',
    ];
  };

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

const others =
  (data: RequestEscalatingV1, handover: Handover, ticket: Ticket): Part =>
  (writer) => {
    const { value } = writer;
    const line = (task: EscalatedTask): string => {
      const other = handover.tickets.findLast(({ taskId, issue }) => taskId === task.id && issue !== null);
      const key = other?.issue ? `, ticket ${value(other.issue.key)}` : '';
      const outputs = isEmpty(task.outputs) ? '' : `: ${value(cut(JSON.stringify(task.outputs), MOST_OUTPUTS))}`;
      return `# ${value(task.name)} - ${value(task.status)}${task.ticketed ? ', by hand' : ''}${key}${outputs}`;
    };
    const tasks = data.tasks.filter(({ id }) => id !== ticket.taskId);
    if (tasks.length === 0) return [];
    return ['h3. The other tasks', ...tasks.slice(0, MOST_TASKS).map(line), ''];
  };

const facts =
  (data: RequestEscalatingV1, handover: Handover, ticket: Ticket): Part =>
  ({ value }) => [
    'h3. The request',
    `|Request|${value(data.name)} (${value(data.requestId)})|`,
    `|Catalog|${value(`${data.catalog.id} ${data.catalog.version}`)}|`,
    `|Requested by|${value(data.requestedBy)}|`,
    `|Handed over by|${value(data.decidedBy)}, ${value(data.escalatedAt)}|`,
    ...(ticket.taskId === data.requestId
      ? []
      : [`|Task|${value(ticket.taskId)}, generation ${value(ticket.generation)}|`]),
    `|Correlation id|${value(handover.correlationId)}|`,
    ...(data.traceId === undefined ? [] : [`|Trace id|${value(data.traceId)}|`]),
  ];

/** What a ticket says, in wiki markup. */
export const ticketText = (
  handover: Handover & { readonly snapshot: RequestEscalatingV1 },
  ticket: Ticket,
  task: EscalatedTask,
): string => {
  const data = handover.snapshot;
  const writer = createWriter();
  const parts = [
    introduction(data, task),
    warning(task),
    failure(task),
    setup(task),
    needed(task),
    others(data, handover, ticket),
    facts(data, handover, ticket),
  ];
  return writer.finish(parts.flatMap((part) => part(writer)).join('\n'));
};

/** What the ticket of the request itself says. */
export const parentText = (handover: Handover & { readonly snapshot: RequestEscalatingV1 }, parent: Ticket): string => {
  const data = handover.snapshot;
  const writer = createWriter();
  const introduced = [
    'The automation could not finish a request. Its tasks have tickets of their own, which are to be done before this one.',
    'It is closed by itself when the request is over, and closing it by hand changes nothing there.',
    '',
    ...(data.reason === undefined ? [] : [`bq. ${writer.value(data.reason)}`, '']),
  ];
  const parts = [others(data, handover, parent), facts(data, handover, parent)];
  return writer.finish([...introduced, ...parts.flatMap((part) => part(writer))].join('\n'));
};

export const parentSummary = ({ name, catalog }: RequestEscalatingV1): string => oneLine(`${name}: ${catalog.id}`);

/** One line, as ticket systems want it. */
export const ticketSummary = ({ name }: RequestEscalatingV1, task: EscalatedTask): string => {
  const line = `${name}: ${task.component === null ? '' : `${task.component}, `}${task.name}`;
  return oneLine(line);
};

const oneLine = (line: string): string => {
  const clean = line.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return clean.length > 250 ? `${clean.slice(0, 249)}…` : clean;
};

/** A plain text, as a comment, in wiki markup. */
export const commentText = (text: string): string => {
  const writer = createWriter();
  return writer.finish(
    text
      .split('\n')
      .map((line) => writer.value(line))
      .join('\n'),
  );
};
