import { defineAction, done, failed, notFound, thenStep } from '@pao/executor-sdk';
import { z } from 'zod';
import type { Zones } from './zone-file.ts';

const config = z.strictObject({
  zone: z
    .string()
    .regex(/^(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/)
    .describe('The zone, such as example.org'),
  name: z
    .string()
    .regex(/^(?:@|\*|[a-z0-9_*-]{1,63}(?:\.[a-z0-9_-]{1,63})*)$/)
    .describe('Within the zone; @ is the zone itself'),
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']),
  // No line break and no quote: the record stays one line.
  value: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21\x23-\x7e][\x20\x21\x23-\x7e]*$/),
  ttl: z.int().min(60).max(604_800).default(3_600),
});

/** Records of zone files. The name server is told of a change in a step of its own, which may be repeated. */
export const createDnsRecord = (zones: Zones) =>
  defineAction({
    type: 'dns-record',
    version: '1.0.0',
    summary: 'Adds a record to a zone file and has the name server read it.',
    config,
    idempotency: 'probe',
    outputs: ['fqdn', 'line'],
    plan: 'Adds {{config.type}} {{config.name}} to the zone {{config.zone}}',
    documentation: 'The line of a record ends in a comment with the name of the attempt, by which it is found again.',
    target: ({ type, name, zone }) => `${type} ${name}.${zone}`,

    run: async (record, { key, log, progress }) => {
      const added = await zones.add(record, key);
      if (added.kind === 'no-zone') return failed('ZONE_UNKNOWN', `There is no zone ${record.zone} here.`);
      if (added.kind === 'taken') return failed('RECORD_EXISTS', `${record.name} has another ${record.type} already.`);
      log.info('the record is in the zone file', { line: added.line });
      progress(50, 'telling the name server');
      return thenStep('reload', { line: added.line }, { ref: `${record.type}:${record.name}.${record.zone}` });
    },

    probe: async (record, { key }) => {
      const line = await zones.find(record.zone, key);
      return line === undefined ? notFound('no line of the zone carries the name') : thenStep('reload', { line });
    },

    steps: {
      reload: {
        idempotency: 'natural',
        run: async ({ zone, name }, { state, signal }) => {
          await zones.reload(zone, signal);
          return done({ outputs: { fqdn: name === '@' ? zone : `${name}.${zone}`, line: state['line'] ?? null } });
        },
      },
    },

    rollback: async ({ zone }, { undoes, signal }) => {
      await zones.remove(zone, undoes.name);
      await zones.reload(zone, signal);
      return done();
    },
  });
