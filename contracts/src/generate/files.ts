import { messages } from '../messages/all.ts';
import { buildAsyncApi, messageSchema } from './asyncapi.ts';
import { buildOpenApi } from './openapi.ts';

/** Version of the published contracts. */
export const CONTRACTS_VERSION = '1.0.0';

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every generated file, by its path below `generated/`. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['openapi.json', text(buildOpenApi(CONTRACTS_VERSION))],
    ['asyncapi.json', text(buildAsyncApi(CONTRACTS_VERSION))],
    ...messages.map((message): [string, string] => [
      `messages/${message.type}.schema.json`,
      text(messageSchema(message)),
    ]),
  ]);
