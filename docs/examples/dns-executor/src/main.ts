import { runExecutor } from '@pao/executor-sdk';
import { createDnsRecord } from './dns-record.ts';
import { createZones } from './zone-file.ts';

const folder = process.env['DNS_ZONES'] ?? 'zones';
const [command, ...args] = (process.env['DNS_RELOAD'] ?? '').split(' ').filter((word) => word !== '');
const zones = createZones(folder, command === undefined ? undefined : [command, ...args]);

await runExecutor({ pool: 'dns', actions: [createDnsRecord(zones)], database: { sqlite: 'data/ledger.db' } });
