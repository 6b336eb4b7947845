import { randomBytes } from 'node:crypto';
import { err, isJsonObject, type Json, ok, type Result } from '@pao/kernel';
import type { RestApiConfig } from './config.ts';

export interface EncodedBody {
  readonly contentType: string;
  readonly content: string;
}

type Field = [name: string, value: string];

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Fields of a form: an object's members (an array gives a field an entry), or a text already encoded. */
const fieldsOf = (content: Json): Result<Field[], string> => {
  if (typeof content === 'string') return ok([...new URLSearchParams(content)]);
  if (!isJsonObject(content)) return err('a form is an object of fields');
  return ok(
    Object.entries(content).flatMap(([name, value]): Field[] => {
      if (value === null) return [];
      return (Array.isArray(value) ? value : [value]).map((entry): Field => [name, textOf(entry)]);
    }),
  );
};

/** As browsers write it: a name can't end its quotes, nor its line. */
const fieldName = (name: string): string => name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const multipart = (fields: readonly Field[]): EncodedBody => {
  // Nobody who fills in a value can know it, so no value can end its part.
  const boundary = `pao-${randomBytes(16).toString('hex')}`;
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${fieldName(name)}"\r\n\r\n${value}\r\n`,
  );
  return { contentType: `multipart/form-data; boundary=${boundary}`, content: `${parts.join('')}--${boundary}--\r\n` };
};

const jsonText = (content: Json): Result<string, string> => {
  if (typeof content !== 'string') return ok(JSON.stringify(content));
  try {
    JSON.parse(content);
    return ok(content);
  } catch (thrown) {
    // The parser quotes the text around the place, which may hold a secret.
    const place = thrown instanceof Error ? / at position \d+/.exec(thrown.message)?.[0] : undefined;
    return err(`is declared as json and is none: it does not parse${place ?? ''}`);
  }
};

/** A body in its type. A `json` body that doesn't parse is an error: it is found here, before anything is sent. */
export const encodeBody = ({
  type,
  contentTemplate: content,
}: NonNullable<RestApiConfig['body']>): Result<EncodedBody, string> => {
  switch (type) {
    case 'json': {
      const text = jsonText(content);
      return text.ok ? ok({ contentType: 'application/json', content: text.value }) : text;
    }
    case 'text':
      return ok({ contentType: 'text/plain; charset=utf-8', content: textOf(content) });
    case 'form-urlencoded': {
      const contentType = 'application/x-www-form-urlencoded';
      if (typeof content === 'string') return ok({ contentType, content });
      const fields = fieldsOf(content);
      if (!fields.ok) return fields;
      return ok({
        contentType,
        content: String(new URLSearchParams(fields.value)),
      });
    }
    case 'form-data': {
      const fields = fieldsOf(content);
      return fields.ok ? ok(multipart(fields.value)) : fields;
    }
    default:
      return type satisfies never;
  }
};
