import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

/** What `.system` holds in a rehearsal: the same each time, of the length and form that real values have. */
export const sampleSystem: JsonObject = {
  requestId: '00000000-0000-7000-8000-000000000001',
  correlationId: '00000000-0000-7000-8000-000000000002',
  timestamp: '2026-01-01T12:00:00.000Z',
  date: '2026-01-01',
  time: '12:00:00',
  uuid: '00000000-0000-8000-8000-000000000003',
  shortId: '5am91e1d',
  environment: 'production',
  user: { id: 'alex', name: 'Alex Example', email: 'alex@example.com', teams: ['payments'] },
  platform: { account: '123456789012', region: 'eu-central-1', environment: 'production' },
  task: { id: '00000000-0000-7000-8000-000000000004', attempt: 1 },
};

/** The sample with some values replaced, objects member by member. */
export const systemWith = (overrides: JsonObject, base: JsonObject = sampleSystem): JsonObject => {
  const merged: { [key: string]: Json } = { ...base };
  for (const [key, value] of Object.entries(overrides)) {
    const under = merged[key];
    merged[key] = isJsonObject(value) && isJsonObject(under) ? systemWith(value, under) : value;
  }
  return merged;
};
