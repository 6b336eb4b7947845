import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crashEverywhere, runActionOnce } from '@pao/executor-sdk/testing';
import { createDnsRecord } from '../src/dns-record.ts';
import { createZones } from '../src/zone-file.ts';

const record = { zone: 'example.org', name: 'www', type: 'A', value: '192.0.2.1' };

const zoneOf = async (t: TestContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'zones-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'example.org.zone');
  await writeFile(file, '@ 3600 IN SOA ns.example.org. admin.example.org. 1 7200 3600 1209600 3600\n');
  const lines = async () => (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('www '));
  return { action: createDnsRecord(createZones(folder)), lines, file };
};

await test('a record is added, and its outputs are told', async (t) => {
  const { action, lines } = await zoneOf(t);
  const ended = await runActionOnce(action, record);
  assert.equal(ended.outcome, 'succeeded');
  assert.deepEqual(ended.outputs, { fqdn: 'www.example.org', line: 'www 3600 IN A 192.0.2.1' });
  assert.equal((await lines()).length, 1);
});

await test('what is taken or unknown is refused, and nothing is written', async (t) => {
  const { action, lines } = await zoneOf(t);
  await runActionOnce(action, record);
  const taken = await runActionOnce(action, { ...record, value: '192.0.2.2' });
  assert.equal(taken.outcome, 'failed');
  assert.equal(taken.failure?.code, 'RECORD_EXISTS');
  assert.equal((await runActionOnce(action, { ...record, zone: 'example.com' })).failure?.code, 'ZONE_UNKNOWN');
  assert.equal((await runActionOnce(action, { ...record, value: 'a\nb' })).failure?.code, 'CONFIG_INVALID');
  assert.equal((await lines()).length, 1);
});

await test('a rollback takes back its own record', async (t) => {
  const { action, lines } = await zoneOf(t);
  const ended = await runActionOnce(action, record);
  const undone = await runActionOnce(action, record, { undo: ended });
  assert.equal(undone.outcome, 'succeeded');
  assert.deepEqual(await lines(), []);
});

await test('wherever the process is killed, there is one record, and the task ends', async (t) => {
  const { action, lines, file } = await zoneOf(t);
  const before = await readFile(file, 'utf8');
  const crashes = await crashEverywhere(action, record, {
    reset: () => writeFile(file, before),
    effects: async () => (await lines()).length,
  });
  assert.ok(crashes.length >= 10);
  for (const { point, outcome, effects } of crashes) {
    assert.ok(effects <= 1, `${effects} records after a crash at ${point}`);
    assert.ok(
      outcome === 'succeeded' || (outcome === 'stuck' && effects === 0),
      `${outcome} after a crash at ${point}`,
    );
  }
});
