import { test } from 'node:test';
import { verifyContract } from '@pao/executor-sdk/testing';
import { createDnsRecord } from '../src/dns-record.ts';
import { createZones } from '../src/zone-file.ts';

await test('this executor takes and tells what is published in the contract', async () => {
  await verifyContract([createDnsRecord(createZones('zones'))]);
});
