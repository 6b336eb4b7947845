import { Refusal } from '../refusal.ts';
import { numberArgument, textArgument } from './arguments.ts';
import type { CallContext, TemplateFunction } from './function.ts';

const within = (length: number, context: CallContext): void => {
  if (length > context.maxLength) throw new Refusal('too-long', `makes more than ${context.maxLength} characters`);
};

const upper: TemplateFunction = {
  name: 'upper',
  signature: 'text | upper',
  summary: 'The text in upper case.',
  example: { template: '{{"orders" | upper}}', gives: 'ORDERS' },
  parameters: ['text'],
  apply: ([text]) => textArgument(text).toUpperCase(),
};

const lower: TemplateFunction = {
  name: 'lower',
  signature: 'text | lower',
  summary: 'The text in lower case.',
  example: { template: '{{"Orders" | lower}}', gives: 'orders' },
  parameters: ['text'],
  apply: ([text]) => textArgument(text).toLowerCase(),
};

const trim: TemplateFunction = {
  name: 'trim',
  signature: 'text | trim',
  summary: 'The text without white space at its ends.',
  example: { template: '{{"  orders " | trim}}', gives: 'orders' },
  parameters: ['text'],
  apply: ([text]) => textArgument(text).trim(),
};

const replace: TemplateFunction = {
  name: 'replace',
  signature: 'text | replace "from" "to"',
  summary: 'Every occurrence of one text exchanged for another; no patterns.',
  example: { template: '{{"orders-db" | replace "-" "_"}}', gives: 'orders_db' },
  parameters: ['text', 'text', 'text'],
  apply: ([input, from, to], context) => {
    const search = textArgument(from);
    if (search === '') throw new Refusal('bad-value', 'can’t replace an empty text');
    const text = textArgument(input);
    const parts = text.split(search);
    const replacement = textArgument(to);
    within(text.length + (parts.length - 1) * (replacement.length - search.length), context);
    return parts.join(replacement);
  },
};

const concat: TemplateFunction = {
  name: 'concat',
  signature: 'text | concat "more" …',
  summary: 'The texts one after the other; what is empty adds nothing.',
  example: { template: '{{"orders" | concat "-" "db"}}', gives: 'orders-db' },
  parameters: ['text', 'text'],
  required: 1,
  variadic: true,
  seesEmpty: true,
  apply: (args, context) => {
    const parts = args.map(textArgument);
    within(
      parts.reduce((length, part) => length + part.length, 0),
      context,
    );
    return parts.join('');
  },
};

const slug: TemplateFunction = {
  name: 'slug',
  signature: 'text | slug',
  summary: 'Lower case letters, digits and single hyphens: fit for a name in a URL, a host or a branch.',
  example: { template: '{{"Orders & Zoë" | slug}}', gives: 'orders-zoe' },
  parameters: ['text'],
  apply: ([text]) =>
    textArgument(text)
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, ''),
};

const truncate: TemplateFunction = {
  name: 'truncate',
  signature: 'text | truncate length ["end"]',
  summary: 'At most this many characters; the end, if given, marks a cut and counts.',
  example: { template: '{{"orders-database" | truncate 9 "…"}}', gives: 'orders-d…' },
  parameters: ['text', 'number', 'text'],
  required: 2,
  apply: ([input, length, end]) => {
    const most = numberArgument(length);
    if (!Number.isInteger(most) || most < 0) throw new Refusal('bad-value', 'takes a length of 0 or more');
    const text = textArgument(input);
    if (text.length <= most) return text;
    const characters = Array.from(text);
    if (characters.length <= most) return text;
    const mark = Array.from(textArgument(end)).slice(0, most);
    return [...characters.slice(0, most - mark.length), ...mark].join('');
  },
};

export const textFunctions: readonly TemplateFunction[] = [upper, lower, trim, replace, concat, slug, truncate];
