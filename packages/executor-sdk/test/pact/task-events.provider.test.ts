import test from 'ava';
import { z } from 'zod';
import { defineAction } from '../../src/action/define-action.ts';
import { done } from '../../src/action/results.ts';
import { verifyContract } from '../../src/testing/contract.ts';

const action = defineAction({
  ...{ type: 'dns-record', version: '1.0.0', summary: 'Adds a record', idempotency: 'natural' },
  config: z.object({ name: z.string(), token: z.string() }),
  outputs: ['fqdn'],
  secretMembers: ['token'],
  target: ({ name }) => name,
  run: () => done(),
});

test('what an executor tells is what the request service understands, and what it is sent it takes', async (t) => {
  await t.notThrowsAsync(verifyContract([action]));
});
