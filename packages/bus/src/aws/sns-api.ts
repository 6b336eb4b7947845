import type { Post } from './http.ts';
import type { FailedEntry } from './sqs-api.ts';

export interface PublishEntry {
  readonly id: string;
  readonly groupId: string;
  readonly dedupId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** SNS speaks the older query protocol only: a form in, XML out. */
export interface SnsApi {
  /** Returns the entries that were not taken. */
  publishBatch(topicArn: string, entries: readonly PublishEntry[]): Promise<readonly FailedEntry[]>;
  /** Any other action. `attributes` becomes the map of that name. Returns the XML of the answer. */
  call(
    action: string,
    fields: Readonly<Record<string, string>>,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<string>;
}

export const SNS_CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

const ANSWER_MS = 10_000;

const field = (name: string, value: string): string => `${name}=${encodeURIComponent(value)}`;

export const createSnsApi = (post: Post): SnsApi => {
  const send = (action: string, fields: readonly string[]): Promise<string> => {
    const body = [`Action=${action}&Version=2010-03-31`, ...fields].join('&');
    return post({ body, timeoutMs: ANSWER_MS });
  };
  return {
    publishBatch: async (topicArn, entries) => {
      const answer = await send('PublishBatch', [field('TopicArn', topicArn), ...entries.flatMap(entryFields)]);
      return elements(textOf(answer, 'Failed')).map((failed) => ({
        Id: textOf(failed, 'Id'),
        Code: textOf(failed, 'Code'),
        Message: textOf(failed, 'Message'),
      }));
    },
    call: (action, fields, attributes = {}) =>
      send(action, [
        ...Object.entries(fields).map(([name, value]) => field(name, value)),
        ...Object.entries(attributes).flatMap(([key, value], index) => [
          field(`Attributes.entry.${index + 1}.key`, key),
          field(`Attributes.entry.${index + 1}.value`, value),
        ]),
      ]),
  };
};

const entryFields = (entry: PublishEntry, index: number): readonly string[] => {
  const member = `PublishBatchRequestEntries.member.${index + 1}`;
  return [
    field(`${member}.Id`, entry.id),
    field(`${member}.MessageGroupId`, entry.groupId),
    field(`${member}.MessageDeduplicationId`, entry.dedupId),
    field(`${member}.Message`, entry.body),
    ...Object.entries(entry.attributes).flatMap(([name, value], at) => [
      field(`${member}.MessageAttributes.entry.${at + 1}.Name`, name),
      field(`${member}.MessageAttributes.entry.${at + 1}.Value.DataType`, 'String'),
      field(`${member}.MessageAttributes.entry.${at + 1}.Value.StringValue`, value),
    ]),
  ];
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * What stands in the first element of this name; '' when there is none. For the answers of SNS, which have no attributes on
 * elements we look for, no comments and no element inside another of its name.
 */
export const textOf = (xml: string, name: string): string => {
  const start = xml.indexOf(`<${name}>`);
  if (start < 0) return '';
  const text = xml.slice(start + name.length + 2, xml.indexOf(`</${name}>`, start));
  return text.includes('<') ? text : text.replaceAll(/&(\w+);/g, (entity, key: string) => ENTITIES[key] ?? entity);
};

/** The contents of the `member` elements of a list. */
export const elements = (list: string): readonly string[] =>
  list
    .split('</member>')
    .slice(0, -1)
    .map((member) => member.slice(member.indexOf('<member>') + '<member>'.length));

/** `<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>…</Message></Error></ErrorResponse>` */
export const readSnsError = (body: string): { code: string; message: string } => ({
  code: textOf(body, 'Code') || 'UnreadableAnswer',
  message: textOf(body, 'Message') || body.slice(0, 200),
});
