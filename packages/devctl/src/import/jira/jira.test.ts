import type { Json } from '@pao/kernel';
import test from 'ava';
import type { Conversion } from '../draft.ts';
import { fixture, imported } from '../imported.fixture.ts';
import { siteUrl } from './fetch.ts';
import { convertJira, type JiraChoice } from './metadata.ts';

const answer = (name: string): Json => JSON.parse(fixture(name)) as Json;

const convert = (value: Json, choice?: JiraChoice): Conversion => {
  const converted = convertJira(value, choice);
  if (!converted.ok) throw new Error(converted.error.message);
  return converted.value;
};

const messageOf = (value: Json, choice?: JiraChoice): string => {
  const converted = convertJira(value, choice);
  return converted.ok ? 'accepted' : converted.error.message;
};

test('the fields of an issue type become a form, and their answers go where Jira takes them', (t) => {
  const conversion = convert(answer('jira-createmeta-fields.json'), { project: 'DBA', issueType: 'Database request' });
  const { item } = imported(t, conversion);
  t.like(item.input.form, { name: 'Summary', validation: { maxLength: 255 } });
  const fields = item.input.form.groups?.[0]?.fields ?? [];
  t.deepEqual(
    fields.map(({ id, type, required }) => [id, type, required ?? false]),
    [
      ['description', 'textarea', false],
      ['priority', 'select', false],
      ['labels', 'multiselect', false],
      ['dueDate', 'date', false],
      ['databaseEngine', 'select', true],
      ['dataClass', 'select', false],
      ['storageGB', 'number', true],
      ['environments', 'multiselect', false],
      ['runbook', 'string', false],
    ],
  );
  t.deepEqual(fields[4]?.enum, ['PostgreSQL', 'MySQL'], 'disabled choices are not offered');
  const [action] = item.fulfillment.manual.actions;
  t.like(action?.config, {
    ticket: { issueType: 'Database request', summaryTemplate: '{{.current.name}}' },
    priority: '{{.current.details.priority}}',
    customFields: {
      duedate: '{{.current.details.dueDate}}',
      customfield_10050: { value: '{{.current.details.databaseEngine}}' },
      customfield_10052: '{{.current.details.storageGB}}',
      customfield_10055: '{{.current.details.runbook}}',
    },
  });
});

test('fields of Jira that a form does not have are listed, and those without which Jira refuses the ticket twice', (t) => {
  const conversion = convert(answer('jira-createmeta-fields.json'), { project: 'DBA', issueType: 'Database request' });
  t.deepEqual(imported(t, conversion).leftOut, [
    'fields.assignee: the whole field Assignee',
    'fields.attachment: the whole field Attachment',
    'fields.labels: the mapping of Labels to its Jira field',
    'fields.customfield_10051: the mapping of Data class to its Jira field',
    'fields.customfield_10053: the mapping of Environments to its Jira field',
    'fields.customfield_10054: the whole field Location',
    'fields.customfield_10054: a field that Jira requires',
  ]);
});

test('the older form of the answer says project and issue type itself', (t) => {
  const conversion = convert(answer('jira-createmeta-projects.json'), { issueType: 'access request' });
  const { item, leftOut } = imported(t, conversion);
  t.deepEqual(leftOut, []);
  t.is(conversion.draft.ticket.project, 'OPS');
  t.is(
    item.metadata.description,
    'Gives a person access to a system for a limited time, after the owner of the system has agreed',
  );
});

test('an answer that leaves open what is meant is refused with what there is', (t) => {
  t.regex(messageOf(answer('jira-createmeta-projects.json')), /several .*Access request, Task .*--issue-type/);
  t.regex(
    messageOf(answer('jira-createmeta-projects.json'), { issueType: 'Bug' }),
    /no issue type Bug .*Access request/,
  );
  t.regex(messageOf({ fields: [{ key: 'summary' }], total: 80 }), /1 of 80 fields/);
  t.regex(messageOf({ errorMessages: ['nope'] }), /not create-metadata/);
  t.regex(messageOf([]), /not create-metadata/);
  t.regex(messageOf({ fields: [] }), /no fields/);
});

test('names of Jira that would be variables, or the same id twice, do not break the document', (t) => {
  const text = (key: string, name: string): Json => ({ key, name, required: false, schema: { type: 'string' } });
  const fields = [
    text('customfield_1', '{{.system.user}}'),
    text('customfield_2', 'Size!'),
    text('customfield_3', 'size?'),
    text('customfield_4', ''),
  ];
  const { item } = imported(t, convert({ fields }, { project: 'A1', issueType: 'Task' }));
  t.deepEqual(
    item.input.form.groups?.[0]?.fields.map(({ id, name }) => [id, name]),
    [
      ['customfield1', 'Customfield 1'],
      ['size', 'Size!'],
      ['size2', 'size?'],
      ['customfield4', 'Customfield 4'],
    ],
  );
});

test('a key or an issue type that no document accepts is left out, and listed', (t) => {
  const fields = [{ key: 'prototype', name: 'P', schema: { type: 'string' } }] as const;
  const { leftOut } = imported(t, convert({ fields }, { project: 'A1', issueType: '{{.current.name}}' }));
  t.deepEqual(leftOut, ['(issue type): its name', 'fields: a field', '(name): the name']);
});

test('credentials are sent over https, or to this machine only', (t) => {
  t.deepEqual(siteUrl('https://x.atlassian.net/'), { ok: true, value: 'https://x.atlassian.net' });
  t.true(siteUrl('http://127.0.0.1:8080').ok);
  for (const url of [
    'http://x.atlassian.net',
    'ftp://localhost',
    'https://a:b@x.atlassian.net',
    'http://127.0.0.1.evil.test',
    'x',
  ]) {
    t.false(siteUrl(url).ok, url);
  }
});
