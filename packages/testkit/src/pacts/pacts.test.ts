import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test from 'ava';
import { draftPact, pactFile } from '../index.ts';

const PARTIES = { consumer: 'nobody', provider: 'nothing' };

// These drafts are nobody's, also while pacts are rewritten.
test.before(() => {
  delete process.env.PAO_WRITE_PACTS;
});

const write = (dir: string, interactions: readonly object[], tool: string) =>
  writeFile(
    join(dir, 'nobody-nothing.json'),
    JSON.stringify({ interactions, metadata: { 'pact-js': { version: tool }, pactSpecification: { version: '4.0' } } }),
  );

test('drafts differ by what they ask for, not by order or by the version of the tool', async (t) => {
  const settled = async (interactions: readonly object[], tool: string) => {
    const draft = await draftPact(PARTIES);
    await write(draft.options.dir, interactions, tool);
    return (await draft.settle()).drafted;
  };
  const [a, b] = [{ description: 'a', type: 'x' }, { type: 'x', description: 'b' }];
  const first = await settled([a, b], '1');
  t.deepEqual(await settled([b, { type: 'x', description: 'a' }], '2'), first);
  t.notDeepEqual(await settled([a, { ...b, type: 'y' }], '1'), first);
  t.like(first, { metadata: { pactSpecification: { version: '4.0' } } });
});

test('a draft that nobody wrote to, and a pact that is not committed, are null; the folder is gone', async (t) => {
  const draft = await draftPact(PARTIES);
  const { drafted, committed, hint } = await draft.settle();
  t.is(drafted, null);
  t.is(committed, null);
  t.regex(hint, /PAO_WRITE_PACTS=1 .*nobody-nothing\.json/);
  t.false(existsSync(draft.options.dir));
});

test('committed pacts are found, and Pact is told not to report its use', async (t) => {
  const path = pactFile({ consumer: 'pao-executor', provider: 'pao-request' });
  t.is(basename(path), 'pao-executor-pao-request.json');
  t.like(JSON.parse(await readFile(path, 'utf8')), { consumer: { name: 'pao-executor' } });
  t.is(process.env.PACT_DO_NOT_TRACK, 'true');
});
