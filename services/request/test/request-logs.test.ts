import {
  type DataOf,
  type Envelope,
  type ExecuteTaskV1,
  type getRequestLogs,
  type RequestLogLine,
  taskProgressedV1,
  taskStartedV1,
  taskSucceededV1,
} from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { anItem } from './documents.ts';
import { required } from './given.ts';
import { developer, eventually, type RunningService, startService } from './running-service.ts';
import { readServerSentEvents } from './sse.ts';

type Command = Envelope<ExecuteTaskV1>['data'];
type Logs = DataOf<typeof getRequestLogs>;
type Line = Parameters<RunningService['publish']>[2] extends never ? never : Record<string, unknown>;

const START = Date.parse('2030-01-01T00:00:00.000Z');
const at = (sequence: number): string => new Date(START + sequence * 1_000).toISOString();

const line = (sequence: number, message: string, more: Line = {}) => ({
  sequence,
  at: at(sequence),
  level: 'info' as const,
  message,
  ...more,
});

const lines = (from: number, to: number, message = 'working') =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index, `${message} ${from + index}`));

const reference = ({ requestId, taskId, generation }: Command) => ({ requestId, taskId, generation });

const progress = (service: RunningService, command: Command, given: readonly object[], more: object = {}) =>
  service.publish(taskProgressedV1, command.requestId, { ...reference(command), lines: given, ...more } as never);

const started = (service: RunningService, command: Command) =>
  service.publish(taskStartedV1, command.requestId, { ...reference(command), startedAt: at(0) });

const succeed = (service: RunningService, command: Command, log?: unknown) =>
  service.publish(taskSucceededV1, command.requestId, {
    ...reference(command),
    outputs: {},
    startedAt: at(0),
    finishedAt: at(5_000),
    ...(log !== undefined && { log: log as never }),
  });

const asked = async (t: ExecutionContext, environment: Record<string, string> = {}) => {
  const service = await startService(t, { environment });
  await service.offer(anItem());
  const { id } = await service.accept({
    items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders' } }],
  });
  const command = required((await service.takeCommands())[0]).data;
  return { service, id, command };
};

const logs = async ({ get }: RunningService, id: string, query = ''): Promise<Logs> =>
  (await get<Logs>(`/requests/${id}/logs${query}`)).body.data;

const told = (found: readonly RequestLogLine[]) =>
  found.filter(({ source }) => source === 'executor').map(({ message }) => message);

const until = (service: RunningService, id: string, expected: (found: Logs) => boolean) =>
  eventually(() => logs(service, id, '?tail=1000'), expected);

test('the lines of a result stand among the changes of the request in the order of time', async (t) => {
  const { service, id, command } = await asked(t);
  await succeed(service, command, [
    line(1, 'calling POST https://platform.example', { data: { try: 1 } }),
    line(2, 'done'),
  ]);
  const found = await until(service, id, ({ lines: all }) => told(all).length === 2);
  t.deepEqual(told(found.lines), ['calling POST https://platform.example', 'done']);
  const messages = found.lines.map(({ message }) => message);
  t.true(
    messages.some((message) => message === `request submitted by ${developer.email}`),
    messages.join('\n'),
  );
  t.true(messages.includes('task completed') && messages.includes('request completed'));
  const first = required(found.lines.find(({ message }) => message.startsWith('calling')));
  t.like(first, { source: 'executor', taskId: command.taskId, generation: 1, sequence: 1, level: 'info', at: at(1) });
  t.deepEqual(first.data, { try: 1 });
  const times = found.lines.map(({ at: time }) => time);
  t.deepEqual(times, times.toSorted());
});

test('progress is kept once however often it comes, with how far the task is, and the result adds to it', async (t) => {
  const { service, id, command } = await asked(t);
  await started(service, command);
  await progress(service, command, lines(1, 3), { progress: { percent: 40, text: 'copying' } });
  await progress(service, command, lines(1, 3));
  await progress(service, command, lines(2, 4));
  await succeed(service, command, [line(5, 'done')]);
  const found = await until(service, id, ({ lines: all }) => told(all).includes('done'));
  t.deepEqual(told(found.lines), ['working 1', 'working 2', 'working 3', 'working 4', 'done']);
  t.deepEqual(found.lines.find(({ message }) => message === 'working 3')?.progress, { percent: 40, text: 'copying' });
});

test('whatever is in a line is shown as plain text, within limits', async (t) => {
  const { service, id, command } = await asked(t);
  const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) as object;
  await succeed(service, command, [
    line(1, '\u001b[31mred\u001b[0m\nsecond\u0000 \u202Eleft \ud800'),
    line(2, 'long '.repeat(2_000), { data: { big: 'x'.repeat(10_000) } }),
    line(3, 'deep', { data: deep }),
    line(4, 'strange', { data: { 'na\u0000me': ['\u0007'] } }),
    'no line',
    { sequence: 'one' },
    line(5, 'last'),
  ]);
  const found = await until(service, id, ({ lines: all }) => told(all).length === 5);
  const of = (sequence: number) =>
    required(found.lines.find((one) => one.source === 'executor' && one.sequence === sequence));
  t.is(of(1).message, '\\u001b[31mred\\u001b[0m\\nsecond\\u0000 \\u202eleft \ufffd');
  t.true(Buffer.byteLength(of(2).message) <= 2_048 && of(2).message.endsWith('…'));
  t.deepEqual(of(2).data, { dropped: 'not an object of at most 4096 bytes' });
  t.deepEqual(of(3).data, { dropped: 'not an object of at most 4096 bytes' });
  t.deepEqual(of(4).data, { 'na\\u0000me': ['\\u0007'] });
  t.deepEqual(of(5).data, { linesNotInForm: 2 });
});

test('a log that is no list of lines takes nothing from the result', async (t) => {
  const { service, id, command } = await asked(t);
  await succeed(service, command, { surprise: true });
  await eventually(
    async () => (await service.get(`/requests/${id}/status`)).body.data.status,
    (status) => status === 'completed',
  );
  t.deepEqual(told((await logs(service, id)).lines), []);
});

test('of one task no more than a thousand lines are kept, and one says so', async (t) => {
  const { service, id, command } = await asked(t);
  await started(service, command);
  for (let from = 1; from <= 1_201; from += 400) await progress(service, command, lines(from, from + 399));
  await succeed(service, command, lines(2_000, 2_500));
  const found = await until(service, id, ({ lines: all }) => told(all).some((message) => message === 'working 2098'));
  const messages = told(found.lines);
  t.true(messages.length <= 1_000);
  t.is(messages.filter((message) => message.includes('dropped')).length, 2);
});

test('pages go on in both directions, neither repeating nor leaving out', async (t) => {
  const { service, id, command } = await asked(t);
  await succeed(service, command, lines(1, 20));
  const all = (await until(service, id, ({ lines: found }) => told(found).length === 20)).lines;
  const last = await logs(service, id, '?tail=7');
  t.deepEqual(last.lines, all.slice(-7));
  t.false(last.more);
  const before = await logs(service, id, `?tail=7&before=${last.previous}`);
  t.deepEqual(before.lines, all.slice(-14, -7));
  t.true(before.more);
  const after = await logs(service, id, `?tail=3&after=${before.next}`);
  t.deepEqual(after.lines, all.slice(-7, -4));
  t.true(after.more);
  const end = await logs(service, id, `?after=${last.next}`);
  t.deepEqual([end.lines, end.next, end.more], [[], last.next, false]);
  t.deepEqual(told((await logs(service, id, `?taskId=${command.taskId}&since=${at(19)}`)).lines), [
    'working 19',
    'working 20',
  ]);
  t.deepEqual((await logs(service, id, '?level=error')).lines, []);
  for (const query of ['?tail=0', '?level=loud', '?after=x', `?after=${last.next}&level=error`, `?after=a&before=b`]) {
    t.is((await service.get(`/requests/${id}/logs${query}`)).status, 400, query);
  }
  const elsewhere = { identity: { ...developer, tenant: 'other' } };
  t.is((await service.get(`/requests/${id}/logs`, elsewhere)).status, 404);
});

const follow = async (service: RunningService, id: string, lastEventId?: string, query = '') => {
  const headers = await service.headers(lastEventId === undefined ? {} : { headers: { 'last-event-id': lastEventId } });
  const response = await fetch(`${service.url}/requests/${id}/logs/stream${query}`, { headers });
  return readServerSentEvents(required(response.body));
};

const all = async (events: AsyncIterable<{ id: string; data: string }>) => {
  const found: { id: string; line: RequestLogLine }[] = [];
  for await (const { id, data } of events) found.push({ id, line: JSON.parse(data) as RequestLogLine });
  return found;
};

const texts = (events: readonly { readonly line: RequestLogLine }[]) =>
  events.map(({ line: one }) => JSON.stringify(one)).toSorted();

test('the stream tells lines as they arrive, ends with the request, and goes on after any of its events', async (t) => {
  const { service, id, command } = await asked(t);
  const live = all(await follow(service, id));
  await started(service, command);
  await progress(service, command, lines(1, 3));
  await until(service, id, ({ lines: found }) => told(found).length === 3);
  await progress(service, command, lines(4, 5));
  await succeed(service, command, lines(6, 8));
  const events = await live;
  t.deepEqual(
    told(events.map(({ line: one }) => one)),
    lines(1, 8).map(({ message }) => message),
  );
  t.is(events.filter(({ line: { message } }) => message === 'request completed').length, 1);
  for (const [index, event] of events.entries()) {
    const rest = await all(await follow(service, id, event.id));
    // What is read together is in the order of time, so only the order may be another.
    t.deepEqual(texts(rest), texts(events.slice(index + 1)), event.id);
  }
  const tail = await all(await follow(service, id, undefined, '?tail=2'));
  t.is(tail.length, 2);
  for (const bad of ['x', '1', '1.2-0.0-1', '9'.repeat(40), '1.2-3.4']) {
    const headers = await service.headers({ headers: { 'last-event-id': bad } });
    t.is((await fetch(`${service.url}/requests/${id}/logs/stream`, { headers })).status, 400, bad);
  }
});

test('what another replica keeps arrives as well', async (t) => {
  const { service, id, command } = await asked(t);
  const replica = await service.replica();
  const events = [await follow(service, id), await follow(replica, id)];
  await started(service, command);
  await progress(service, command, lines(1, 2));
  await until(service, id, ({ lines: found }) => told(found).length === 2);
  await succeed(service, command, [line(3, 'done')]);
  for (const stream of events) {
    t.deepEqual(told((await all(stream)).map(({ line: one }) => one)), ['working 1', 'working 2', 'done']);
  }
});
