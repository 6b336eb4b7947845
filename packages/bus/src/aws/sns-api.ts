import type { Post } from './http.ts';
import type { FailedEntry } from './sqs-api.ts';

export interface PublishEntry {
  readonly id: string;
  readonly groupId: string;
  readonly dedupId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type PublishBatch = (topicArn: string, entries: readonly PublishEntry[]) => Promise<readonly FailedEntry[]>;

export const SNS_CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

const ANSWER_MS = 10_000;

/** SNS speaks the older query protocol only: a form in, XML out. */
export const createPublishBatch =
  (post: Post): PublishBatch =>
  async (topicArn, entries) => {
    const answer = await post({ body: toForm(topicArn, entries), timeoutMs: ANSWER_MS });
    const failed = answer.indexOf('<Failed>');
    return failed < 0 ? [] : membersOf(answer.slice(failed, answer.indexOf('</Failed>')));
  };

const toForm = (topicArn: string, entries: readonly PublishEntry[]): string => {
  const fields = [`Action=PublishBatch&Version=2010-03-31&TopicArn=${encodeURIComponent(topicArn)}`];
  for (const [index, entry] of entries.entries()) {
    const member = `PublishBatchRequestEntries.member.${index + 1}`;
    const put = (name: string, value: string): void => {
      fields.push(`${member}.${name}=${encodeURIComponent(value)}`);
    };
    put('Id', entry.id);
    put('MessageGroupId', entry.groupId);
    put('MessageDeduplicationId', entry.dedupId);
    put('Message', entry.body);
    for (const [at, [name, value]] of Object.entries(entry.attributes).entries()) {
      put(`MessageAttributes.entry.${at + 1}.Name`, name);
      put(`MessageAttributes.entry.${at + 1}.Value.DataType`, 'String');
      put(`MessageAttributes.entry.${at + 1}.Value.StringValue`, value);
    }
  }
  return fields.join('&');
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of the first element of this name. What SNS answers holds no attributes, comments or nested elements of one name. */
const textOf = (xml: string, name: string): string => {
  const start = xml.indexOf(`<${name}>`);
  if (start < 0) return '';
  const text = xml.slice(start + name.length + 2, xml.indexOf(`</${name}>`, start));
  return text.replaceAll(/&(\w+);/g, (entity, key: string) => ENTITIES[key] ?? entity);
};

const membersOf = (xml: string): readonly FailedEntry[] =>
  xml
    .split('</member>')
    .slice(0, -1)
    .map((member) => ({ Id: textOf(member, 'Id'), Code: textOf(member, 'Code'), Message: textOf(member, 'Message') }));

/** `<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>…</Message></Error></ErrorResponse>` */
export const readSnsError = (body: string): { code: string; message: string } => ({
  code: textOf(body, 'Code') || 'UnreadableAnswer',
  message: textOf(body, 'Message') || body.slice(0, 200),
});
