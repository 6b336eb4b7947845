import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WebhookAnswer } from '@pao/contracts';
import { DatabaseError, openDatabase } from '@pao/postgres';
import test, { type ExecutionContext } from 'ava';
import { createTestRepository, temporaryFolder } from './git-repository.ts';
import { createWorld, eventually } from './running-service.ts';

const POSTGRESQL = 'catalog/databases/postgresql-standard.yaml';
const SECRET = 'a secret of this test';

/** The service on a git repository, where nothing but a webhook or the schedule tells it of a commit. */
const onRepository = async (t: ExecutionContext) => {
  const world = await createWorld(t);
  const repository = await createTestRepository(t);
  const text = await readFile(join(world.folder, POSTGRESQL), 'utf8');
  await repository.commit({ [POSTGRESQL]: text });
  const replica = await world.start({
    source: { kind: 'git', url: repository.url, cacheDirectory: await temporaryFolder(t), root: '', branch: 'main' },
    place: { branch: 'main', folder: '' },
    resyncMinutes: 5,
    webhookSecrets: [SECRET],
  });
  const push = async (members: object): Promise<string> => {
    const body = JSON.stringify({ ref: 'refs/heads/main', ...members });
    const headers = {
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    };
    const { body: answer } = await replica.call<WebhookAnswer>('/webhooks/github', { method: 'POST', body, headers });
    return answer.data.outcome;
  };
  const versionOffered = async () => (await replica.list()).body.data[0]?.version;
  const publish = (version: string) =>
    repository.commit({ [POSTGRESQL]: text.replace('version: 1.0.0', `version: ${version}`) });
  return { ...world, push, publish, versionOffered };
};

test('what was pushed is offered soon after the webhook told of it', async (t) => {
  const { push, publish, versionOffered } = await onRepository(t);
  t.is(await versionOffered(), '1.0.0');
  await publish('1.1.0');
  t.is(await push({}), 'accepted');
  await eventually(versionOffered, (version) => version === '1.1.0');
  await publish('1.2.0');
  t.is(await push({ ref: 'refs/heads/other' }), 'ignored');
  const untouched = { created: false, deleted: false, forced: false };
  const commits = [{ added: [], modified: ['README.md'], removed: [] }];
  t.is(await push({ ...untouched, commits }), 'ignored');
  t.is(await versionOffered(), '1.1.0');
  t.is(await push({ ...untouched, commits: [{ ...commits[0], modified: [POSTGRESQL] }] }), 'accepted');
  await eventually(versionOffered, (version) => version === '1.2.0');
});

test('a burst of webhooks ends with the last commit offered', async (t) => {
  const { push, publish, versionOffered } = await onRepository(t);
  const outcomes: Promise<string>[] = [];
  for (let minor = 1; minor <= 5; minor += 1) {
    await publish(`1.${minor}.0`);
    outcomes.push(push({}), push({}));
  }
  t.true((await Promise.all(outcomes)).every((outcome) => outcome === 'accepted'));
  await eventually(versionOffered, (version) => version === '1.5.0');
});

test('the repository is scheduled to be read again, and old deliveries to be forgotten', async (t) => {
  const { config } = await onRepository(t);
  const database = openDatabase({ url: config.databaseUrl, schema: `${config.schema}_jobs`, applicationName: 'test' });
  t.teardown(() => database.close());
  const schedules = async (): Promise<readonly { readonly name: string; readonly cron: string }[]> => {
    try {
      return await database.query({ text: 'SELECT name, cron FROM schedule ORDER BY name' });
    } catch (error) {
      // The schema is made once the service listens.
      if (error instanceof DatabaseError) return [];
      throw error;
    }
  };
  const found = await eventually(schedules, ({ length }) => length === 2);
  t.deepEqual(found, [
    { name: 'prune-deliveries', cron: '17 3 * * *' },
    { name: 'resync-catalog', cron: '*/5 * * * *' },
  ]);
});
