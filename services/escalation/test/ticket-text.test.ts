import test from 'ava';
import { openHandover } from '../src/core/domain/tickets/open-handover.ts';
import { ticketText } from '../src/core/domain/tickets/ticket-text.ts';
import { escalatedTask, escalating } from './given-handover.ts';

const textOf = (code: string): string => {
  const task = escalatedTask(1, { status: 'failed', failure: { code, message: 'it broke' } });
  const data = escalating([task]);
  const change = openHandover(undefined, { tenantId: 'default', correlationId: 'c', data }, new Date(0));
  const [ticket] = change?.handover.tickets ?? [];
  if (change === undefined || ticket === undefined) throw new Error('no ticket');
  return ticketText({ ...change.handover, snapshot: data }, ticket, task);
};

test('a ticket says what the failure code means and what to check', (t) => {
  const text = textOf('CONNECT_FAILED');
  t.regex(text, /What went wrong[\s\S]*it broke[\s\S]*There was no connection[\s\S]*\n\* Whether the target runs/);
  t.notRegex(text, /`|\*\*/);
});

test('of a code of a team’s own executor a ticket says what the executor said', (t) => {
  t.regex(textOf('RACK_FULL'), /it broke\n\nh3\. What to do/);
});
