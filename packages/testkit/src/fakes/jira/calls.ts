import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { FakeCall, Reply } from '../server.ts';
import type { Jira } from './issues.ts';

export type Handle = (jira: Jira, call: FakeCall, part: string) => Reply;

export const failure = (status: number, message: string, errors: JsonObject = {}): Reply => ({
  status,
  body: { errorMessages: [message], errors },
});

export const objectIn = (text: string): JsonObject => {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return isJsonObject(value) ? value : {};
};

export const memberText = (value: unknown, name: string): string => {
  const member = isJsonObject(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : '';
};
