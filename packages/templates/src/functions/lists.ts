import type { Json } from '@pao/kernel';
import { Refusal } from '../refusal.ts';
import { isEmpty, jsonOf, scalarText, unwrap } from '../values.ts';
import { listArgument, textArgument, wrongArgument } from './arguments.ts';
import type { TemplateFunction } from './function.ts';

const entryText = (entry: Json): string => scalarText(entry) ?? jsonOf(entry);

const join: TemplateFunction = {
  name: 'join',
  signature: 'list | join ["separator"]',
  summary: 'The entries of a list as one text, with a comma between them unless told otherwise.',
  example: { template: '{{.system.user.teams | join " and "}}', gives: 'payments and orders' },
  parameters: ['list', 'text'],
  required: 1,
  apply: ([input, separator = ','], context) => {
    const entries = listArgument(input).map(entryText);
    const between = textArgument(separator);
    const length = entries.reduce((sum, entry) => sum + entry.length + between.length, 0);
    if (length > context.maxLength + between.length) {
      throw new Refusal('too-long', `makes more than ${context.maxLength} characters`);
    }
    return entries.join(between);
  },
};

const first: TemplateFunction = {
  name: 'first',
  signature: 'list | first',
  summary: 'The first entry of a list; nothing when the list is empty.',
  example: { template: '{{.system.user.teams | first}}', gives: 'payments' },
  parameters: ['list'],
  apply: ([list]) => listArgument(list)[0],
};

const last: TemplateFunction = {
  name: 'last',
  signature: 'list | last',
  summary: 'The last entry of a list; nothing when the list is empty.',
  example: { template: '{{.system.user.teams | last}}', gives: 'orders' },
  parameters: ['list'],
  apply: ([list]) => listArgument(list).at(-1),
};

const length: TemplateFunction = {
  name: 'length',
  signature: 'value | length',
  summary: 'How many characters a text, entries a list or keys an object has; 0 for nothing.',
  example: { template: '{{.system.user.teams | length}}', gives: '2' },
  parameters: ['any'],
  seesEmpty: true,
  apply: ([input]) => {
    const value = unwrap(input);
    if (isEmpty(value)) return 0;
    if (typeof value === 'string') return Array.from(value).length;
    if (Array.isArray(value)) return value.length;
    if (typeof value === 'object') return Object.keys(value).length;
    throw wrongArgument('list', value);
  },
};

const orElse: TemplateFunction = {
  name: 'default',
  signature: 'value | default other',
  summary: 'The other value when this one is absent, null, an empty text or an empty list.',
  example: { template: '{{"" | default "none"}}', gives: 'none' },
  parameters: ['any', 'any'],
  seesEmpty: true,
  apply: ([value, other]) =>
    isEmpty(value) || value === '' || (Array.isArray(value) && value.length === 0) ? other : value,
};

export const listFunctions: readonly TemplateFunction[] = [join, first, last, length, orElse];
